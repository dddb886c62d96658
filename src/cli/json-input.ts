// A message written as JSON: what JSON cannot hold is written as text, times as ISO 8601, contents as files.

import { readObject, shapeOf, unknownKey, valueFrom } from "../given.ts";
import type { ContentInput, MessageInput } from "../index.ts";
import { errorIssue, type Issue, IssueList, MessageError, type Place } from "../issues.ts";
import { file } from "../node.ts";
import { nearestName } from "../options/suggestions.ts";
import { parseTime } from "./args.ts";
import { octetsOf, textOf } from "./files.ts";
import { reasonOf, TroubleError } from "./io.ts";

/** A message as it was written, ready for `check`, and what was wrong with its files and times. */
export interface JsonInput {
  readonly input: MessageInput;
  readonly issues: readonly Issue[];
}

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads a message written as JSON. Where a content is expected, `{ "file": "path" }` is that file; paths start at the
 * folder and do not lead out of it.
 *
 * @throws TroubleError when the text is not a JSON object
 */
export async function readJsonInput(text: string, folder: string): Promise<JsonInput> {
  const object = parse(text);
  // JSON cannot import a module. Loading the charsets takes a tenth of a second, so only JSON that names one pays it.
  if (text.includes('"charset"')) await import("../charset.ts");
  const list = new IssueList();
  const { root } = list;
  const input = {
    ...object,
    // The message itself reads text with an offset, and keeps the offset. A day alone begins at midnight in UTC.
    ...(isDay(own(object, "date")) ? readTime(object, "date", root) : {}),
    ...(await readTexts(object, ["text", "html", "amp", "watch"], { folder, place: root })),
    ...(await readAttachments(object, { folder, place: root })),
    ...(await readCalendar(object, { folder, place: root.at("calendar") })),
    ...(isObject(object.body) ? { body: await readTree(object.body, { folder, place: root.at("body") }) } : {}),
  };
  if (!isInput(input)) throw new TroubleError(NOT_AN_OBJECT);
  return { input, issues: list.issues };
}

const NOT_AN_OBJECT = "the JSON is not an object";

function parse(text: string): Json {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new TroubleError(`invalid JSON: ${syntaxProblem(reasonOf(error), text)}`);
  }
  if (isObject(value)) return value;
  throw new TroubleError(NOT_AN_OBJECT);
}

// What the engine says, with a line where it has an offset, and without the excerpt that it may give.
function syntaxProblem(said: string, text: string): string {
  const offset = /at position (\d+)/.exec(said)?.[1];
  const [problem = ""] = said.split(/, (?:"|\.\.\.)| in JSON/, 1);
  if (offset === undefined) return problem;
  const lines = text.slice(0, Number(offset)).split("\n");
  return `${problem} (line ${lines.length}, column ${(lines.at(-1) ?? "").length + 1})`;
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isDay(value: unknown): boolean {
  return typeof value === "string" && /^\d{4}-\d\d-\d\d$/.test(value);
}

// Every key and every value is checked by `check`: it takes what people write, and throws for none of it.
function isInput(value: unknown): value is MessageInput {
  return isObject(value);
}

/** Where a value is, and the folder that its paths start from. */
interface Context {
  readonly folder: string;
  readonly place: Place;
}

/** A time as a Date. Text that is not a time becomes an issue here, and no key there. */
function readTime(object: Json, key: string, place: Place): Json {
  const value = own(object, key);
  if (typeof value !== "string") return {};
  const date = parseTime(value);
  if (date === undefined) {
    const hint = "write a time with its zone, such as 2026-11-01T09:00:00Z";
    place.at(key).error("header.date", "invalid ISO 8601 time", { hint });
  }
  return { [key]: date };
}

function readTimes(object: Json, place: Place): Json {
  return { ...readTime(object, "modificationDate", place), ...readTime(object, "creationDate", place) };
}

const FILE_EXAMPLE = '{ "file": "page.html" }';
const FILE = shapeOf<{ file: string }>({
  file: valueFrom((value) => typeof value === "string", "the path of a file"),
});

/** The path in `{ "file": "path" }`. What is beside it would be lost, so it is reported. */
function readPath(value: Json, place: Place): string | undefined {
  const before = place.errorCount;
  const { file: path } = readObject(value, FILE, place) ?? {};
  if (path === undefined && place.errorCount === before) place.error("input.type", `expected text, or ${FILE_EXAMPLE}`);
  return path;
}

/** Texts that are in files. */
async function readTexts(object: Json, keys: readonly string[], { folder, place }: Context): Promise<Json> {
  const found: Record<string, unknown> = {};
  for (const key of keys) {
    const value = own(object, key);
    if (!isObject(value)) continue;
    const path = readPath(value, place.at(key));
    const context = { folder, place: place.at(key).at("file") };
    const source = path === undefined ? undefined : await openFile(path, context, LONGEST_TEXT);
    found[key] = source === undefined ? "" : await readText(source.content, context.place);
  }
  return found;
}

async function readText(content: ContentInput, place: Place): Promise<string> {
  try {
    return textOf(await octetsOf(content));
  } catch (error) {
    if (error instanceof MessageError) reportAll(error, place);
    else if (!(error instanceof TroubleError)) throw error;
    else place.error("charset.unmappable", "the text of the file is not UTF-8");
    return "";
  }
}

async function readCalendar({ calendar }: Json, context: Context): Promise<Json> {
  return isObject(calendar) ? { calendar: { ...calendar, ...(await readTexts(calendar, ["content"], context)) } } : {};
}

async function readAttachments({ attachments }: Json, { folder, place }: Context): Promise<Json> {
  if (!Array.isArray(attachments)) return {};
  const entries: readonly unknown[] = attachments;
  const made: unknown[] = [];
  for (const [index, entry] of entries.entries()) {
    const context = { folder, place: place.at("attachments").at(index) };
    made.push(isObject(entry) ? await readAttachment(entry, context) : entry);
  }
  return { attachments: made };
}

/** `{ "file": "report.pdf", … }` is the file with what is said about it; every other attachment stays as it is. */
async function readAttachment(entry: Json, { folder, place }: Context): Promise<unknown> {
  const { file: path, ...rest } = entry;
  const times = readTimes(rest, place);
  if (Object.hasOwn(entry, "content")) return { ...entry, ...times };
  if (path === undefined) return { ...withoutMisspelt(entry, place), ...times };
  if (typeof path !== "string") return { content: "", ...rest, ...times, ...refusePath(path, place) };
  const found = await openFile(path, { folder, place: place.at("file") });
  return { content: "", ...found, ...rest, ...times };
}

function refusePath(path: unknown, place: Place): object {
  FILE.readers.file(path, place.at("file"));
  return {};
}

const OTHER_NAMES = new Set(["path", "href", "url"]);

// `file` is known to JSON alone, so that `check` could not suggest it.
function withoutMisspelt(entry: Json, place: Place): Json {
  const key = Object.keys(entry).find((name) => nearestName(name, ["file"]) !== undefined || OTHER_NAMES.has(name));
  if (key === undefined) return entry;
  const { [key]: _, ...rest } = entry;
  place.sink.add(
    OTHER_NAMES.has(key)
      ? errorIssue("input.unknown-key", place.at(key).path, `unknown option "${key}"`, {
          hint: 'write "file": "report.pdf"',
        })
      : unknownKey(key, new Set(["file"]), place.path),
  );
  return { content: "", ...rest };
}

interface Waiting {
  readonly holder: Record<string, unknown> | unknown[];
  readonly key: string;
  readonly part: Json;
  readonly place: Place;
}

/** A tree of parts, without recursion: JSON can be deeper than the stack. */
async function readTree(body: Json, { folder, place: root }: Context): Promise<unknown> {
  const made = { body };
  const waiting: Waiting[] = [{ holder: made, key: "body", part: body, place: root }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { holder, key, part, place } = next;
    const copy: Record<string, unknown> = { ...part, ...readTimes(part, place) };
    if (isObject(part.content)) copy.content = await readContent(part.content, { folder, place: place.at("content") });
    Reflect.set(holder, key, copy);
    if (isObject(part.message))
      waiting.push({ holder: copy, key: "message", part: part.message, place: place.at("message") });
    if (!Array.isArray(part.parts)) continue;
    const parts: unknown[] = [...part.parts];
    copy.parts = parts;
    for (const [index, child] of parts.entries()) {
      if (isObject(child))
        waiting.push({ holder: parts, key: String(index), part: child, place: place.at("parts").at(index) });
    }
  }
  return made.body;
}

async function readContent(value: Json, { folder, place }: Context): Promise<ContentInput> {
  const path = readPath(value, place);
  const found = path === undefined ? undefined : await openFile(path, { folder, place: place.at("file") });
  return found?.content ?? "";
}

async function openFile(name: string, { folder, place }: Context, maxBytes?: number) {
  try {
    return await file(name, { root: folder, ...(maxBytes === undefined ? {} : { maxBytes }) });
  } catch (error) {
    if (!(error instanceof MessageError)) throw error;
    reportAll(error, place);
    return undefined;
  }
}

// The paths of these issues start at the arguments of `file()`; those of the reader start at the JSON.
function reportAll({ issues }: MessageError, place: Place): void {
  for (const { code, message, hint } of issues) place.error(code, message, hint === undefined ? {} : { hint });
}

// More than any service takes; it is held in memory, which an attachment is not.
const LONGEST_TEXT = 64 * 1_024 * 1_024;

function own(object: Json, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

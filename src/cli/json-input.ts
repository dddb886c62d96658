// A message written as JSON: what JSON cannot hold is written as text, times as ISO 8601, contents as files.

import { checkKeys } from "../given.ts";
import type { ContentInput, MessageInput } from "../index.ts";
import { errorIssue, type Issue, IssueList, MessageError, type Path } from "../issues.ts";
import { file } from "../node.ts";
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
 * Reads a message written as JSON. Where a content stands, `{ "file": "path" }` is that file; paths start at the
 * folder and do not lead out of it.
 *
 * @throws TroubleError when the text is no JSON object
 */
export async function readJsonInput(text: string, folder: string): Promise<JsonInput> {
  const object = parse(text);
  // JSON has no import to write. A tenth of a second is for those who name a charset only.
  if (text.includes('"charset"')) await import("../charset.ts");
  const reader = new Reader(folder);
  const input = {
    ...object,
    // Text with an offset keeps it: the message reads it. A day alone begins at midnight in UTC.
    ...(isDay(own(object, "date")) ? reader.time(object, "date", []) : {}),
    ...(await reader.texts(object, ["text", "html", "amp", "watch"], [])),
    ...(await reader.list(object, "attachments", (entry, path) => reader.attachment(entry, path))),
    ...(isObject(object.calendar)
      ? { calendar: { ...object.calendar, ...(await reader.texts(object.calendar, ["content"], ["calendar"])) } }
      : {}),
    ...(isObject(object.body) ? { body: await reader.tree(object.body) } : {}),
  };
  if (!isInput(input)) throw new TroubleError("the JSON holds no object");
  return { input, issues: reader.issues };
}

function parse(text: string): Json {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new TroubleError(`this is no JSON: ${faultOf(reasonOf(error), text)}`);
  }
  if (isObject(value)) return value;
  throw new TroubleError("the JSON holds no object");
}

// What the engine says, with a line where it has an offset, and without the excerpt that it may give.
function faultOf(said: string, text: string): string {
  const offset = /at position (\d+)/.exec(said)?.[1];
  const [fault = ""] = said.split(/, (?:"|\.\.\.)| in JSON/, 1);
  if (offset === undefined) return fault;
  const lines = text.slice(0, Number(offset)).split("\n");
  return `${fault} (line ${lines.length}, column ${(lines.at(-1) ?? "").length + 1})`;
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isDay(value: unknown): boolean {
  return typeof value === "string" && /^\d{4}-\d\d-\d\d$/.test(value);
}

// Every key and every value is for `check` to look at: it takes what people write, and throws for none of it.
function isInput(value: unknown): value is MessageInput {
  return isObject(value);
}

class Reader {
  readonly issues: Issue[] = [];
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** A time as a Date. Text that is none becomes an issue here, and no key there. */
  time(object: Json, key: string, path: Path): Json {
    const value = own(object, key);
    if (typeof value !== "string") return {};
    const date = parseTime(value);
    if (date === undefined) {
      const hint = "write a time with its zone, such as 2026-11-01T09:00:00Z";
      this.issues.push(errorIssue("header.date", [...path, key], "this is no time of ISO 8601", { hint }));
    }
    return { [key]: date };
  }

  /** Texts that stand in files. */
  async texts(object: Json, keys: readonly string[], path: Path): Promise<Json> {
    const found: Record<string, unknown> = {};
    for (const key of keys) {
      const value = own(object, key);
      if (!isObject(value) || typeof value.file !== "string") continue;
      const place = [...path, key, "file"];
      this.#checkFile(value, [...path, key]);
      const source = await this.#file(value.file, place, LONGEST_TEXT);
      found[key] = source === undefined ? "" : await this.#text(source.content, place);
    }
    return found;
  }

  async #text(content: ContentInput, path: Path): Promise<string> {
    try {
      return textOf(await octetsOf(content));
    } catch (error) {
      if (error instanceof MessageError) this.#report(error, path);
      else if (!(error instanceof TroubleError)) throw error;
      else this.issues.push(errorIssue("charset.unmappable", path, "the text of the file is not UTF-8"));
      return "";
    }
  }

  /** A list, each entry read. */
  async list(object: Json, key: string, read: (entry: Json, path: Path) => Promise<unknown>): Promise<Json> {
    const value = own(object, key);
    if (!Array.isArray(value)) return {};
    const entries: readonly unknown[] = value;
    const made: unknown[] = [];
    for (const [index, entry] of entries.entries()) {
      made.push(isObject(entry) ? await read(entry, [key, index]) : entry);
    }
    return { [key]: made };
  }

  /** `{ "file": "report.pdf", … }` is the file with what is said about it; every other attachment stays as it is. */
  async attachment(entry: Json, path: Path): Promise<unknown> {
    const { file: name, ...rest } = entry;
    const times = { ...this.time(rest, "modificationDate", path), ...this.time(rest, "creationDate", path) };
    if (typeof name !== "string" || Object.hasOwn(entry, "content")) return { ...entry, ...times };
    const found = await this.#file(name, [...path, "file"]);
    return { content: "", ...found, ...rest, ...times };
  }

  /** A tree of the caller's own, as deep as it goes. */
  async tree(body: Json): Promise<unknown> {
    const root = { body };
    const waiting: { holder: Record<string, unknown> | unknown[]; key: string; part: Json; path: Path }[] = [
      { holder: root, key: "body", part: body, path: ["body"] },
    ];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { holder, key, part, path } = next;
      const copy: Record<string, unknown> = { ...part };
      Object.assign(copy, this.time(part, "modificationDate", path), this.time(part, "creationDate", path));
      if (isObject(part.content) && typeof part.content.file === "string") {
        this.#checkFile(part.content, [...path, "content"]);
        const found = await this.#file(part.content.file, [...path, "content", "file"]);
        copy.content = found?.content ?? "";
      }
      Reflect.set(holder, key, copy);
      if (isObject(part.message))
        waiting.push({ holder: copy, key: "message", part: part.message, path: [...path, "message"] });
      if (!Array.isArray(part.parts)) continue;
      const parts: unknown[] = [...part.parts];
      copy.parts = parts;
      for (const [index, child] of parts.entries()) {
        if (isObject(child))
          waiting.push({ holder: parts, key: String(index), part: child, path: [...path, "parts", index] });
      }
    }
    return root.body;
  }

  // What stands beside the name of a file would be lost.
  #checkFile(value: Json, path: Path): void {
    const list = new IssueList();
    checkKeys(value, { known: FILE_KEYS }, list.root.in(path));
    this.issues.push(...list.issues);
  }

  async #file(name: string, path: Path, maxBytes?: number) {
    try {
      return await file(name, { root: this.#folder, ...(maxBytes === undefined ? {} : { maxBytes }) });
    } catch (error) {
      if (!(error instanceof MessageError)) throw error;
      this.#report(error, path);
      return undefined;
    }
  }

  // The door's own path starts at its arguments; the reader's starts at the JSON.
  #report(error: MessageError, path: Path): void {
    for (const { code, message, hint } of error.issues) {
      this.issues.push(errorIssue(code, path, message, hint === undefined ? {} : { hint }));
    }
  }
}

const FILE_KEYS = new Set(["file"]);

// More than any service takes; it is held in memory, which an attachment is not.
const LONGEST_TEXT = 64 * 1_024 * 1_024;

function own(object: Json, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

// From input to a message, or to everything that is wrong with it. RFC 5322 s3.6.
import { checkField, type Field } from "../headers/field.ts";
import {
  type Checked,
  errorIssue,
  frozenIssue,
  hasError,
  type Issue,
  MessageError,
  type Path,
  type Report,
} from "../issues.ts";
import { liftFields } from "./body-fields.ts";
import { checkPart } from "./check-part.ts";
import { readContents } from "./contents.ts";
import { type ChangedNames, watchNames } from "./distinct-names.ts";
import { type Door, type Draft, put } from "./door.ts";
import { readHeaders } from "./given-headers.ts";
import { readIdentification } from "./identification.ts";
import { type OptionsShape, readOptional, readOptions } from "./input.ts";
import { checkOneClick } from "./one-click.ts";
import { readOptionFields } from "./option-fields.ts";
import { originPaths } from "./origins.ts";
import { contextOf, readCharset, readTransport } from "./part-context.ts";
import type { PartContext } from "./part-details.ts";
import { keepFields } from "./part-fields.ts";
import { readPeople } from "./people.ts";
import { readEnvelope } from "./read-envelope.ts";
import { ownCopy } from "./record.ts";
import { sealMessage } from "./seal.ts";
import type { Message, MessageInput, Part } from "./types.ts";

const KEYS = new Set<string>([
  "from",
  "sender",
  "to",
  "cc",
  "bcc",
  "replyTo",
  "subject",
  "text",
  "html",
  "amp",
  "watch",
  "calendar",
  "attachments",
  "body",
  "headers",
  "date",
  "messageId",
  "inReplyTo",
  "references",
  "charset",
  "textEncoding",
  "transport",
  "envelope",
  "listUnsubscribe",
  "priority",
  "autoSubmitted",
] satisfies (keyof MessageInput)[]);

/**
 * Reads a message without throwing: the message, or every issue at once. Limits of a place to send to are another
 * check, see `check(input, limits)`.
 */
export function checkInput(input: unknown): Checked<Message> {
  const issues: Issue[] = [];
  const given = originPaths(input);
  const report: Report = (issue) => issues.push(frozenIssue(issue, given(issue.path)));
  const draft = readMessage(input, report);
  const found = Object.freeze(issues);
  if (draft === undefined || hasError(found)) return { ok: false, issues: found };
  draft.issues = found;
  return { ok: true, value: sealMessage(draft), issues: found };
}

/**
 * Makes a message out of plain data. Everything is checked here, copied and frozen; nothing is repaired.
 *
 * @throws MessageError with every issue when something is wrong. Warnings do not throw: they stand in `issues`.
 * @example
 * const m = message({ from: "Ann <ann@example.com>", to: "bob@example.com", subject: "Grüße", text: "Hello" });
 */
export function message(input: MessageInput): Message {
  const checked = checkInput(input);
  if (checked.ok) return checked.value;
  throw messageError(checked.issues);
}

/** The error that carries these issues. */
function messageError(issues: readonly Issue[]): MessageError {
  const [first, ...rest] = issues;
  return new MessageError([first ?? errorIssue("input.type", [], "there is no message"), ...rest]);
}

function readMessage(input: unknown, report: Report): Draft | undefined {
  const given = readOptions(input, messageShape, [], report);
  if (given === undefined) return undefined;
  const door = openDoor(given, report);
  const { charset, transport } = door.context;
  const empty = { from: [], attachments: [], headers: [], issues: [] };
  const draft: Draft = ownCopy({ ...empty, charset: charset.name, transport });
  readPeople(door, draft);
  readIdentification(door, draft);
  readContents(door, draft);
  put(draft, "envelope", readOptional(given.envelope, readEnvelope, ["envelope"], report));
  draft.headers = readFurtherFields(door);
  checkOneClick(draft, door);
  return draft;
}

function openDoor(given: Door["given"], reportIssue: Report): Door {
  const changedNames: ChangedNames = new Set();
  const report = watchNames(changedNames, reportIssue);
  const headers = readHeaders(given.headers, ["headers"], report);
  const context = readContext(given, report);
  const told = new Set<string>();
  const treeReport: Report = (issue) => {
    if (issue.path[1] === "fields") told.add(keyOf(issue));
    report(issue);
  };
  const body = readOptional(given.body, (input, path) => readTree(input, context, path, treeReport), ["body"], report);
  // The fields at the root are read again as options: their warnings are reported once.
  const once: Report = (issue) => {
    const isRepeated = issue.severity === "warning" && issue.path[0] === "body" && told.has(keyOf(issue));
    if (!isRepeated) report(issue);
  };
  const shared = { given, context, report: once, changedNames };
  if (body === undefined) return { ...shared, headers, body, bodyPlaces: NO_PLACES };
  const lifted = liftFields(body, headers, report);
  return { ...shared, headers: lifted.headers, body: lifted.body, bodyPlaces: lifted.places };
}

function keyOf({ code, message }: Issue): string {
  return `${code} ${message}`;
}

function readTree(input: unknown, context: PartContext, path: Path, report: Report): Part | undefined {
  if (typeof input !== "string") return checkPart(input, context, path, report);
  report(errorIssue("input.type", path, "body is a tree of parts, and not a string", { hint: "use text or html" }));
  return undefined;
}

const NO_PLACES: ReadonlyMap<string, Path> = new Map();

const HINTS = new Map([
  ["path", 'nothing is opened here: use file(path) of "mimewright/node" in attachments'],
  ["raw", "bytes that somebody else composed are sent as they are, not composed again"],
  ["icalEvent", "the option is calendar; fromNodemailer() translates"],
  ["watchHtml", "the option is watch; fromNodemailer() translates"],
  ["alternatives", 'give a tree: body: { type: "multipart/alternative", parts }'],
  ["list", "the options are listUnsubscribe and headers; fromNodemailer() translates"],
  ["encoding", "the options are textEncoding and charset"],
]);

/** What the input of a message is. */
export const messageShape: OptionsShape = { known: KEYS, what: "a message is made of an object", hints: HINTS };

// What the message leaves open, a tree of the caller's own may say.
function readContext(given: Door["given"], report: Report): PartContext {
  const own = contextOf(given.body);
  return {
    charset: readOptional(given.charset, readCharset, ["charset"], report) ?? own.charset,
    transport: readOptional(given.transport, readTransport, ["transport"], report) ?? own.transport,
  };
}

/** The further fields, each with its text checked against the message's charset. */
function readFurtherFields({ given, headers, bodyPlaces, context, report }: Door): readonly Field[] {
  if (headers.fields.length === 0) return keepFields(readOptionFields(given, bodyPlaces, report));
  const places = new Map(bodyPlaces);
  for (const { field, path } of headers.fields) places.set(field.name.toLowerCase(), path);
  const fields = [...readOptionFields(given, places, report)];
  for (const { field, path } of headers.fields) {
    if (checkField(field, context.charset, path, report)) fields.push(field);
  }
  return keepFields(fields);
}

// The `headers` option: every field is either one of the message's own (From, Subject, Date …) and then goes the
// way of the option of that meaning, or a further field. What may stand once stands once. RFC 5322 s3.6.
import type { Field } from "../headers/field.ts";
import { standsOnce } from "../headers/field-names.ts";
import { listOf, readGuarded } from "../headers/foreign.ts";
import { checkHeaderText, isFieldName } from "../headers/tokens.ts";
import { errorIssue, formatPath, type Issue, type Path, type Report } from "../issues.ts";
import { optionValue, readFieldInput } from "./field-input.ts";
import { type OptionsShape, readEntries, readOptions } from "./input.ts";

/** The options that a field of the header can stand for. */
export type FieldOption =
  | "from"
  | "sender"
  | "to"
  | "cc"
  | "replyTo"
  | "subject"
  | "date"
  | "messageId"
  | "inReplyTo"
  | "references";

/** A value and where the caller wrote it. */
export interface Given {
  readonly value: unknown;
  readonly path: Path;
}

/** What `headers` holds, sorted by meaning. */
export interface GivenHeaders {
  readonly options: ReadonlyMap<FieldOption, Given>;
  readonly fields: readonly { readonly field: Field; readonly path: Path }[];
}

const OPTION_OF_FIELD = new Map<string, FieldOption>([
  ["from", "from"],
  ["sender", "sender"],
  ["to", "to"],
  ["cc", "cc"],
  ["reply-to", "replyTo"],
  ["subject", "subject"],
  ["date", "date"],
  ["message-id", "messageId"],
  ["in-reply-to", "inReplyTo"],
  ["references", "references"],
]);

/** The option that a field of the header stands for; its name in any case. */
export function optionOfField(name: string): FieldOption | undefined {
  return OPTION_OF_FIELD.get(name.toLowerCase());
}

// Written by the composer from the content, or never written at all.
const RESERVED = new Map([
  ["content-type", "the content decides it; an attachment has contentType"],
  ["content-transfer-encoding", "the content decides it; see textEncoding and attachments[].encoding"],
  ["content-disposition", "an attachment has disposition and filename, a part of a tree too"],
  ["content-id", "an attachment has cid, a part of a tree id"],
  ["content-description", "an attachment has description, a part of a tree too"],
  ["mime-version", "it is always written"],
  ["bcc", "use the bcc option: blind copies stand in the envelope only"],
  ["resent-bcc", "use the bcc option: blind copies stand in the envelope only"],
]);

/** What has been read so far, and where each name stood first. */
interface Reading extends GivenHeaders {
  readonly options: Map<FieldOption, Given>;
  readonly fields: { field: Field; path: Path }[];
  readonly first: Map<string, Path>;
  readonly report: Report;
}

const NO_HEADERS: GivenHeaders = { options: new Map(), fields: [] };

/** Reads `headers` in either form. */
export function readHeaders(input: unknown, path: Path, report: Report): GivenHeaders {
  if (input === undefined) return NO_HEADERS;
  const reading: Reading = { options: new Map(), fields: [], first: new Map(), report };
  readGuarded(path, report, () => {
    const list = listOf(input);
    if (list === undefined) {
      for (const [name, value] of readEntries(input, HEADERS, path, report) ?? []) {
        readNamed(reading, name, value, [...path, name]);
      }
    }
    for (const [index, item] of list?.entries() ?? []) readListItem(reading, item, [...path, index]);
  });
  return reading;
}

const HEADERS = "headers are an object of names and values, or a list of { name, value }";
const ENTRY: OptionsShape = { known: new Set(["name", "value"]), what: "an entry of headers is { name, value }" };

function readListItem(reading: Reading, item: unknown, path: Path): void {
  const entry = readOptions(item, ENTRY, path, reading.report);
  if (entry !== undefined) readNamed(reading, entry.name, entry.value, path);
}

function readNamed(reading: Reading, name: unknown, value: unknown, path: Path): void {
  if (!isUsableName(name, path, reading.report)) return;
  if (typeof value === "string") {
    readOne(reading, name, value, path);
    return;
  }
  const list = readGuarded(path, reading.report, () => ({ items: listOf(value) }));
  if (list === undefined) return;
  if (list.items === undefined) readOne(reading, name, value, path);
  for (const [index, item] of list.items?.entries() ?? []) readOne(reading, name, item, [...path, index]);
}

function isUsableName(name: unknown, path: Path, report: Report): name is string {
  if (typeof name !== "string" || !isFieldName(name)) {
    if (typeof name === "string") checkHeaderText(name, path, report);
    const message = "a field name is printable ASCII without spaces and colons";
    report(errorIssue("header.name", path, message, { rfc: "RFC 5322 s2.2" }));
    return false;
  }
  const hint = RESERVED.get(name.toLowerCase());
  if (hint === undefined) return true;
  report(errorIssue("header.reserved", path, `${name} is not written from headers`, { hint }));
  return false;
}

function readOne(reading: Reading, name: string, value: unknown, path: Path): void {
  const key = name.toLowerCase();
  const first = reading.first.get(key);
  if (first !== undefined && standsOnce(key)) {
    reading.report(repeated(name, first, path));
    return;
  }
  reading.first.set(key, first ?? path);
  const option = optionOfField(key);
  if (option !== undefined) {
    readOption(reading, name, option, { value, path });
    return;
  }
  const field = readFieldInput(name, value, path, reading.report);
  if (field !== undefined) reading.fields.push({ field, path });
}

function isTypedInput(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.hasOwn(value, "kind") || Object.hasOwn(value, "structured");
}

function readOption(reading: Reading, name: string, option: FieldOption, { value, path }: Given): void {
  const typed = isTypedInput(value);
  // The option reads the value again, with its warnings.
  const errors: Report = (issue) => {
    if (issue.severity === "error") reading.report(issue);
  };
  const field = typed ? readFieldInput(name, value, path, errors) : undefined;
  if (field !== undefined) reading.options.set(option, { value: optionValue(field.value), path });
  else if (!typed) reading.options.set(option, { value, path });
}

/** A field that may stand once and is given twice. */
export function repeated(name: string, first: Path, second: Path): Issue {
  const places = `${formatPath(first)} and ${formatPath(second)}`;
  const hint =
    second[0] === "body" ? "keep one: body: { ...tree, fields: [] } leaves out those of the tree" : undefined;
  return errorIssue("header.repeated", second, `${name} may stand once, and is given at ${places}`, {
    rfc: "RFC 5322 s3.6",
    ...(hint === undefined ? {} : { hint }),
  });
}

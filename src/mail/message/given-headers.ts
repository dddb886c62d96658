// The `headers` option, and the fields at the root of a tree: every field is either one of the message's own (From,
// Subject, Date …) and then goes the way of the option of that meaning, or a further field. RFC 5322 s3.6.
import { inputNames, readEntries, readProperties } from "../../given.ts";
import { formatPath } from "../../issues/wording.ts";
import { filteredSink, type Place } from "../../issues.ts";
import { listOf, readGuarded } from "../../options/plain.ts";
import type { Field } from "../headers/field.ts";
import { standsOnce } from "../headers/field-names.ts";
import { checkHeaderText, isFieldName } from "../headers/tokens.ts";
import { optionValue, readFieldInput } from "./field-input.ts";
import { fromPlace, originOf } from "./seal.ts";
import type { Part } from "./types.ts";

/** The options that set a field of the header. */
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
export interface GivenField {
  readonly value: unknown;
  readonly place: Place;
}

/** What `headers` holds, sorted by meaning. */
export interface GivenHeaders {
  readonly options: ReadonlyMap<FieldOption, GivenField>;
  readonly fields: readonly { readonly field: Field; readonly place: Place }[];
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

/** The option that sets a field of the header; its name in any case. */
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
  ["bcc", "use the bcc option: blind copies are in the envelope only"],
  ["resent-bcc", "use the bcc option: blind copies are in the envelope only"],
]);

/** What has been read so far, and where each name was given first. */
interface Reading extends GivenHeaders {
  readonly options: Map<FieldOption, GivenField>;
  readonly fields: { field: Field; place: Place }[];
  readonly first: Map<string, Place>;
}

const NO_HEADERS: GivenHeaders = { options: new Map(), fields: [] };

/** Reads `headers` in either form. */
export function readHeaders(input: unknown, place: Place): GivenHeaders {
  if (input === undefined) return NO_HEADERS;
  const reading: Reading = { options: new Map(), fields: [], first: new Map() };
  readGuarded(place, () => {
    const list = listOf(input);
    if (list === undefined) {
      for (const [name, value] of readEntries(input, HEADERS, place) ?? []) {
        readNamed(reading, name, value, place.at(name));
      }
    }
    for (const [index, item] of list?.entries() ?? []) readListItem(reading, item, place.at(index));
  });
  return reading;
}

const HEADERS = "headers, an object of names and values or a list of { name, value }";
const ENTRY = inputNames("name value", "an entry { name, value }", new Map([["key", "use name"]]));

function readListItem(reading: Reading, item: unknown, place: Place): void {
  const entry = readProperties(item, ENTRY, place);
  if (entry !== undefined) readNamed(reading, entry.name, entry.value, place);
}

function readNamed(reading: Reading, name: unknown, value: unknown, place: Place): void {
  if (!isUsableName(name, place)) return;
  if (typeof value === "string") {
    readOne(reading, name, value, place);
    return;
  }
  const list = readGuarded(place, () => ({ items: listOf(value) }));
  if (list === undefined) return;
  if (list.items === undefined) readOne(reading, name, value, place);
  for (const [index, item] of list.items?.entries() ?? []) readOne(reading, name, item, place.at(index));
}

function isUsableName(name: unknown, place: Place): name is string {
  if (typeof name !== "string" || !isFieldName(name)) {
    if (typeof name === "string") checkHeaderText(name, place);
    const message = "invalid field name; expected printable ASCII without colons and spaces";
    place.error("header.name", message, { rfc: "RFC 5322 s2.2" });
    return false;
  }
  const hint = RESERVED.get(name.toLowerCase());
  if (hint === undefined) return true;
  place.error("header.reserved", `${name} cannot be given in headers`, { hint });
  return false;
}

function readOne(reading: Reading, name: string, value: unknown, place: Place): void {
  const key = name.toLowerCase();
  const first = reading.first.get(key);
  if (first !== undefined && standsOnce(key)) {
    reportRepeated(name, first, place);
    return;
  }
  reading.first.set(key, first ?? place);
  const option = optionOfField(key);
  if (option !== undefined) {
    readOption(reading, name, option, { value, place });
    return;
  }
  const field = readFieldInput(name, value, place);
  if (field !== undefined) reading.fields.push({ field, place });
}

function isTypedInput(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.hasOwn(value, "kind") || Object.hasOwn(value, "structured");
}

function readOption(reading: Reading, name: string, option: FieldOption, { value, place }: GivenField): void {
  const typed = isTypedInput(value);
  // The option reads the value again, with its warnings.
  const errors = filteredSink(place.sink, ({ severity }) => severity === "error");
  const field = typed ? readFieldInput(name, value, place.into(errors)) : undefined;
  if (field !== undefined) reading.options.set(option, { value: optionValue(field.value), place });
  else if (!typed) reading.options.set(option, { value, place });
}

/** Reports a field that a message has at most once, and that is given twice. */
export function reportRepeated(name: string, first: Place, second: Place): void {
  const places = `${formatPath(first.path)} and ${formatPath(second.path)}`;
  const hint =
    second.path[0] === "body" ? "keep one: body: { ...tree, fields: [] } leaves out those of the tree" : undefined;
  second.error("header.repeated", `${name} is allowed once, and is given at ${places}`, {
    rfc: "RFC 5322 s3.6",
    ...(hint === undefined ? {} : { hint }),
  });
}

/** A tree without the fields that options set, and what the header of the message is given. */
export interface LiftedBody {
  readonly body: Part;
  readonly headers: GivenHeaders;
  /** Where the other fields of the root were given, by lower-case name. */
  readonly places: ReadonlyMap<string, Place>;
}

/** Takes the fields that options set out of the root. A field that is given twice is `header.repeated`. */
export function liftFields(body: Part, headers: GivenHeaders, root: Place): LiftedBody {
  const options = new Map<FieldOption, GivenField>(headers.options);
  const inHeaders = new Map(headers.fields.map(({ field, place }) => [field.name.toLowerCase(), place]));
  const places = new Map<string, Place>();
  const kept = body.fields.filter(({ name, value }) => {
    const place = root.at("body").at("fields").at(name);
    const option = optionOfField(name);
    const first = option === undefined ? inHeaders.get(name.toLowerCase()) : options.get(option)?.place;
    if (first !== undefined && standsOnce(name)) reportRepeated(name, first, place);
    else if (option !== undefined) options.set(option, { value: optionValue(value), place });
    if (option === undefined) places.set(name.toLowerCase(), place);
    return option === undefined;
  });
  const rest = kept.length === body.fields.length ? body : withFields(body, kept);
  return { body: rest, headers: { ...headers, options }, places };
}

function withFields(body: Part, fields: Part["fields"]): Part {
  return fromPlace({ ...body, fields: Object.freeze(fields) }, originOf(body));
}

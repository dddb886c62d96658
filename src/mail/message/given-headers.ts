// Fields as callers write them: the `headers` option, and `fields` of a part. A field of the message's own (From,
// Subject, Date …) goes the way of the option of that meaning; the others are further fields. RFC 5322 s2.2, s3.6.
import { checkKeys, inputNames, readEntries, readProperties } from "../../given.ts";
import { formatPath } from "../../issues/wording.ts";
import { filteredSink, type Place } from "../../issues.ts";
import { isPlain, listOf, ownProperties, readGuarded } from "../../options/plain.ts";
import { formatDate } from "../headers/date.ts";
import { type Field, type FieldValue, readField } from "../headers/field.ts";
import { standsOnce } from "../headers/field-names.ts";
import { readTypedField } from "../headers/field-reader.ts";
import { checkHeaderText, isFieldName } from "../headers/tokens.ts";
import { fromPlace, originOf } from "./seal.ts";
import type { Part } from "./types.ts";

/** The options that set a field of the header, with the name of that field. */
export const FIELD_OF_OPTION = {
  from: "From",
  sender: "Sender",
  to: "To",
  cc: "Cc",
  replyTo: "Reply-To",
  subject: "Subject",
  date: "Date",
  messageId: "Message-ID",
  inReplyTo: "In-Reply-To",
  references: "References",
} as const;

/** An option that sets a field of the header. */
export type FieldOption = keyof typeof FIELD_OF_OPTION;

const OPTION_OF_FIELD: ReadonlyMap<string, string> = new Map(
  Object.entries(FIELD_OF_OPTION).map(([option, name]) => [name.toLowerCase(), option]),
);

/** The option that sets a field of the header; its name in any case. */
export function optionOfField(name: string): string | undefined {
  return OPTION_OF_FIELD.get(name.toLowerCase());
}

// Written by the composer from the content, or never written at all. RFC 2045 s3.
const RESERVED = new Map([
  ["content-type", "the content decides it; an attachment has contentType, a part type"],
  ["content-transfer-encoding", "the content decides it; see textEncoding, and encoding of attachments and parts"],
  ["content-disposition", "use disposition and filename of an attachment or a part"],
  ["content-id", "use cid of an attachment, id of a part"],
  ["content-description", "use description of an attachment or a part"],
  ["mime-version", "it is always written"],
  ["bcc", "use the bcc option: blind copies are in the envelope only"],
  ["resent-bcc", "use the bcc option: blind copies are in the envelope only"],
]);

/** A value and where the caller wrote it. */
export interface GivenField {
  readonly value: unknown;
  readonly place: Place;
}

/** What `headers` holds, sorted by meaning. */
export interface GivenHeaders {
  readonly options: ReadonlyMap<string, GivenField>;
  readonly fields: readonly { readonly field: Field; readonly place: Place }[];
  /** Where each name was given first, in lower case. */
  readonly first: ReadonlyMap<string, Place>;
}

/** What has been read so far. */
interface Reading extends GivenHeaders {
  readonly of: "headers" | "fields";
  readonly options: Map<string, GivenField>;
  readonly fields: { field: Field; place: Place }[];
  readonly first: Map<string, Place>;
}

/** What a message without `headers` has. */
export const NO_HEADERS: GivenHeaders = { options: new Map(), fields: [], first: new Map() };

/** Reads `headers` in either form. */
export function readHeaders(input: unknown, place: Place): GivenHeaders {
  return readAll("headers", input, place);
}

const NO_FIELDS: readonly Field[] = Object.freeze([]);

/** Reads `fields` in either form, or as a checked tree has them. */
export function readPartFields(input: unknown, place: Place): readonly Field[] {
  if (input === undefined) return NO_FIELDS;
  return keepFields(readAll("fields", input, place).fields.map(({ field }) => field));
}

/** The fields, frozen through and through. */
export function keepFields(fields: readonly Field[]): readonly Field[] {
  for (const field of fields) {
    Object.freeze(field.value);
    Object.freeze(field);
  }
  return Object.freeze(fields);
}

const ENTRY = inputNames("name value", "an entry { name, value }", new Map([["key", "use name"]]));

function readAll(of: Reading["of"], input: unknown, place: Place): GivenHeaders {
  const reading: Reading = { of, options: new Map(), fields: [], first: new Map() };
  readGuarded(place, () => {
    const list = listOf(input);
    const expected = `${of}, an object of names and values or a list of { name, value }`;
    const named = list === undefined ? readEntries(input, expected, place) : undefined;
    named?.forEach(([name, value]) => {
      readNamed(reading, name, { value, place: place.at(name) });
    });
    list?.forEach((item, index) => {
      const entry = readProperties(item, ENTRY, place.at(index));
      if (entry !== undefined) readNamed(reading, entry.name, { value: entry.value, place: place.at(index) });
    });
  });
  return reading;
}

function readNamed(reading: Reading, name: unknown, given: GivenField): void {
  if (!isUsableName(name, given.place, reading.of)) return;
  readGuarded(given.place, () => {
    const list = listOf(given.value);
    if (list === undefined) readOne(reading, name, given);
    list?.forEach((value, index) => {
      readOne(reading, name, { value, place: given.place.at(index) });
    });
  });
}

function isUsableName(name: unknown, place: Place, of: Reading["of"]): name is string {
  if (typeof name !== "string" || !isFieldName(name)) {
    if (typeof name === "string") checkHeaderText(name, place);
    const message = "invalid field name; expected printable ASCII without colons and spaces";
    place.error("header.name", message, { rfc: "RFC 5322 s2.2" });
    return false;
  }
  const hint = RESERVED.get(name.toLowerCase());
  if (hint !== undefined) place.error("header.reserved", `${name} cannot be given in ${of}`, { hint });
  return hint === undefined;
}

function readOne(reading: Reading, name: string, { value, place }: GivenField): void {
  const key = name.toLowerCase();
  const first = reading.first.get(key);
  if (first !== undefined && standsOnce(key)) {
    reportRepeated(name, first, place);
    return;
  }
  reading.first.set(key, first ?? place);
  const option = reading.of === "headers" ? optionOfField(key) : undefined;
  const typed = option === undefined || isTyped(value);
  // The option reads the value again, with its warnings.
  const field = typed ? readFieldInput(name, value, option === undefined ? place : errorsOnly(place)) : undefined;
  if (option === undefined) {
    if (field !== undefined) reading.fields.push({ field, place });
  } else if (field !== undefined || !typed) {
    reading.options.set(option, { value: field === undefined ? value : optionValue(field.value), place });
  }
}

function errorsOnly(place: Place): Place {
  return place.into(filteredSink(place.sink, ({ severity }) => severity === "error"));
}

function isTyped(value: unknown): value is object {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.hasOwn(value, "kind") || Object.hasOwn(value, "structured");
}

const STRUCTURED = { known: new Set(["structured"]) };

// Text, `{ structured }` or a typed value as a checked tree has it.
function readFieldInput(name: string, value: unknown, place: Place): Field | undefined {
  if (typeof value === "string") return readField(name, value, place);
  return readGuarded(place, () => {
    const own: Readonly<Record<string, unknown>> = isTyped(value) && isPlain(value) ? ownProperties(value) : {};
    if (Object.hasOwn(own, "kind")) return readTypedField(name, own, place);
    if (typeof own.structured !== "string") {
      const message = "expected a string, or { structured: string } for a value that is written as it is";
      return place.error("header.value", message);
    }
    checkKeys(own, STRUCTURED, place);
    return readTypedField(name, { kind: "structured", text: own.structured }, place);
  });
}

// The value of a field, as the option that sets it takes it.
function optionValue(value: FieldValue): unknown {
  if (value.kind === "addresses") return value.addresses;
  if (value.kind === "ids") return value.ids.length === 1 ? value.ids[0] : value.ids;
  if (value.kind === "date") return formatDate(value.time, value.zone);
  return value.kind === "parameterized" ? undefined : value.text;
}

/** Reports a field that a message has at most once, and that is given twice. */
export function reportRepeated(name: string, first: Place, second: Place): void {
  const places = `${formatPath(first.path)} and ${formatPath(second.path)}`;
  const hint = "keep one: body: { ...tree, fields: [] } leaves out those of the tree";
  second.error("header.repeated", `${name} is allowed once, and is given at ${places}`, {
    rfc: "RFC 5322 s3.6",
    ...(second.path[0] === "body" ? { hint } : {}),
  });
}

/** A tree without the fields that options set, and what the header of the message is given. */
export interface LiftedBody {
  readonly body: Part;
  readonly headers: GivenHeaders;
}

/** Takes the fields that options set out of the root. A field that is given twice is `header.repeated`. */
export function liftFields(body: Part, headers: GivenHeaders, root: Place): LiftedBody {
  const options = new Map(headers.options);
  const first = new Map(headers.first);
  const kept = body.fields.filter(({ name, value }) => {
    const place = root.at("body").at("fields").at(name);
    const key = name.toLowerCase();
    const option = optionOfField(key);
    const other = first.get(key);
    if (other !== undefined && standsOnce(key)) reportRepeated(name, other, place);
    // The warnings of the value were reported with the tree.
    else if (option !== undefined) options.set(option, { value: optionValue(value), place: errorsOnly(place) });
    if (other === undefined) first.set(key, place);
    return option === undefined;
  });
  const rest = kept.length === body.fields.length ? body : withFields(body, kept);
  return { body: rest, headers: { fields: headers.fields, options, first } };
}

function withFields(body: Part, fields: Part["fields"]): Part {
  return fromPlace({ ...body, fields: Object.freeze(fields) }, originOf(body));
}

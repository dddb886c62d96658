// A field that a caller gave, as text or with a typed value (as a checked tree has it, or written by hand): both are
// read by the grammar of its name, so that a copy of a value passes the same checks as the value.

import type { Place } from "../../issues.ts";
import { listOf } from "../../options/plain.ts";
import { readAddresses } from "./address.ts";
import { dateProblem, formatDate, parseDate, UTC } from "./date.ts";
import { checkDate, checkFieldName, checkStructured } from "./field-check.ts";
import { type Field, type FieldValue, fieldGrammar } from "./field-names.ts";
import { LONGEST_TOKEN, structuredTokens } from "./folding.ts";
import { encodeListValue, holdsBlankItem, holdsListItem } from "./list-field.ts";
import { readForeignIds, readMessageId } from "./message-id.ts";
import { checkHeaderText, checkStructuredText, isPrintable, looksEncoded } from "./tokens.ts";

/** The own properties of a value that a caller gave. */
export type GivenValue = Readonly<Record<string, unknown>>;

/**
 * Reads a field. Known names have their grammar; every other one is unstructured text.
 *
 * @param value text without folds.
 * @returns the field, or undefined after reporting what is wrong under `path`.
 * @example
 * readField("Reply-To", "Ann <ann@example.org>", ["headers", "Reply-To"], report);
 */
export function readField(name: string, value: string, place: Place): Field | undefined {
  return readWith(readText, name, value, place);
}

/**
 * Reads a field whose value says its kind.
 *
 * @returns the field, or undefined after reporting what is wrong under `path`.
 * @example
 * readTypedField("X-SMTPAPI", { kind: "structured", text: '{"unique_args": {"id": 1}}' }, ["headers", 0], report);
 */
export function readTypedField(name: string, given: GivenValue, place: Place): Field | undefined {
  return readWith(readTyped, name, given, place);
}

type Read<T> = (name: string, given: T, place: Place) => FieldValue | undefined;

function readWith<T>(read: Read<T>, name: string, given: T, place: Place): Field | undefined {
  const errorsBefore = place.errorCount;
  checkFieldName(name, place);
  const value = read(name, given, place);
  return place.errorCount > errorsBefore || value === undefined
    ? undefined
    : Object.freeze({ name, value: Object.freeze(value) });
}

function readText(name: string, value: string, place: Place): FieldValue | undefined {
  switch (fieldGrammar(name)) {
    case "mailbox":
    case "mailboxes":
    case "addresses":
      return readPeople(name, value, place);
    case "id":
    case "ids":
      return readIds(name, value, place);
    case "date":
      return readDate(value, place);
    case "list":
      return readList(name, value, place);
    case "structured":
      return readStructured(name, value, place);
    case "text":
      // Whether the message's charset can write it is found when the message is checked.
      if (!checkHeaderText(value, place)) return undefined;
      warnOfLongToken(name, value, place);
      return { kind: "text", text: value };
  }
}

function readTyped(name: string, given: GivenValue, place: Place): FieldValue | undefined {
  const { kind, text, time, zone } = given;
  const grammar = fieldGrammar(name);
  if (typeof text === "string" && (kind === "text" || kind === "structured")) {
    if (grammar === "text" && kind === "text") return checkHeaderText(text, place) ? { kind, text } : undefined;
    // The words in comments and names of a list field are written already.
    if (kind === "structured" && grammar === "list" && holdsListItem(name, text)) return written(text, place);
    return kind === "structured" && (grammar === "text" || grammar === "structured")
      ? unencoded(text, place)
      : readText(name, text, place);
  }
  if (kind === "addresses") return readPeople(name, given.addresses, place);
  if (kind === "ids") return readIds(name, grammar === "id" ? (listOf(given.ids)?.[0] ?? given.ids) : given.ids, place);
  if (kind === "date") return checkDate(time, zone, place) ? dateOf(Number(time), String(zone ?? UTC)) : undefined;
  if (kind === "parameterized") return readParameterized(given, place);
  const message = "a typed value is text, structured, addresses, ids, date or parameterized, with what the kind holds";
  return place.error("header.value", message, { hint: "or give the value as a string" });
}

function written(text: string, place: Place): FieldValue | undefined {
  return checkStructured(text, place) ? { kind: "structured", text } : undefined;
}

function unencoded(text: string, place: Place): FieldValue | undefined {
  if (!looksEncoded(text)) return written(text, place);
  const message = "the value looks like an encoded-word, which readers decode";
  return place.error("header.value", message, { rfc: "RFC 2047 s5" });
}

// ASCII that becomes words only because it fits no line may be data, which no reader decodes. RFC 5322 s2.1.1.
function warnOfLongToken(name: string, value: string, place: Place): void {
  if (value.length <= LONGEST_TOKEN || !isPrintable(value) || /^(?:subject|comments)$/i.test(name)) return;
  if (structuredTokens(value).every((token) => token.length <= LONGEST_TOKEN)) return;
  const hint = "give { structured: … }, with blanks where the field may be folded, when it must stay as it is";
  const detail = { rfc: "RFC 5322 s2.1.1", hint };
  place.warning("header.too-long", "a part of the value fits no line and becomes encoded-words", detail);
}

const ONE_CLICK = "List-Unsubscribe=One-Click";

function readStructured(name: string, value: string, place: Place): FieldValue | undefined {
  if (!checkStructured(value, place)) return undefined;
  // RFC 8058 s3.1: the one pair there is; services that find another do not offer the click.
  if (name.toLowerCase() === "list-unsubscribe-post" && value !== ONE_CLICK) {
    return place.error("header.value", `the value of this field is ${ONE_CLICK}`, { rfc: "RFC 8058 s3.1" });
  }
  return unencoded(value, place);
}

function readPeople(name: string, input: unknown, place: Place): FieldValue {
  const grammar = fieldGrammar(name);
  const shape = grammar === "mailbox" || grammar === "mailboxes" ? grammar : "addresses";
  return { kind: "addresses", addresses: readAddresses(input, place, shape) };
}

function readIds(name: string, input: unknown, place: Place): FieldValue | undefined {
  if (fieldGrammar(name) !== "id") return { kind: "ids", ids: readForeignIds(input, place) };
  const id = readMessageId(input, place);
  return id === undefined ? undefined : { kind: "ids", ids: Object.freeze([id]) };
}

// A date that is written in another legal way stays as it was written; a zone that has an obsolete name does not.
function readDate(value: string, place: Place): FieldValue | undefined {
  if (!checkStructuredText(value, place)) return undefined;
  const read = parseDate(value);
  if (read === undefined) {
    const detail = { rfc: "RFC 5322 s3.3", hint: "write it as Tue, 24 Nov 2026 05:06:07 +0000" };
    return place.error("header.date", dateProblem(value), detail);
  }
  const { time, zone } = read;
  const stays = formatDate(time, zone) !== value && value.includes(zone);
  return stays ? { kind: "structured", text: value } : dateOf(time, zone);
}

function dateOf(time: number, zone: string): FieldValue {
  return zone === UTC ? { kind: "date", time } : { kind: "date", time, zone };
}

function readList(name: string, value: string, place: Place): FieldValue | undefined {
  if (!checkStructuredText(value, place)) return undefined;
  const rfc = "RFC 2369 s2";
  if (!holdsListItem(name, value)) {
    const hint =
      'as in "<https://example.com/list>, <mailto:list@example.com>", or "Name <list.example.com>" for List-Id';
    const message = "expected angle brackets around each URI and around the id of a list";
    return place.error("header.value", message, { rfc, hint });
  }
  if (holdsBlankItem(value)) {
    const message = "expected no blanks within angle brackets: readers drop them from the URI, or stop there";
    return place.error("list.uri", message, { rfc, hint: "write a space in a URI as %20" });
  }
  const text = encodeListValue(value);
  if (text !== undefined) return written(text, place);
  const hint = "percent-encode the URI; only comments in parentheses and names take other characters";
  return place.error("header.value", "a list URI is ASCII", { rfc, hint });
}

// What a parameter may be is checked where the field is written.
function readParameterized({ value, parameters }: GivenValue, place: Place): FieldValue | undefined {
  const pairs = listOf(parameters)?.map(pairOf);
  if (typeof value === "string" && pairs !== undefined && pairs.every((pair) => pair !== undefined)) {
    return { kind: "parameterized", value, parameters: Object.freeze(pairs) };
  }
  return place.error("header.value", "parameters are a list of pairs of a name and a text");
}

function pairOf(pair: unknown): readonly [name: string, value: string] | undefined {
  const [name, value] = listOf(pair) ?? [];
  return typeof name === "string" && typeof value === "string" ? Object.freeze([name, value] as const) : undefined;
}

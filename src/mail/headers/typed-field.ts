// A field given with a typed value, as a checked tree has it, or written by hand: read by the grammar of its name as
// if it were text, so that a copy of a value passes the same checks as the value.

import type { Place } from "../../issues.ts";
import { listOf } from "../../options/plain.ts";
import { readAddresses } from "./address.ts";
import { isHeaderDate, isZone, UTC } from "./date.ts";
import { checkFieldName, checkStructured, readField } from "./field-check.ts";
import { type Field, type FieldValue, fieldGrammar } from "./field-names.ts";
import { holdsListItem } from "./list-field.ts";
import { readForeignIds, readMessageId } from "./message-id.ts";
import { checkHeaderText, looksEncoded } from "./tokens.ts";

/** The own properties of a value that a caller gave. */
export type GivenValue = Readonly<Record<string, unknown>>;

/**
 * Reads a field whose value says its kind.
 *
 * @returns the field, or undefined after reporting what is wrong under `path`.
 * @example
 * readTypedField("X-SMTPAPI", { kind: "structured", text: '{"unique_args": {"id": 1}}' }, ["headers", 0], report);
 */
export function readTypedField(name: string, given: GivenValue, place: Place): Field | undefined {
  const errorsBefore = place.errorCount;
  checkFieldName(name, place);
  const value = readValue(name, given, place);
  return place.errorCount > errorsBefore || value === undefined
    ? undefined
    : Object.freeze({ name, value: Object.freeze(value) });
}

function readValue(name: string, given: GivenValue, place: Place): FieldValue | undefined {
  const { kind, text } = given;
  if (kind === "text" && typeof text === "string") return readText(name, text, place);
  if (kind === "structured" && typeof text === "string") return readStructured(name, text, place);
  if (kind === "addresses") return readPeople(name, given.addresses, place);
  if (kind === "ids") return readIds(name, given.ids, place);
  if (kind === "date") return readTime(given, place);
  if (kind === "parameterized") return readParameterized(given, place);
  const message = "a typed value is text, structured, addresses, ids, date or parameterized, with what the kind holds";
  return place.error("header.value", message, { hint: "or give the value as a string" });
}

function readText(name: string, text: string, place: Place): FieldValue | undefined {
  if (fieldGrammar(name) !== "text") return readField(name, text, place)?.value;
  return checkHeaderText(text, place) ? { kind: "text", text } : undefined;
}

/** Reads text that is written as it is: a name with its own grammar keeps to it. */
function readStructured(name: string, text: string, place: Place): FieldValue | undefined {
  const grammar = fieldGrammar(name);
  if (grammar === "list") {
    // The words in comments and names of a list field are written already.
    if (!holdsListItem(name, text)) return readField(name, text, place)?.value;
  } else if (grammar !== "text" && grammar !== "structured") return readField(name, text, place)?.value;
  else if (looksEncoded(text)) {
    const message = "the value looks like an encoded-word, which readers decode";
    return place.error("header.value", message, { rfc: "RFC 2047 s5" });
  }
  return checkStructured(text, place) ? { kind: "structured", text } : undefined;
}

function readPeople(name: string, input: unknown, place: Place): FieldValue {
  const grammar = fieldGrammar(name);
  const shape = grammar === "mailbox" || grammar === "mailboxes" ? grammar : "addresses";
  return { kind: "addresses", addresses: readAddresses(input, place, shape) };
}

function readIds(name: string, input: unknown, place: Place): FieldValue | undefined {
  if (fieldGrammar(name) !== "id") return { kind: "ids", ids: readForeignIds(input, place) };
  const id = readMessageId(listOf(input)?.[0] ?? input, place);
  return id === undefined ? undefined : { kind: "ids", ids: Object.freeze([id]) };
}

function readTime({ time, zone = UTC }: GivenValue, place: Place): FieldValue | undefined {
  if (typeof time === "number" && typeof zone === "string" && isZone(zone) && isHeaderDate(time, zone)) {
    return zone === UTC ? { kind: "date", time } : { kind: "date", time, zone };
  }
  const message = "a date is between the years 1900 and 9999, its zone is +hhmm or -hhmm";
  return place.error("header.date", message, { rfc: "RFC 5322 s3.3" });
}

// What a parameter may be is checked where the field is written.
function readParameterized({ value, parameters }: GivenValue, place: Place): FieldValue | undefined {
  const pairs = (listOf(parameters) ?? []).flatMap((pair) => readPair(pair));
  if (typeof value === "string" && pairs.length === listOf(parameters)?.length) {
    return { kind: "parameterized", value, parameters: Object.freeze(pairs) };
  }
  return place.error("header.value", "parameters are a list of pairs of a name and a text");
}

function readPair(pair: unknown): readonly (readonly [name: string, value: string])[] {
  const [name, value] = listOf(pair) ?? [];
  return typeof name === "string" && typeof value === "string" ? [Object.freeze([name, value] as const)] : [];
}

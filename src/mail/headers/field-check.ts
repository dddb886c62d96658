// Everything that would keep a field from being written, found without writing it. RFC 5322 s2.1.1, s2.2.

import type { Place } from "../../issues.ts";
import { type Charset, unmappable } from "../octets/charset.ts";
import { isBytes } from "../octets/kinds.ts";
import { readAddresses } from "./address.ts";
import { dateProblem, formatDate, isHeaderDate, isZone, parseDate, UTC } from "./date.ts";
import { type Field, type FieldValue, fieldGrammar } from "./field-names.ts";
import { LONGEST_LINE, LONGEST_TOKEN, structuredTokens } from "./folding.ts";
import { encodeListValue, holdsBlankItem, holdsListItem } from "./list-field.ts";
import { type Address, type AddressShape, displayName, isGroup } from "./mailbox.ts";
import { readForeignIds, readMessageId } from "./message-id.ts";
import { areParameterNames } from "./parameters.ts";
import { checkHeaderText, checkStructuredText, isFieldName, isPrintable, looksEncoded } from "./tokens.ts";

/** Reports what is wrong with a field under `path`. True when it can be written. */
export function checkField(field: Field, charset: Charset, place: Place): boolean {
  const goodName = checkFieldName(field.name, place);
  return checkValue(field, charset, place) && goodName;
}

/** Checks the name of a field. A line break in it is reported beside `header.name`. */
export function checkFieldName(name: string, place: Place): boolean {
  const clean = checkStructuredText(name, place);
  if (!isFieldName(name)) {
    place.error("header.name", "invalid field name; expected printable ASCII without colons and spaces", {
      rfc: "RFC 5322 s3.6.8",
    });
    return false;
  }
  // The colon is on the line of the name.
  if (name.length + 1 > LONGEST_LINE) return tooLong("the field name", place);
  return clean;
}

function checkValue({ name, value }: Field, charset: Charset, place: Place): boolean {
  switch (value.kind) {
    case "text":
      return checkHeaderText(value.text, place) && checkMappable(value.text, charset, place);
    case "addresses":
      return checkAddresses(value.addresses, charset, place);
    case "ids":
      return checkTokens(value.ids, place);
    case "date":
      if (isDateValue(value)) return true;
      place.error("header.date", "expected a date between the years 1900 and 9999 and a zone such as +0100", {
        rfc: "RFC 5322 s3.3",
      });
      return false;
    case "structured":
      return checkStructured(value.text, place);
    case "parameterized":
      return checkParameterized(name, value, place);
  }
}

function isDateValue({ time, zone }: Extract<FieldValue, { kind: "date" }>): boolean {
  return (zone === undefined || isZone(zone)) && isHeaderDate(time, zone);
}

/** Checks text that is written as it is: ASCII, one line, no token too long for a line, no blanks at its edges. */
export function checkStructured(text: string, place: Place): boolean {
  if (!checkStructuredText(text, place)) return false;
  if (!isPrintable(text)) {
    place.error("header.value", "expected ASCII: the grammar of this field does not allow encoded-words", {
      rfc: "RFC 5322 s2.2.2",
    });
    return false;
  }
  if (text === "" || text.startsWith(" ") || text.endsWith(" ")) {
    place.error("header.value", "expected a value that is not empty and does not start or end with a space");
    return false;
  }
  return checkTokens(text.length <= LONGEST_TOKEN ? [] : structuredTokens(text), place);
}

function checkTokens(tokens: readonly string[], place: Place): boolean {
  const fit = tokens.every((token) => token.length <= LONGEST_TOKEN);
  return fit || tooLong("a part of the value that cannot be folded", place);
}

function tooLong(what: string, place: Place): false {
  const detail = { rfc: "RFC 5322 s2.1.1" };
  place.error("header.too-long", `${what} is longer than a line of ${LONGEST_LINE} characters`, detail);
  return false;
}

function checkAddresses(addresses: readonly Address[], charset: Charset, place: Place): boolean {
  let good = true;
  const check = (name: string | undefined): void => {
    if (name === undefined) return;
    if (!checkStructuredText(name, place) || !checkMappable(name, charset, place)) good = false;
  };
  for (const address of addresses) {
    if (isGroup(address)) {
      check(address.group);
      for (const member of address.members) check(displayName(member));
    } else check(displayName(address));
  }
  return good;
}

function checkParameterized(
  name: string,
  { value, parameters }: Extract<FieldValue, { kind: "parameterized" }>,
  place: Place,
): boolean {
  if (!checkStructured(value, place)) return false;
  // The value is not folded and shares its line with the name, a semicolon behind it.
  if (name.length + 2 + value.length + 1 > LONGEST_LINE) return tooLong("the value", place);
  if (!areParameterNames(parameters)) {
    place.error("header.value", "expected parameters whose names are tokens, each given once", {
      rfc: "RFC 2045 s5.1",
    });
    return false;
  }
  return parameters.every(([, content]) => checkStructuredText(content, place));
}

// UTF-8 writes everything that passed the check for lone surrogates, every other charset may lack a character.
function checkMappable(text: string, charset: Charset, place: Place): boolean {
  if (charset.name === "UTF-8") return true;
  const result = charset.encode(text);
  if (isBytes(result)) return true;
  place.sink.add(unmappable(charset, text, result.unmappable, place.path));
  return false;
}

// A field given as name and text, read by the grammar of its name.

/**
 * Reads a field. Known names have their grammar; every other one is unstructured text.
 *
 * @param value text without folds.
 * @returns the field, or undefined after reporting what is wrong under `path`.
 * @example
 * readField("Reply-To", "Ann <ann@example.org>", ["headers", "Reply-To"], report);
 */
export function readField(name: string, value: string, place: Place): Field | undefined {
  const errorsBefore = place.errorCount;
  checkFieldName(name, place);
  const read = readValue(name, value, place);
  return place.errorCount > errorsBefore || read === undefined
    ? undefined
    : Object.freeze({ name, value: Object.freeze(read) });
}

function readValue(name: string, value: string, place: Place): FieldValue | undefined {
  const grammar = fieldGrammar(name);
  switch (grammar) {
    case "mailbox":
    case "mailboxes":
    case "addresses":
      return readAddressField(value, place, grammar);
    case "id": {
      const id = readMessageId(value, place);
      return id === undefined ? undefined : { kind: "ids", ids: Object.freeze([id]) };
    }
    case "ids":
      return { kind: "ids", ids: readForeignIds(value, place) };
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

// ASCII that becomes words only because it fits no line may be data, which no reader decodes. RFC 5322 s2.1.1.
function warnOfLongToken(name: string, value: string, place: Place): void {
  if (value.length <= LONGEST_TOKEN || !isPrintable(value) || /^(?:subject|comments)$/i.test(name)) return;
  if (structuredTokens(value).every((token) => token.length <= LONGEST_TOKEN)) return;
  const message = "a part of the value fits no line and becomes encoded-words";
  const hint = "give { structured: … }, with blanks where the field may be folded, when it must stay as it is";
  place.warning("header.too-long", message, { rfc: "RFC 5322 s2.1.1", hint });
}

function readStructured(name: string, value: string, place: Place): FieldValue | undefined {
  if (!checkStructured(value, place)) return undefined;
  // RFC 8058 s3.1: the one pair there is; services that find another do not offer the click.
  if (name.toLowerCase() === "list-unsubscribe-post" && value !== ONE_CLICK) {
    return place.error("header.value", `the value of this field is ${ONE_CLICK}`, { rfc: "RFC 8058 s3.1" });
  }
  if (!looksEncoded(value)) return { kind: "structured", text: value };
  const message = "the value looks like an encoded-word, which readers decode";
  return place.error("header.value", message, { rfc: "RFC 2047 s5" });
}

function readAddressField(value: string, place: Place, shape: AddressShape): FieldValue {
  return { kind: "addresses", addresses: readAddresses(value, place, shape) };
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
  if (formatDate(time, zone) !== value && value.includes(zone)) return { kind: "structured", text: value };
  return zone === UTC ? { kind: "date", time } : { kind: "date", time, zone };
}

const ONE_CLICK = "List-Unsubscribe=One-Click";

function readList(name: string, value: string, place: Place): FieldValue | undefined {
  if (!checkStructuredText(value, place)) return undefined;
  if (!holdsListItem(name, value)) {
    const hint =
      'as in "<https://example.com/list>, <mailto:list@example.com>", or "Name <list.example.com>" for List-Id';
    const message = "expected angle brackets around each URI and around the id of a list";
    return place.error("header.value", message, { rfc: "RFC 2369 s2", hint });
  }
  if (holdsBlankItem(value)) {
    const message = "expected no blanks within angle brackets: readers drop them from the URI, or stop there";
    return place.error("list.uri", message, { rfc: "RFC 2369 s2", hint: "write a space in a URI as %20" });
  }
  const text = encodeListValue(value);
  if (text === undefined) {
    const hint = "percent-encode the URI; only comments in parentheses and names take other characters";
    return place.error("header.value", "a list URI is ASCII", { rfc: "RFC 2369 s2", hint });
  }
  return checkStructured(text, place) ? { kind: "structured", text } : undefined;
}

// Everything that would keep a field from being written, found without writing it. RFC 5322 s2.1.1, s2.2.

import type { IssueCode, Place } from "../../issues.ts";
import { type Charset, unmappable } from "../octets/charset.ts";
import { isBytes } from "../octets/kinds.ts";
import { isHeaderDate, isZone, UTC } from "./date.ts";
import type { Field, FieldValue } from "./field-names.ts";
import { LONGEST_LINE, LONGEST_TOKEN, structuredTokens } from "./folding.ts";
import { type Address, displayName, isGroup } from "./mailbox.ts";
import { isParameterName } from "./parameters.ts";
import { checkHeaderText, checkStructuredText, isFieldName, isPrintable } from "./tokens.ts";

/** Reports what is wrong with a field under `path`. True when it can be written. */
export function checkField(field: Field, charset: Charset, place: Place): boolean {
  const goodName = checkFieldName(field.name, place);
  return checkValue(field, charset, place) && goodName;
}

/** Checks the name of a field. A line break in it is reported beside `header.name`. */
export function checkFieldName(name: string, place: Place): boolean {
  const clean = checkStructuredText(name, place);
  if (!isFieldName(name)) {
    const message = "invalid field name; expected printable ASCII without colons and spaces";
    return refuse(place, "header.name", message, "RFC 5322 s3.6.8");
  }
  // The colon is on the line of the name.
  return name.length < LONGEST_LINE ? clean : tooLong("the field name", place);
}

function refuse(place: Place, code: IssueCode, message: string, rfc: string): false {
  place.error(code, message, { rfc });
  return false;
}

function tooLong(what: string, place: Place): false {
  const message = `${what} is longer than a line of ${LONGEST_LINE} characters`;
  return refuse(place, "header.too-long", message, "RFC 5322 s2.1.1");
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
      return checkDate(value.time, value.zone, place);
    case "structured":
      return checkStructured(value.text, place);
    case "parameterized":
      return checkParameterized(name, value, place);
  }
}

/** Checks a time and its zone, as a caller may have given them. */
export function checkDate(time: unknown, zone: unknown, place: Place): boolean {
  const known = typeof time === "number" && (zone === undefined || (typeof zone === "string" && isZone(zone)));
  if (known && isHeaderDate(time, typeof zone === "string" ? zone : UTC)) return true;
  const message = "expected a date between the years 1900 and 9999 and a zone such as +0100";
  return refuse(place, "header.date", message, "RFC 5322 s3.3");
}

/** Checks text that is written as it is: ASCII, one line, no token too long for a line, no blanks at its edges. */
export function checkStructured(text: string, place: Place): boolean {
  if (!checkStructuredText(text, place)) return false;
  if (!isPrintable(text)) {
    const message = "expected ASCII: the grammar of this field does not allow encoded-words";
    return refuse(place, "header.value", message, "RFC 5322 s2.2.2");
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

function checkAddresses(addresses: readonly Address[], charset: Charset, place: Place): boolean {
  let good = true;
  for (const address of addresses) {
    const name = isGroup(address) ? address.group : displayName(address);
    if (name !== undefined && !(checkStructuredText(name, place) && checkMappable(name, charset, place))) good = false;
    if (isGroup(address) && !checkAddresses(address.members, charset, place)) good = false;
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
  const names = parameters.map(([one]) => one.toLowerCase());
  if (!names.every(isParameterName) || new Set(names).size < names.length) {
    return refuse(
      place,
      "header.value",
      "expected parameters whose names are tokens, each given once",
      "RFC 2045 s5.1",
    );
  }
  return parameters.every(([, content]) => checkStructuredText(content, place));
}

// UTF-8 writes everything that passed the check for lone surrogates, every other charset may lack a character.
function checkMappable(text: string, charset: Charset, place: Place): boolean {
  const result = charset.name === "UTF-8" || charset.encode(text);
  if (result === true || isBytes(result)) return true;
  place.sink.add(unmappable(charset, text, result.unmappable, place.path));
  return false;
}

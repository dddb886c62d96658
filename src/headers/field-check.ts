// Everything that would keep a field from being written, found without writing it. RFC 5322 s2.1.1, s2.2.

import { type Charset, unmappable } from "../encoding/charset.ts";
import { isBytes } from "../encoding/kinds.ts";
import type { Place } from "../issues.ts";
import { isHeaderDate, isZone } from "./date.ts";
import type { Field, FieldValue } from "./field-names.ts";
import { LONGEST_LINE, LONGEST_TOKEN, structuredTokens } from "./folding.ts";
import { type Address, displayName, isGroup } from "./mailbox.ts";
import { areParameterNames } from "./parameters.ts";
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
    place.error("header.name", "invalid field name; expected printable ASCII without colons and spaces", {
      rfc: "RFC 5322 s3.6.8",
    });
    return false;
  }
  // The colon stands on the line of the name.
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
    place.error("header.value", "expected ASCII: this field has a grammar of its own and takes no encoded-words", {
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

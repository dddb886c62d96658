// Everything that would keep a field from being written, found without writing it. RFC 5322 s2.1.1, s2.2.

import { type Charset, unmappable } from "../encoding/charset.ts";
import { isBytes } from "../encoding/kinds.ts";
import { errorIssue, type Path, type Report } from "../issues.ts";
import { isHeaderDate, isZone } from "./date.ts";
import type { Field, FieldValue } from "./field-value.ts";
import { LONGEST_LINE, LONGEST_TOKEN, structuredTokens } from "./folding.ts";
import { displayName, isGroup } from "./mailbox.ts";
import { areParameterNames } from "./parameters.ts";
import { checkHeaderText, checkStructuredText, isFieldName, isPrintable } from "./tokens.ts";

interface Place {
  readonly charset: Charset;
  readonly path: Path;
  readonly report: Report;
}

/** Reports what is wrong with a field under `path`. True when it can be written. */
export function checkField(field: Field, charset: Charset, path: Path, report: Report): boolean {
  const place: Place = { charset, path, report };
  const goodName = checkFieldName(field.name, path, report);
  return checkValue(field, place) && goodName;
}

/** Checks the name of a field. A line break in it is told beside `header.name`. */
export function checkFieldName(name: string, path: Path, report: Report): boolean {
  const clean = checkStructuredText(name, path, report);
  if (!isFieldName(name)) {
    report(
      errorIssue("header.name", path, "a field name is made of printable ASCII without colon and space", {
        rfc: "RFC 5322 s3.6.8",
      }),
    );
    return false;
  }
  // The colon stands on the line of the name.
  if (name.length + 1 > LONGEST_LINE) return tooLong("the field name", path, report);
  return clean;
}

function checkValue({ name, value }: Field, place: Place): boolean {
  const { path, report } = place;
  switch (value.kind) {
    case "text":
      return checkHeaderText(value.text, path, report) && checkMappable(value.text, place);
    case "addresses":
      return checkAddresses(value.addresses, place);
    case "ids":
      return checkTokens(value.ids, path, report);
    case "date":
      if (isDateValue(value)) return true;
      report(
        errorIssue("header.date", path, "a date is between the years 1900 and 9999, its zone is +hhmm or -hhmm", {
          rfc: "RFC 5322 s3.3",
        }),
      );
      return false;
    case "structured":
      return checkStructured(value.text, path, report);
    case "parameterized":
      return checkParameterized(name, value, place);
  }
}

function isDateValue({ time, zone }: Extract<FieldValue, { kind: "date" }>): boolean {
  return (zone === undefined || isZone(zone)) && isHeaderDate(time, zone);
}

/** Checks text that is written as it is: ASCII, one line, no token too long for a line, no blanks at its edges. */
export function checkStructured(text: string, path: Path, report: Report): boolean {
  if (!checkStructuredText(text, path, report)) return false;
  if (!isPrintable(text)) {
    report(errorIssue("header.value", path, "the value of this field is ASCII", { rfc: "RFC 5322 s2.2.2" }));
    return false;
  }
  if (text === "" || text.startsWith(" ") || text.endsWith(" ")) {
    report(
      errorIssue("header.value", path, "the value of this field neither is empty nor starts or ends with a space"),
    );
    return false;
  }
  return checkTokens(text.length <= LONGEST_TOKEN ? [] : structuredTokens(text), path, report);
}

function checkTokens(tokens: readonly string[], path: Path, report: Report): boolean {
  const fit = tokens.every((token) => token.length <= LONGEST_TOKEN);
  return fit || tooLong("a part of the value that cannot be folded", path, report);
}

function tooLong(what: string, path: Path, report: Report): false {
  const detail = { rfc: "RFC 5322 s2.1.1" };
  report(errorIssue("header.too-long", path, `${what} fits no line of ${LONGEST_LINE} characters`, detail));
  return false;
}

function checkAddresses(addresses: Extract<FieldValue, { kind: "addresses" }>["addresses"], place: Place): boolean {
  let good = true;
  const check = (name: string | undefined): void => {
    if (name === undefined) return;
    if (!checkStructuredText(name, place.path, place.report) || !checkMappable(name, place)) good = false;
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
  { path, report }: Place,
): boolean {
  if (!checkStructured(value, path, report)) return false;
  // The value is not folded and shares its line with the name, a semicolon behind it.
  if (name.length + 2 + value.length + 1 > LONGEST_LINE) return tooLong("the value", path, report);
  if (!areParameterNames(parameters)) {
    report(
      errorIssue("header.value", path, "parameters have names that are tokens, each once", { rfc: "RFC 2045 s5.1" }),
    );
    return false;
  }
  return parameters.every(([, content]) => checkStructuredText(content, path, report));
}

// UTF-8 writes everything that passed the check for lone surrogates, every other charset may lack a character.
function checkMappable(text: string, { charset, path, report }: Place): boolean {
  if (charset.name === "UTF-8") return true;
  const result = charset.encode(text);
  if (isBytes(result)) return true;
  report(unmappable(charset, text, result.unmappable, path));
  return false;
}

// A field given with a typed value, as a checked tree has it, or written by hand: read by the grammar of its name as
// if it were text, so that a copy of a value passes the same checks as the value.
import { errorIssue, type Path, type Report } from "../issues.ts";
import { readAddresses } from "./address.ts";
import { isHeaderDate, isZone, UTC } from "./date.ts";
import { checkFieldName, checkStructured } from "./field-check.ts";
import { fieldGrammar } from "./field-names.ts";
import { readField } from "./field-reader.ts";
import type { Field, FieldValue } from "./field-value.ts";
import { listOf } from "./foreign.ts";
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
export function readTypedField(name: string, given: GivenValue, path: Path, report: Report): Field | undefined {
  let failed = !checkFieldName(name, path, report);
  const watch: Report = (issue) => {
    if (issue.severity === "error") failed = true;
    report(issue);
  };
  const value = readValue(name, given, path, watch);
  return failed || value === undefined ? undefined : Object.freeze({ name, value: Object.freeze(value) });
}

function readValue(name: string, given: GivenValue, path: Path, report: Report): FieldValue | undefined {
  const { kind, text } = given;
  if (kind === "text" && typeof text === "string") return readText(name, text, path, report);
  if (kind === "structured" && typeof text === "string") return readStructured(name, text, path, report);
  if (kind === "addresses") return readPeople(name, given.addresses, path, report);
  if (kind === "ids") return readIds(name, given.ids, path, report);
  if (kind === "date") return readTime(given, path, report);
  if (kind === "parameterized") return readParameterized(given, path, report);
  const message = "a typed value is text, structured, addresses, ids, date or parameterized, with what the kind holds";
  report(errorIssue("header.value", path, message, { hint: "or give the value as a string" }));
  return undefined;
}

function readText(name: string, text: string, path: Path, report: Report): FieldValue | undefined {
  if (fieldGrammar(name) !== "text") return readField(name, text, path, report)?.value;
  return checkHeaderText(text, path, report) ? { kind: "text", text } : undefined;
}

/** Reads text that is written as it is: a name with a grammar of its own keeps to it. */
function readStructured(name: string, text: string, path: Path, report: Report): FieldValue | undefined {
  const grammar = fieldGrammar(name);
  if (grammar === "list") {
    // The words in comments and names of a list field are written already.
    if (!holdsListItem(name, text)) return readField(name, text, path, report)?.value;
  } else if (grammar !== "text" && grammar !== "structured") return readField(name, text, path, report)?.value;
  else if (looksEncoded(text)) {
    const message = "the value looks like an encoded-word, which readers decode";
    report(errorIssue("header.value", path, message, { rfc: "RFC 2047 s5" }));
    return undefined;
  }
  return checkStructured(text, path, report) ? { kind: "structured", text } : undefined;
}

function readPeople(name: string, input: unknown, path: Path, report: Report): FieldValue {
  const grammar = fieldGrammar(name);
  const shape = grammar === "mailbox" || grammar === "mailboxes" ? grammar : "addresses";
  return { kind: "addresses", addresses: readAddresses(input, path, report, shape) };
}

function readIds(name: string, input: unknown, path: Path, report: Report): FieldValue | undefined {
  if (fieldGrammar(name) !== "id") return { kind: "ids", ids: readForeignIds(input, path, report) };
  const id = readMessageId(listOf(input)?.[0] ?? input, path, report);
  return id === undefined ? undefined : { kind: "ids", ids: Object.freeze([id]) };
}

function readTime({ time, zone = UTC }: GivenValue, path: Path, report: Report): FieldValue | undefined {
  if (typeof time === "number" && typeof zone === "string" && isZone(zone) && isHeaderDate(time, zone)) {
    return zone === UTC ? { kind: "date", time } : { kind: "date", time, zone };
  }
  const message = "a date is between the years 1900 and 9999, its zone is +hhmm or -hhmm";
  report(errorIssue("header.date", path, message, { rfc: "RFC 5322 s3.3" }));
  return undefined;
}

// What a parameter may be is checked where the field is written.
function readParameterized({ value, parameters }: GivenValue, path: Path, report: Report): FieldValue | undefined {
  const pairs = (listOf(parameters) ?? []).flatMap((pair) => readPair(pair));
  if (typeof value === "string" && pairs.length === listOf(parameters)?.length) {
    return { kind: "parameterized", value, parameters: Object.freeze(pairs) };
  }
  report(errorIssue("header.value", path, "parameters are a list of pairs of a name and a text"));
  return undefined;
}

function readPair(pair: unknown): readonly (readonly [name: string, value: string])[] {
  const [name, value] = listOf(pair) ?? [];
  return typeof name === "string" && typeof value === "string" ? [Object.freeze([name, value] as const)] : [];
}

// Further fields in the head of a part, or in the head of an enclosed message. RFC 2045 s3, RFC 5322 s3.6.
import type { Field } from "../headers/field.ts";
import { standsOnce } from "../headers/field-names.ts";
import { listOf, readGuarded } from "../headers/foreign.ts";
import { checkHeaderText, isFieldName } from "../headers/tokens.ts";
import { errorIssue, type Path, type Report } from "../issues.ts";
import { readFieldInput } from "./field-input.ts";
import { repeated } from "./given-headers.ts";
import { type OptionsShape, readEntries, readOptions } from "./input.ts";

// The part's own options and the writer give these.
const RESERVED = new Set([
  "content-type",
  "content-transfer-encoding",
  "content-disposition",
  "content-id",
  "content-description",
  "mime-version",
  "bcc",
  "resent-bcc",
]);

/** The fields, frozen through and through. */
export function keepFields(fields: readonly Field[]): readonly Field[] {
  for (const field of fields) {
    Object.freeze(field.value);
    Object.freeze(field);
  }
  return Object.freeze(fields);
}

/** Reads `fields` in any form: by name, as a list, or as a checked tree has them. */
export function readPartFields(input: unknown, path: Path, report: Report): readonly Field[] {
  const fields: Field[] = [];
  const first = new Map<string, Path>();
  for (const { name, value, place } of entriesOf(input, path, report)) {
    const field = readPartField(name, value, place, report);
    if (field === undefined) continue;
    const key = field.name.toLowerCase();
    const other = first.get(key);
    if (other !== undefined && standsOnce(key)) {
      report(repeated(field.name, other, place));
      continue;
    }
    first.set(key, other ?? place);
    fields.push(field);
  }
  return keepFields(fields);
}

interface Entry {
  readonly name: unknown;
  readonly value: unknown;
  readonly place: Path;
}

function entriesOf(input: unknown, path: Path, report: Report): readonly Entry[] {
  if (input === undefined) return [];
  const read = readGuarded(path, report, () => {
    const list = listOf(input);
    return list === undefined ? namedEntries(input, path, report) : listedEntries(list, path, report);
  });
  return read ?? [];
}

const FIELDS = "fields are an object of names and values, or a list of { name, value }";
const ENTRY: OptionsShape = { known: new Set(["name", "value"]), what: "an entry of fields is { name, value }" };

function namedEntries(input: unknown, path: Path, report: Report): readonly Entry[] {
  const found = readEntries(input, FIELDS, path, report) ?? [];
  return found.flatMap(([name, value]) => spread(name, value, [...path, name]));
}

function listedEntries(list: readonly unknown[], path: Path, report: Report): readonly Entry[] {
  const entries: Entry[] = [];
  for (const [index, item] of list.entries()) {
    const place = [...path, index];
    const given = readOptions(item, ENTRY, place, report);
    if (given !== undefined) entries.push({ name: given.name, value: given.value, place });
  }
  return entries;
}

function spread(name: string, value: unknown, place: Path): readonly Entry[] {
  const items = listOf(value);
  if (items === undefined) return [{ name, value, place }];
  return items.map((item, index) => ({ name, value: item, place: [...place, index] }));
}

function readPartField(name: unknown, value: unknown, path: Path, report: Report): Field | undefined {
  if (typeof name !== "string" || !isFieldName(name)) {
    if (typeof name === "string") checkHeaderText(name, path, report);
    const message = "a field name is printable ASCII without spaces and colons";
    report(errorIssue("header.name", path, message, { rfc: "RFC 5322 s2.2" }));
    return undefined;
  }
  if (RESERVED.has(name.toLowerCase())) {
    report(errorIssue("header.reserved", path, `${name} is not written from fields`, { hint: "the part has options" }));
    return undefined;
  }
  return readFieldInput(name, value, path, report);
}

// Further fields in the head of a part, or in the head of an enclosed message. RFC 2045 s3, RFC 5322 s3.6.

import { inputNames, readEntries, readProperties } from "../../given.ts";
import type { Place } from "../../issues.ts";
import { listOf, readGuarded } from "../../options/plain.ts";
import type { Field } from "../headers/field.ts";
import { standsOnce } from "../headers/field-names.ts";
import { checkHeaderText, isFieldName } from "../headers/tokens.ts";
import { readFieldInput } from "./field-input.ts";
import { reportRepeated } from "./given-headers.ts";

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
export function readPartFields(input: unknown, place: Place): readonly Field[] {
  const fields: Field[] = [];
  const first = new Map<string, Place>();
  for (const entry of entriesOf(input, place)) {
    const field = readPartField(entry);
    if (field === undefined) continue;
    const key = field.name.toLowerCase();
    const other = first.get(key);
    if (other !== undefined && standsOnce(key)) {
      reportRepeated(field.name, other, entry.place);
      continue;
    }
    first.set(key, other ?? entry.place);
    fields.push(field);
  }
  return keepFields(fields);
}

interface Entry {
  readonly name: unknown;
  readonly value: unknown;
  readonly place: Place;
}

function entriesOf(input: unknown, place: Place): readonly Entry[] {
  if (input === undefined) return [];
  const read = readGuarded(place, () => {
    const list = listOf(input);
    return list === undefined ? namedEntries(input, place) : listedEntries(list, place);
  });
  return read ?? [];
}

const FIELDS = "fields, an object of names and values or a list of { name, value }";
const ENTRY = inputNames("name value", "an entry { name, value }");

function namedEntries(input: unknown, place: Place): readonly Entry[] {
  const found = readEntries(input, FIELDS, place) ?? [];
  return found.flatMap(([name, value]) => spread(name, value, place.at(name)));
}

function listedEntries(list: readonly unknown[], place: Place): readonly Entry[] {
  const entries: Entry[] = [];
  for (const [index, item] of list.entries()) {
    const itemPlace = place.at(index);
    const given = readProperties(item, ENTRY, itemPlace);
    if (given !== undefined) entries.push({ name: given.name, value: given.value, place: itemPlace });
  }
  return entries;
}

function spread(name: string, value: unknown, place: Place): readonly Entry[] {
  const items = listOf(value);
  if (items === undefined) return [{ name, value, place }];
  return items.map((item, index) => ({ name, value: item, place: place.at(index) }));
}

function readPartField({ name, value, place }: Entry): Field | undefined {
  if (typeof name !== "string" || !isFieldName(name)) {
    if (typeof name === "string") checkHeaderText(name, place);
    const message = "invalid field name; expected printable ASCII without colons and spaces";
    return place.error("header.name", message, { rfc: "RFC 5322 s2.2" });
  }
  if (RESERVED.has(name.toLowerCase())) {
    return place.error("header.reserved", `${name} cannot be given in fields`, { hint: "the part has options" });
  }
  return readFieldInput(name, value, place);
}

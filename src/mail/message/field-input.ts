// A field of `headers` or of a part's `fields`, in any form that a caller may give its value. RFC 5322 s2.2.

import { checkKeys } from "../../given.ts";
import type { Place } from "../../issues.ts";
import { isPlain, ownProperties, readGuarded } from "../../options/plain.ts";
import { formatDate } from "../headers/date.ts";
import { type Field, readField } from "../headers/field.ts";
import type { FieldValue } from "../headers/field-names.ts";
import { readTypedField } from "../headers/field-reader.ts";

const EXPECTED = "expected a string, or { structured: string } for a value that is written as it is";
const KEYS = { known: new Set(["structured"]) };

/** Reads text, `{ structured }` or a typed value as a checked tree has it. */
export function readFieldInput(name: string, value: unknown, place: Place): Field | undefined {
  if (typeof value === "string") return readField(name, value, place);
  return readGuarded(place, () => readTyped(name, value, place));
}

function readTyped(name: string, value: unknown, place: Place): Field | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return place.error("header.value", EXPECTED);
  }
  const own: Readonly<Record<string, unknown>> = isPlain(value) ? ownProperties(value) : {};
  if (Object.hasOwn(own, "kind")) return readTypedField(name, own, place);
  if (typeof own.structured === "string") {
    checkKeys(own, KEYS, place);
    return readTypedField(name, { kind: "structured", text: own.structured }, place);
  }
  return place.error("header.value", EXPECTED);
}

/** The value of a field, as the message option that sets it takes it. */
export function optionValue(value: FieldValue): unknown {
  switch (value.kind) {
    case "text":
    case "structured":
      return value.text;
    case "addresses":
      return value.addresses;
    case "ids":
      return value.ids.length === 1 ? value.ids[0] : value.ids;
    case "date":
      return formatDate(value.time, value.zone);
    case "parameterized":
      return undefined;
  }
}

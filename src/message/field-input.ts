// A field of `headers` or of a part's `fields`, in any form that a caller may give its value. RFC 5322 s2.2.
import { formatDate } from "../headers/date.ts";
import { type Field, readField } from "../headers/field.ts";
import type { FieldValue } from "../headers/field-value.ts";
import { isPlain, readGuarded } from "../headers/foreign.ts";
import { readTypedField } from "../headers/typed-field.ts";
import { errorIssue, type Path, type Report } from "../issues.ts";
import { checkKeys, ownProperties } from "./input.ts";

const WHAT = "the value of a field is a string, or { structured: string } for one that is written as it is";
const KEYS = new Set(["structured"]);

/** Reads text, `{ structured }` or a typed value as a checked tree has it. */
export function readFieldInput(name: string, value: unknown, path: Path, report: Report): Field | undefined {
  if (typeof value === "string") return readField(name, value, path, report);
  return readGuarded(path, report, () => readObject(name, value, path, report));
}

function readObject(name: string, value: unknown, path: Path, report: Report): Field | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    report(errorIssue("header.value", path, WHAT));
    return undefined;
  }
  const own: Readonly<Record<string, unknown>> = isPlain(value) ? ownProperties(value) : {};
  if (Object.hasOwn(own, "kind")) return readTypedField(name, own, path, report);
  if (typeof own.structured === "string") {
    checkKeys(own, KEYS, path, report);
    return readTypedField(name, { kind: "structured", text: own.structured }, path, report);
  }
  report(errorIssue("header.value", path, WHAT));
  return undefined;
}

/** What an option of the message takes for the value of a field that stands for it. */
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

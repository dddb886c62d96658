// Limits of the header fields of a message that is not yet encoded: how many, how long, how often, SES's own.
import { findCharset, utf8 } from "../encoding/charset.ts";
import { type Field, formatField } from "../headers/field.ts";
import { errorIssue, type Path, type Report } from "../issues.ts";
import { optionOfField } from "../message/given-headers.ts";
import type { Part } from "../message/types.ts";
import type { Rendered } from "../mime/render.ts";
import type { Limits } from "./profiles.ts";
import { checkSesField } from "./ses-fields.ts";

/** Where in the caller's input a field of the message comes from. */
function pathOf(name: string): Path {
  const option = optionOfField(name);
  return option === undefined ? ["headers", name] : [option];
}

/** Checks the fields of the message's head. */
export function checkMessageFields({ tree: { fields }, fieldLengths }: Rendered, limits: Limits, report: Report): void {
  checkCount(fields, ["headers"], limits, report);
  checkRepeated(fields, limits, report);
  for (const [index, field] of fields.entries()) {
    const path = pathOf(field.name);
    checkLength(field, fieldLengths[index] ?? 0, path, limits, report);
    if ("text" in field.value) checkSesField(field.name, field.value.text, path, limits, report);
  }
}

/** Checks the fields that a caller gave a part of a tree. */
export function checkPartFields(part: Part, charset: string, path: Path, limits: Limits, report: Report): void {
  checkCount(part.fields, [...path, "fields"], limits, report);
  const options = { charset: findCharset(charset) ?? utf8, legacyNames: false };
  for (const field of part.fields) {
    checkLength(field, formatField(field, options).length, [...path, "fields", field.name], limits, report);
  }
}

function checkCount(fields: readonly Field[], path: Path, limits: Limits, report: Report): void {
  if (fields.length <= limits.headers) return;
  report(errorIssue("limit.headers", path, `${fields.length} fields are more than ${limits.headers}`));
}

// What the standards take once is an issue of the message already: this is the service's own list.
function checkRepeated(fields: readonly Field[], { name: place, onceOnly }: Limits, report: Report): void {
  const seen = new Set<string>();
  for (const { name } of fields) {
    const key = name.toLowerCase();
    if (seen.has(key) && onceOnly.some((one) => one.toLowerCase() === key)) {
      const hint = `keep one ${name} field`;
      report(errorIssue("header.repeated", pathOf(name), `${place} takes the field ${name} once`, { hint }));
    }
    seen.add(key);
  }
}

function checkLength(field: Field, length: number, path: Path, { headerBytes }: Limits, report: Report): void {
  // Name, colon and the last CRLF are not of the value; nor are folds, but they add a few octets only.
  const size = length - field.name.length - 3;
  if (size <= headerBytes) return;
  report(errorIssue("limit.header", path, `the value takes ${size} octets, ${headerBytes} is the most`));
}

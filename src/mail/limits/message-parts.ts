// Limits of the fields and files of a message that is not yet encoded: how many, how long, how often, of what type, and
// the service's own.

import type { Place } from "../../issues.ts";
import { type Field, formatField } from "../headers/field.ts";
import { optionOfField } from "../message/given-headers.ts";
import type { Message, Part } from "../message/types.ts";
import { findCharset, utf8 } from "../octets/charset.ts";
import { outlineRaw } from "../read/outline.ts";
import { walkRaw } from "../read/walk.ts";
import { type Rendered, sheetIn } from "../render/render.ts";
import type { Limits } from "./profiles.ts";
import { blockedExtension, checkSesField } from "./ses.ts";

/** Checks the fields of the message's head. */
export function checkMessageFields(rendered: Rendered, limits: Limits, root: Place): void {
  const { fields } = sheetIn(rendered).root;
  const { fieldLengths } = rendered;
  checkCount(fields, limits, root.at("headers"));
  checkRepeated(fields, limits, root);
  for (const [index, field] of fields.entries()) {
    checkLength(field, fieldLengths[index] ?? 0, limits, () => placeOf(field.name, root));
    if (limits.sesFields && "text" in field.value) {
      checkSesField(field.name, field.value.text, limits, placeOf(field.name, root));
    }
  }
}

/** Where in the caller's input a field of the message comes from. */
function placeOf(name: string, root: Place): Place {
  const option = optionOfField(name);
  return option === undefined ? root.at("headers").at(name) : root.at(option);
}

function checkCount(fields: readonly Field[], limits: Limits, place: Place): void {
  if (fields.length <= limits.headers) return;
  place.error("limit.headers", `${fields.length} fields are more than ${limits.headers}`);
}

// What the standards take once is an issue of the message already: this is the service's own list.
function checkRepeated(fields: readonly Field[], { name: service, onceOnly }: Limits, root: Place): void {
  const seen = new Set<string>();
  for (const { name } of fields) {
    const key = name.toLowerCase();
    if (seen.has(key) && onceOnly.some((one) => one.toLowerCase() === key)) {
      const hint = `keep one ${name} field`;
      placeOf(name, root).error("header.repeated", `${service} takes the field ${name} once`, { hint });
    }
    seen.add(key);
  }
}

function checkLength(field: Field, length: number, { headerBytes }: Limits, place: () => Place): void {
  // Name, colon and the last CRLF are not of the value; nor are folds, but they add a few octets only.
  const size = length - field.name.length - 3;
  if (size <= headerBytes) return;
  place().error("limit.header", `the value takes ${size} octets, ${headerBytes} is the most`);
}

/** Checks the names of all files of a message but those in a tree of the caller's own. */
export function checkFiles(m: Message, limits: Limits, root: Place): void {
  for (const [index, { filename }] of m.attachments.entries()) {
    checkName(filename, limits, root.at("attachments").at(index));
  }
  checkName(m.calendar?.filename, limits, root.at("calendar"));
}

/** Checks every part of a tree of the caller's own: file names and fields. */
export function checkBody(m: Message, limits: Limits, root: Place): void {
  if (m.body === undefined) return;
  const waiting: { readonly part: Part; readonly place: Place }[] = [{ part: m.body, place: root.at("body") }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { part, place } = next;
    if (part.written !== undefined) checkWrittenNames(part.written, limits, place.at("written"));
    checkName(part.filename, limits, place);
    checkPartFields(part, m.charset, limits, place.at("fields"));
    for (const [index, child] of (part.parts ?? []).entries()) {
      waiting.push({ part: child, place: place.at("parts").at(index) });
    }
    if (part.message !== undefined) waiting.push({ part: part.message, place: place.at("message") });
  }
}

function checkPartFields({ fields }: Part, label: string, limits: Limits, place: Place): void {
  checkCount(fields, limits, place);
  const options = { charset: findCharset(label) ?? utf8, legacyNames: false };
  for (const field of fields) {
    checkLength(field, formatField(field, options).length, limits, () => place.at(field.name));
  }
}

// A written part names its files itself.
function checkWrittenNames(written: Uint8Array, limits: Limits, place: Place): void {
  for (const { part } of walkRaw(outlineRaw(written))) refuseBlocked(part.filenames, limits, place);
}

// The `name` parameter of a type is written from the file name, and no caller can give another.
function checkName(filename: string | undefined, limits: Limits, place: Place): void {
  if (filename !== undefined) refuseBlocked([filename], limits, place.at("filename"));
}

function refuseBlocked(filenames: readonly string[], { name, blockedExtensions }: Limits, place: Place): void {
  const extension = blockedExtension(filenames, blockedExtensions);
  if (extension === undefined) return;
  const hint = "send a link, or the file in an archive that the reader expects";
  place.error("attachment.blocked-type", `${name} refuses files of type .${extension}`, { hint });
}

// The content of a v2 request: a raw message, or what one is composed of. Missing members are told all at once.

import { invalidValue } from "../protocol/errors.ts";
import { blobAt, filledTextAt, type Json, structureAt, structuresAt, textAt } from "../protocol/v2-json.ts";
import { required, type Validation } from "../protocol/validation.ts";
import type { SimpleContent } from "../sending/compose-simple.ts";
import { type SimpleFile, v2Files } from "./v2-files.ts";

/** What a message is composed of. */
export interface V2Simple {
  readonly subject: SimpleContent;
  readonly text: SimpleContent | undefined;
  readonly html: SimpleContent | undefined;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly files: readonly SimpleFile[];
}

/** A request's content. */
export type V2Content =
  | { readonly kind: "raw"; readonly raw: Uint8Array }
  | ({ readonly kind: "simple" } & V2Simple)
  | { readonly kind: "template" };

/** Reads the content; what is missing is noted in `found`. @throws SesError */
export function v2Content(input: Json, found: Validation): V2Content {
  const content = structureAt(input, "Content");
  if (content === undefined) {
    missing(found, "content");
    return { kind: "template" };
  }
  const raw = structureAt(content, "Raw");
  const simple = structureAt(content, "Simple");
  const template = structureAt(content, "Template");
  if ([raw, simple, template].filter((one) => one !== undefined).length !== 1) {
    throw invalidValue("Content must contain exactly one of Raw, Simple and Template.");
  }
  if (raw !== undefined) return rawContent(raw, found);
  return simple === undefined ? { kind: "template" } : { kind: "simple", ...simpleContent(simple, found) };
}

function rawContent(raw: Json, found: Validation): V2Content {
  const bytes = blobAt(raw, "Data", "content.raw.data");
  if (bytes === undefined) missing(found, "content.raw.data");
  return { kind: "raw", raw: bytes ?? new Uint8Array() };
}

function simpleContent(simple: Json, found: Validation): V2Simple {
  const body = structureAt(simple, "Body");
  const [text, html] = ["Text", "Html"].map((name) =>
    body === undefined ? undefined : textContent(structureAt(body, name), `body.${name.toLowerCase()}`, found),
  );
  const subject = textContent(structureAt(simple, "Subject"), "subject", found);
  if (subject === undefined) missing(found, "content.simple.subject");
  // A body of nothing is a body to the model of the API, and no message that anybody means to send.
  if (text === undefined && html === undefined) missing(found, "content.simple.body");
  return {
    subject: subject ?? { data: "", place: "" },
    text,
    html,
    headers: headersOf(simple, found),
    files: v2Files(simple, found),
  };
}

function textContent(content: Json | undefined, member: string, found: Validation): SimpleContent | undefined {
  if (content === undefined) return undefined;
  const data = required(found, textAt(content, "Data"), `content.simple.${member}.data`);
  return { data, charset: filledTextAt(content, "Charset"), place: `Content.Simple.${placeOf(member)}` };
}

function placeOf(member: string): string {
  return member
    .split(".")
    .map((name) => name.charAt(0).toUpperCase() + name.slice(1))
    .join(".");
}

const mostHeaders = 15;
const longestHeader = 996;

// API reference v2, MessageHeader.
function headersOf(simple: Json, found: Validation): V2Simple["headers"] {
  const list = structuresAt(simple, "Headers");
  if (list.length > mostHeaders) {
    const constraint = `Member must have length less than or equal to ${mostHeaders}`;
    found.fail(undefined, "content.simple.headers", constraint);
  }
  return list.slice(0, mostHeaders).map((header, index) => {
    const member = `content.simple.headers.${index + 1}.member`;
    const name = required(found, textAt(header, "Name"), `${member}.name`);
    const value = required(found, textAt(header, "Value"), `${member}.value`);
    constrain(found, name, `${member}.name`, { most: 126, pattern: /^[!-9;-@A-~]+$/ });
    constrain(found, value, `${member}.value`, { most: 995, pattern: /^[ -~]*$/ });
    if (name.length + value.length > longestHeader) {
      throw invalidValue(`The name and value of header '${name}' exceed ${longestHeader} characters.`);
    }
    return { name, value };
  });
}

function constrain(
  found: Validation,
  text: string,
  member: string,
  { most, pattern }: { readonly most: number; readonly pattern: RegExp },
): void {
  if (text.length > most) found.fail(text, member, `Member must have length less than or equal to ${most}`);
  else if (text !== "" && !pattern.test(text)) {
    found.fail(text, member, `Member must satisfy regular expression pattern: ${pattern.source}`);
  }
}

function missing(found: Validation, member: string): void {
  found.fail(undefined, member, "Member must not be null");
}

// Reads a raw message as untrusted input: who it is from and for, the fields that steer sending, and what the service
// refuses. Only the head is read for the first two, so neither number nor depth of the parts costs anything.
import { blockedExtension, sesBlockedExtensions, sesOnceOnly } from "../../limits/ses.ts";
import { decodeWords } from "../../read/encoded-words.ts";
import { type MimeField, type MimePart, mimeHead, mimeParts, mimeRoot } from "../inbox/mime.ts";
import { type ReceivedMailbox, readReceivedList, readReceivedMailbox } from "../protocol/address-list.ts";
import { invalidContent, invalidValue } from "../protocol/errors.ts";

/** What the endpoint needs to know of a raw message. */
export interface ReceivedMessage {
  readonly fields: readonly MimeField[];
  /** Where the body begins. */
  readonly bodyAt: number;
  readonly from: readonly ReceivedMailbox[];
  readonly sender: ReceivedMailbox | undefined;
  readonly returnPath: ReceivedMailbox | undefined;
  /** Bare addresses, groups flattened. */
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly bcc: readonly string[];
}

// The guide's list; the recipient fields, which standards allow once, the service takes several times.
const recipientFields = ["to", "cc", "bcc"];
const onceOnly: ReadonlySet<string> = new Set(
  sesOnceOnly.map((name) => name.toLowerCase()).filter((name) => !recipientFields.includes(name)),
);
const longestHead = 256 * 1_024;
const mostFields = 5_000;

/**
 * Reads a raw message.
 *
 * @param from - when a From field is needed: always, where there are any fields, or never
 * @throws SesError InvalidParameterValue about the message
 */
export function readReceivedMessage(
  raw: Uint8Array,
  from: "needed" | "needed-in-head" | "optional" = "needed",
): ReceivedMessage {
  const head = headOf(raw);
  const defects = new Set(head.defects.map((defect) => defect.kind));
  if (defects.has("head-too-long") || defects.has("too-many-fields")) fail("Header section too long.");
  if (defects.has("empty-name")) fail("Empty header names are illegal.");
  const { fields } = head;
  checkOnceOnly(fields);
  const authors = mailboxes(fields, "from");
  if (authors.length === 0 && (from === "needed" || (from === "needed-in-head" && fields.length > 0))) {
    fail("Missing required header 'From'.");
  }
  checkMimeParameters(valuesOf(fields, "content-type"));
  checkMimeParameters(valuesOf(fields, "content-disposition"));
  return {
    fields,
    bodyAt: head.bodyStart,
    from: authors,
    sender: oneMailbox(fields, "sender"),
    returnPath: oneMailbox(fields, "return-path"),
    to: addresses(fields, "to"),
    cc: addresses(fields, "cc"),
    bcc: addresses(fields, "bcc"),
  };
}

/** The first author of a message that cannot be read otherwise; undefined when it has no author. */
export function authorOf(raw: Uint8Array): ReceivedMailbox | undefined {
  try {
    return mailboxes(headOf(raw).fields, "from")[0];
  } catch {
    return undefined;
  }
}

function headOf(raw: Uint8Array) {
  return mimeHead(raw, { headBytes: longestHead, fields: mostFields });
}

/** True when a field of this name is there; the name in lower case. */
export function hasField(message: ReceivedMessage, name: string): boolean {
  return message.fields.some((field) => field.name.toLowerCase() === name);
}

/** The value of the first field of this name; the name in lower case. */
export function fieldValue(message: ReceivedMessage, name: string): string | undefined {
  return valuesOf(message.fields, name)[0];
}

function valuesOf(fields: readonly MimeField[], name: string): readonly string[] {
  return fields.filter((field) => field.name.toLowerCase() === name).map((field) => field.value);
}

function mailboxes(fields: readonly MimeField[], name: string): readonly ReceivedMailbox[] {
  return valuesOf(fields, name).flatMap(readReceivedList);
}

function addresses(fields: readonly MimeField[], name: string): readonly string[] {
  return mailboxes(fields, name).map(({ address }) => address);
}

// Return-Path may hold the empty path `<>`, RFC 5321 s4.4.
function oneMailbox(fields: readonly MimeField[], name: string): ReceivedMailbox | undefined {
  const [value] = valuesOf(fields, name);
  if (value === undefined || value.trim() === "" || value.trim() === "<>") return undefined;
  return readReceivedMailbox(value);
}

function checkOnceOnly(fields: readonly MimeField[]): void {
  const seen = new Set<string>();
  for (const field of fields) {
    const name = field.name.toLowerCase();
    if (!onceOnly.has(name)) continue;
    if (seen.has(name)) fail(`Duplicate header '${field.name}'.`);
    seen.add(name);
  }
}

function fail(message: string): never {
  throw invalidValue(message);
}

/** Checks the parts, as far as a message of ordinary depth has them. @throws SesError */
export function checkParts(raw: Uint8Array, bodyAt: number): void {
  const head = mimeRoot(raw.subarray(0, bodyAt));
  // A message of one part says all that is looked at in its head.
  const root = /^(?:multipart|message)\//.test(head.type) ? mimeRoot(raw) : head;
  for (const { part, enclosed } of mimeParts(root)) {
    // What a message encloses is cut short in every second bounce.
    if (!enclosed && lacksBoundary(part)) throw invalidValue("Missing start boundary");
    if (blockedExtension(part.filenames.map(decodeWords), sesBlockedExtensions) !== undefined) {
      throw invalidContent();
    }
  }
}

// RFC 2046 s5.1.1: a multipart names its boundary and holds at least one part.
function lacksBoundary({ defects }: MimePart): boolean {
  return defects.some(({ kind }) => kind === "boundary-missing" || kind === "boundary-unused");
}

/** Checks field values with parameters. @throws SesError `Expected '=', got 'null'` and the like */
function checkMimeParameters(values: readonly string[]): void {
  for (const value of values) checkValue(value);
}

function checkValue(value: string): void {
  let at = nextSemicolon(value, 0);
  while (at < value.length) {
    const start = at + 1;
    at = nextSemicolon(value, start);
    const parameter = value.slice(start, at).trim();
    // Many messages have a semicolon at the end, or two in a row: both are accepted.
    if (parameter !== "" && !parameter.startsWith("(")) checkParameter(parameter);
  }
}

function checkParameter(parameter: string): void {
  const name = /^[^\s=]*/.exec(parameter)?.[0] ?? "";
  const rest = parameter.slice(name.length).trimStart();
  if (rest.startsWith("=")) return;
  throw invalidValue(`Expected '=', got '${rest === "" ? "null" : rest.slice(0, 40)}'`);
}

// The next semicolon outside of quotes, or the end.
function nextSemicolon(value: string, from: number): number {
  let quoted = false;
  for (let at = from; at < value.length; at++) {
    const character = value.charAt(at);
    if (character === "\\" && quoted) at++;
    else if (character === '"') quoted = !quoted;
    else if (character === ";" && !quoted) return at;
  }
  return value.length;
}

// Reads the head of a raw message as untrusted input: who it is from and for, and the fields that steer sending.
// Only the head is looked at, never the parts, so neither their number nor their depth costs anything.
import { sesOnceOnly } from "../limits/ses.ts";
import type { RawField } from "../raw/head.ts";
import { readHead } from "../raw/head.ts";
import { invalidValue } from "./errors.ts";
import { checkMimeParameters } from "./mime-parameters.ts";
import { type ReceivedMailbox, readReceivedList, readReceivedMailbox } from "./received-addresses.ts";

/** What the endpoint needs to know of a raw message. */
export interface ReceivedMessage {
  readonly fields: readonly RawField[];
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
  const told = new Set(head.defects.map((defect) => defect.kind));
  if (told.has("head-too-long") || told.has("too-many-fields")) fail("Header section too long.");
  if (told.has("empty-name")) fail("Empty header names are illegal.");
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

/** The first author of a message that cannot be read otherwise; undefined when there is none. */
export function authorOf(raw: Uint8Array): ReceivedMailbox | undefined {
  try {
    return mailboxes(headOf(raw).fields, "from")[0];
  } catch {
    return undefined;
  }
}

function headOf(raw: Uint8Array) {
  const bounds = { headBytes: longestHead, fields: mostFields };
  return readHead({ bytes: raw, start: 0, line: 1, ...bounds, endsAt: () => false });
}

/** True when a field of this name is there; the name in lower case. */
export function hasField(message: ReceivedMessage, name: string): boolean {
  return message.fields.some((field) => field.name.toLowerCase() === name);
}

/** The value of the first field of this name; the name in lower case. */
export function fieldValue(message: ReceivedMessage, name: string): string | undefined {
  return valuesOf(message.fields, name)[0];
}

function valuesOf(fields: readonly RawField[], name: string): readonly string[] {
  return fields.filter((field) => field.name.toLowerCase() === name).map((field) => field.value);
}

function mailboxes(fields: readonly RawField[], name: string): readonly ReceivedMailbox[] {
  return valuesOf(fields, name).flatMap(readReceivedList);
}

function addresses(fields: readonly RawField[], name: string): readonly string[] {
  return mailboxes(fields, name).map(({ address }) => address);
}

// Return-Path may hold the empty path `<>`, RFC 5321 s4.4.
function oneMailbox(fields: readonly RawField[], name: string): ReceivedMailbox | undefined {
  const [value] = valuesOf(fields, name);
  if (value === undefined || value.trim() === "" || value.trim() === "<>") return undefined;
  return readReceivedMailbox(value);
}

function checkOnceOnly(fields: readonly RawField[]): void {
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

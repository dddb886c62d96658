// Reads the head of a raw message as untrusted input: who it is from and for, and the fields that steer sending.
// Only the head is looked at, never the parts, so neither their number nor their depth costs anything.
import { sesOnceOnly } from "../limits/ses-lists.ts";
import type { RawField } from "../raw/head.ts";
import { readHead } from "../raw/head.ts";
import { invalidValue } from "./errors.ts";
import { checkMimeParameters } from "./mime-parameters.ts";
import { readReceivedList, readReceivedMailbox } from "./received-addresses.ts";

/** What the endpoint needs to know of a raw message. */
export interface ReceivedMessage {
  readonly fields: readonly RawField[];
  /** Where the body begins. */
  readonly bodyAt: number;
  /** Bare addresses, groups flattened. */
  readonly from: readonly string[];
  readonly sender: string | undefined;
  readonly returnPath: string | undefined;
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
 * @throws SesError InvalidParameterValue about the message
 */
export function readReceivedMessage(raw: Uint8Array): ReceivedMessage {
  const head = readHead({
    bytes: raw,
    start: 0,
    line: 1,
    headBytes: longestHead,
    fields: mostFields,
    endsAt: () => false,
  });
  const told = new Set(head.defects.map((defect) => defect.kind));
  if (told.has("head-too-long") || told.has("too-many-fields")) fail("Header section too long.");
  if (told.has("empty-name")) fail("Empty header names are illegal.");
  const { fields } = head;
  checkOnceOnly(fields);
  const from = addresses(fields, "from");
  if (from.length === 0) fail("Missing required header 'From'.");
  checkMimeParameters(valuesOf(fields, "content-type"));
  checkMimeParameters(valuesOf(fields, "content-disposition"));
  return {
    fields,
    bodyAt: head.bodyStart,
    from,
    sender: oneAddress(fields, "sender"),
    returnPath: oneAddress(fields, "return-path"),
    to: addresses(fields, "to"),
    cc: addresses(fields, "cc"),
    bcc: addresses(fields, "bcc"),
  };
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

function addresses(fields: readonly RawField[], name: string): readonly string[] {
  return valuesOf(fields, name).flatMap((value) => readReceivedList(value).map(({ address }) => address));
}

// Return-Path may hold the empty path `<>`, RFC 5321 s4.4.
function oneAddress(fields: readonly RawField[], name: string): string | undefined {
  const [value] = valuesOf(fields, name);
  if (value === undefined || value.trim() === "" || value.trim() === "<>") return undefined;
  return readReceivedMailbox(value).address;
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

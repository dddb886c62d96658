// Reads a raw message as untrusted input: who it is from and for, the fields that steer sending, and what the service
// refuses.
import { blockedExtension, sesBlockedExtensions, sesOnceOnly } from "../../mail/limits/ses.ts";
import { decodeWords } from "../../mail/read/encoded-words.ts";
import type { RawField } from "../../mail/read/head.ts";
import { type ReadMessage, readMessage } from "../../mail/read/message.ts";
import type { RawDefect, RawDefectKind, RawPart } from "../../mail/read/outline.ts";
import { viewCaps } from "../inbox/view.ts";
import { type ReceivedMailbox, readReceivedList, readReceivedMailbox } from "../protocol/address-list.ts";
import { invalidContent, invalidValue } from "../protocol/errors.ts";

/** What the endpoint needs to know of a raw message. */
export interface ReceivedMessage {
  readonly mail: ReadMessage;
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
const CAPS = { ...viewCaps, headBytes: 256 * 1_024, fields: 5_000 };

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
  const mail = readMessage(raw, CAPS);
  const { fields, root } = mail;
  refuse(root, IN_HEAD);
  checkOnceOnly(fields);
  const authors = mailboxes(fields, "from");
  if (authors.length === 0 && (from === "needed" || (from === "needed-in-head" && fields.length > 0))) {
    fail("Missing required header 'From'.");
  }
  refuse(root, IN_PARAMETERS);
  return {
    mail,
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
    return mailboxes(readMessage(raw, CAPS).fields, "from")[0];
  } catch {
    return undefined;
  }
}

/** True when a field of this name is there; the name in lower case. */
export function hasField(message: ReceivedMessage, name: string): boolean {
  return message.mail.fields.some((field) => field.name.toLowerCase() === name);
}

/** The value of the first field of this name; the name in lower case. */
export function fieldValue(message: ReceivedMessage, name: string): string | undefined {
  return valuesOf(message.mail.fields, name)[0];
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

/** Checks the parts, as far as a message of ordinary depth has them. @throws SesError */
export function checkParts({ mail }: ReceivedMessage): void {
  for (const { part, enclosed } of mail.parts) {
    // What a message encloses is cut short in every second bounce.
    if (!enclosed) refuse(part, IN_PARTS);
    if (blockedExtension(part.filenames.map(decodeWords), sesBlockedExtensions) !== undefined) {
      throw invalidContent();
    }
  }
}

/** What the service answers to a fault of a message; undefined where it takes the message nevertheless. */
const ANSWERS: Readonly<Partial<Record<RawDefectKind, (defect: RawDefect) => string | undefined>>> = {
  "head-too-long": () => "Header section too long.",
  "too-many-fields": () => "Header section too long.",
  "empty-name": () => "Empty header names are illegal.",
  type: missingEquals,
  disposition: missingEquals,
  // RFC 2046 s5.1.1: a multipart names its boundary and holds at least one part.
  "boundary-missing": () => "Missing start boundary",
  "boundary-unused": () => "Missing start boundary",
};

const IN_HEAD: readonly RawDefectKind[] = ["head-too-long", "too-many-fields", "empty-name"];
const IN_PARAMETERS: readonly RawDefectKind[] = ["type", "disposition"];
const IN_PARTS: readonly RawDefectKind[] = ["boundary-missing", "boundary-unused"];

function missingEquals({ parameters = [], unexpected = "" }: RawDefect): string | undefined {
  if (!parameters.includes("equals")) return undefined;
  return `Expected '=', got '${unexpected === "" ? "null" : unexpected.slice(0, 40)}'`;
}

function refuse({ defects }: RawPart, kinds: readonly RawDefectKind[]): void {
  for (const kind of kinds) {
    const defect = defects.find((one) => one.kind === kind);
    const answer = defect === undefined ? undefined : ANSWERS[kind]?.(defect);
    if (answer !== undefined) fail(answer);
  }
}

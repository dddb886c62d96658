// Who gets the bounces and who gets the message: the one place that counts recipients, so that limits, rate and
// quota agree. RFC 5321 s3.3, RFC 5322 s3.6.3.

import { argumentError, kindOf, readObject, shapeOf } from "../../given.ts";
import type { Place } from "../../issues.ts";
import { hintsFor } from "../../options/hints.ts";
import { record } from "../../options/plain.ts";
import { type Address, addressKey, mailboxesOf, readAddresses, readEnvelopeAddress } from "../headers/address.ts";
import { requireMessage, sealMessage } from "./seal.ts";
import type { Envelope, Message } from "./types.ts";

/**
 * The envelope of a message: its own when given, else the sender and every mailbox of To, Cc and Bcc, members of
 * groups included. Each recipient occurs once; domains compare without case, local parts with it.
 *
 * @returns `from` (the Sender, or the From mailbox) and `to` (may be empty: senders refuse that as `envelope.empty`).
 * @throws MessageError `input.type` when `m` is not a message.
 * @example
 * envelope(message({ from: "Ann <ann@example.com>", to: "bob@example.com", bcc: "eve@example.com" }));
 * // { from: "ann@example.com", to: ["bob@example.com", "eve@example.com"] }
 */
export function envelope(m: Message): Envelope {
  return envelopeOf(requireMessage(m));
}

/** The envelope of what is not sealed yet. */
export function envelopeOf(m: Omit<Message, "issues">): Envelope {
  const to = m.envelope?.to ?? unique([m.to, m.cc, m.bcc]);
  return Object.freeze({ from: m.envelope?.from ?? senderAddress(m), to });
}

// RFC 5322 s3.6.2: several From mailboxes require a Sender, so the sender is always one mailbox.
function senderAddress(m: Omit<Message, "issues">): string {
  return m.sender?.address ?? m.from[0]?.address ?? "";
}

/** The addresses of the lists, each once, in order of appearance. */
export function unique(lists: readonly (readonly Address[] | undefined)[]): readonly string[] {
  const seen = new Map<string, string>();
  for (const list of lists) {
    if (list === undefined) continue;
    for (const { address } of mailboxesOf(list)) {
      const key = addressKey(address);
      if (!seen.has(key)) seen.set(key, address);
    }
  }
  return Object.freeze([...seen.values()]);
}

/** One group of a split message: the same message to read, with its own envelope. */
export interface RecipientGroup {
  readonly message: Message;
  readonly envelope: Envelope;
}

/**
 * Splits the recipients into groups of at most `max`. What readers see stays the same in every group; only the
 * envelope differs. A message without recipients gives no group.
 *
 * @param max recipients per group, a whole number of at least 1. SES takes 50.
 * @throws OptionError when `max` is not such a number; MessageError `input.type` when `m` is not a message.
 * @example
 * for (const group of splitRecipients(newsletter, 50)) await sender.send(group.message);
 */
export function splitRecipients(m: Message, max: number): readonly RecipientGroup[] {
  if (!Number.isSafeInteger(max) || max < 1) {
    throw argumentError(["max"], `expected a whole number of recipients, 1 or more; got ${kindOf(max)}`);
  }
  const { from, to } = envelope(m);
  const groups: RecipientGroup[] = [];
  for (let start = 0; start < to.length; start += max) {
    const part = Object.freeze({ from, to: Object.freeze(to.slice(start, start + max)) });
    groups.push(Object.freeze({ message: withEnvelope(m, part), envelope: part }));
  }
  return Object.freeze(groups);
}

/** The same message under another envelope. */
function withEnvelope(m: Message, own: Envelope): Message {
  return sealMessage({ ...m, envelope: own });
}

const ENVELOPE = shapeOf<NonNullable<Message["envelope"]>>(
  { from: readReversePath, to: readEnvelopeRecipients },
  { expected: "an envelope, an object { from?, to? }", code: "input.type", hints: hintsFor.envelope },
);

/** Reads `{ from?, to? }`. */
export function readEnvelope(input: unknown, place: Place): Message["envelope"] {
  const read = readObject(input, ENVELOPE, place);
  return read && record(read);
}

// RFC 5321 s4.5.5: notifications have no return address.
function readReversePath(input: unknown, place: Place): string | undefined {
  if (input === null || input === "" || input === "<>") return "";
  return readEnvelopeAddress(input, place);
}

function readEnvelopeRecipients(input: unknown, place: Place): readonly string[] | undefined {
  if (input === "" || isEmptyList(input)) {
    return place.error("envelope.empty", "expected at least one recipient", { rfc: "RFC 5321 s3.3" });
  }
  return unique([readAddresses(input, place, "addresses")]);
}

function isEmptyList(input: unknown): boolean {
  try {
    return Array.isArray(input) && input.length === 0;
  } catch {
    return false; // what throws is reported where it is read
  }
}

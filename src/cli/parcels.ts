// What `send` hands to the sender: a message, or bytes and the envelope that their fields name.
import { basename } from "node:path";
import { checkSendingFields } from "../deliver/core/call-fields.ts";
import { mailboxesOf } from "../headers/mailbox.ts";
import { type Envelope, envelope, type Limits, lintRaw, type Message, measure, message } from "../index.ts";
import { hasError, type Issue, MessageError } from "../issues.ts";
import { outlineRaw } from "../read/outline.ts";
import type { RawMail, SendingFields } from "../ses.ts";
import { readAddressField } from "../testing/read-fields.ts";
import { TroubleError } from "./io.ts";
import { checkInput, type Mail } from "./load.ts";

/** A mail that can be sent, and the warnings about it. */
export interface Parcel {
  readonly item: Message | RawMail;
  readonly envelope: Envelope;
  readonly bytes: number;
  readonly issues: readonly Issue[];
  /** What is done beside sending what was given; undefined when nothing is. */
  readonly note: string | undefined;
}

/** Who gets the mail, where the command line says so. */
export interface Addressing {
  readonly from?: string;
  readonly to?: readonly string[];
}

/** What holds for every mail of a command line. */
export interface Terms {
  readonly addressing: Addressing;
  readonly limits: Limits;
  readonly fields: SendingFields;
}

/** Makes a mail ready. @throws MessageError with every issue when it should not be sent */
export function parcelOf(mail: Mail, terms: Terms): Parcel {
  const issues: Issue[] = [];
  checkSendingFields(terms.fields, terms.limits, (issue) => issues.push(issue));
  return mail.kind === "raw" ? rawParcel(mail.bytes, terms, issues) : inputParcel(mail, terms, issues);
}

function inputParcel(mail: Extract<Mail, { kind: "input" }>, terms: Terms, issues: readonly Issue[]): Parcel {
  const { addressing, limits } = terms;
  const { from = mail.input.envelope?.from, to = mail.input.envelope?.to } = addressing;
  const own = from === undefined && to === undefined ? {} : { envelope: { from, to } };
  const checked = checkInput({ ...mail, input: { ...mail.input, ...own } }, limits);
  const all = [...issues, ...checked.issues];
  if (!checked.ok || hasError(all)) throw errorOf(all);
  const { value } = checked;
  return { item: value, envelope: envelope(value), bytes: measure(value).bytes, issues: all, note: undefined };
}

function rawParcel(given: Uint8Array, { addressing, limits }: Terms, issues: readonly Issue[]): Parcel {
  const { bytes: raw, hidden } = withoutBcc(given);
  const all = [...issues, ...lintRaw(raw, limits)];
  if (hasError(all)) throw errorOf(all);
  const own = envelopeOf(given, addressing);
  const told =
    addressing.to === undefined ? "its recipients get the mail, and nobody sees them" : "--to says who gets it";
  const note = hidden === 0 ? undefined : `the field Bcc is taken out: ${told}`;
  return { item: { raw, envelope: own }, envelope: own, bytes: raw.length, issues: all, note };
}

// RFC 5322 s3.6.3: who gets a blind copy stands in the envelope alone. Every other octet stays as it is.
function withoutBcc(bytes: Uint8Array): { readonly bytes: Uint8Array; readonly hidden: number } {
  const fields = outlineRaw(bytes).fields.filter(({ name }) => name.toLowerCase() === "bcc");
  if (fields.length === 0) return { bytes, hidden: 0 };
  const starts = [0, ...fields.map(({ end }) => end)];
  const ends = [...fields.map(({ start }) => start), bytes.length];
  return { bytes: Buffer.concat(starts.map((start, at) => bytes.subarray(start, ends[at]))), hidden: fields.length };
}

/** The envelope that the fields of raw bytes name, where the command line names none. @throws MessageError, TroubleError */
export function envelopeOf(raw: Uint8Array, { from, to }: Addressing): Envelope {
  const { fields } = outlineRaw(raw);
  const addresses = (name: string) => mailboxesOf(readAddressField(fields, name)).map(({ address }) => address);
  // RFC 5322 s3.6.2: the Sender stands for several authors.
  const sender = from ?? addresses("sender")[0] ?? addresses("from")[0];
  if (sender === undefined) throw new TroubleError("the mail has no From: who sends it? Give --from");
  // RFC 5322 s3.6.3: To, Cc and Bcc say who gets a message.
  const recipients = to ?? ["to", "cc", "bcc"].flatMap(addresses);
  // Addresses are read and written as those of a message of our own, and refused as those are.
  const unique = [...new Set(recipients)];
  // RFC 5321 s4.5.5: the null reverse-path, which the service refuses by its name.
  if (sender === "" || sender === "<>")
    return { ...envelope(message({ from: ANYBODY, to: unique, text: "" })), from: "" };
  return envelope(message({ from: sender, to: unique, text: "" }));
}

const ANYBODY = "anybody@example.com";

function errorOf(issues: readonly Issue[]): Error {
  const [first, ...rest] = issues;
  return first === undefined ? new TroubleError("there is no message") : new MessageError([first, ...rest]);
}

/** The name of a file in a line of output. */
export function nameOf(path: string): string {
  return path === "-" ? "standard input" : basename(path);
}

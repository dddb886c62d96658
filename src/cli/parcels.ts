// What `send` hands to the sender: a message, or bytes and the envelope that their fields name.
import { basename } from "node:path";
import { mailboxesOf } from "../headers/mailbox.ts";
import { type Envelope, envelope, type Limits, lintRaw, type Message, measure, message } from "../index.ts";
import { hasError, type Issue, MessageError } from "../issues.ts";
import { outlineRaw } from "../raw/outline.ts";
import type { RawMail } from "../ses.ts";
import { readAddressField } from "../testing/read-fields.ts";
import { TroubleError } from "./io.ts";
import { checkInput, type Mail } from "./load.ts";

/** A mail that can be sent, and the warnings about it. */
export interface Parcel {
  readonly item: Message | RawMail;
  readonly envelope: Envelope;
  readonly bytes: number;
  readonly issues: readonly Issue[];
}

/** Who gets the mail, where the command line says so. */
export interface Addressing {
  readonly from?: string;
  readonly to?: readonly string[];
}

/** Makes a mail ready. @throws MessageError with every issue when it should not be sent */
export function parcelOf(mail: Mail, addressing: Addressing, limits: Limits): Parcel {
  if (mail.kind === "raw") return rawParcel(mail.bytes, addressing, limits);
  const { from = mail.input.envelope?.from, to = mail.input.envelope?.to } = addressing;
  const own = from === undefined && to === undefined ? {} : { envelope: { from, to } };
  const checked = checkInput({ ...mail, input: { ...mail.input, ...own } }, limits);
  if (!checked.ok) throw errorOf(checked.issues);
  const { value, issues } = checked;
  return { item: value, envelope: envelope(value), bytes: measure(value).bytes, issues };
}

function rawParcel(raw: Uint8Array, addressing: Addressing, limits: Limits): Parcel {
  const issues = lintRaw(raw, limits);
  if (hasError(issues)) throw errorOf(issues);
  const own = envelopeOf(raw, addressing);
  return { item: { raw, envelope: own }, envelope: own, bytes: raw.length, issues };
}

/**
 * The envelope that the fields of raw bytes name, where the command line names none.
 *
 * @param nobody - stands in where no field names a recipient
 */
export function envelopeOf(raw: Uint8Array, { from, to }: Addressing, nobody: readonly string[] = []): Envelope {
  const { fields } = outlineRaw(raw);
  const addresses = (name: string) => mailboxesOf(readAddressField(fields, name)).map(({ address }) => address);
  // RFC 5322 s3.6.2: the Sender stands for several authors.
  const sender = from ?? addresses("sender")[0] ?? addresses("from")[0];
  if (sender === undefined) throw new TroubleError("the mail has no From: who sends it? Give --from");
  // RFC 5322 s3.6.3: To, Cc and Bcc say who gets a message.
  const recipients = to ?? ["to", "cc", "bcc"].flatMap(addresses);
  // Addresses are read and written as those of a message of our own, and refused as those are.
  const list = recipients.length === 0 ? nobody : [...new Set(recipients)];
  return envelope(message({ from: sender, to: list, text: "" }));
}

function errorOf(issues: readonly Issue[]): Error {
  const [first, ...rest] = issues;
  return first === undefined ? new TroubleError("there is no message") : new MessageError([first, ...rest]);
}

/** The name of a file in a line of output. */
export function nameOf(path: string): string {
  return path === "-" ? "standard input" : basename(path);
}

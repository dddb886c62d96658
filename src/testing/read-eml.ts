// From bytes to the message that a reader sees.
import { createHash } from "node:crypto";
import { argumentError } from "../given.ts";
import { type ReadMessage, readMessage } from "../mail/read/message.ts";
import type { EmlMessage, MailEnvelope, MailInput, ReadAttachment } from "./mail.ts";
import { readHeaders } from "./read-fields.ts";
import { type PlacedPart, readParts } from "./read-part.ts";
import { type Received, received, receivedNow, remember } from "./received.ts";

/** A message that was read, and what it was read from. */
export interface Reading {
  readonly mail: EmlMessage;
  readonly parts: readonly PlacedPart[];
  readonly from: Received;
}

/**
 * Reads a message: everything decoded, attachments octet for octet.
 *
 * @param mail - a message, bytes, the text of an `.eml` (for a path there is `loadEml`), an inbox entry, or the info of a
 * transport
 * @throws OptionError (as a rejection) when the value has no mail, or is a path; what a source throws comes through
 * @example
 * const { subject, text, attachments } = await readEml(await readFile("welcome.eml"));
 */
export async function readEml(mail: MailInput): Promise<EmlMessage> {
  const from = await received(mail);
  const { mail: read } = readingOf(from);
  remember(read, from);
  return read;
}

/** As {@link readEml}, without waiting: content that is opened at write time is left out. */
export function readNow(mail: unknown): Reading {
  return readingOf(receivedNow(mail));
}

/** Reads bytes that are there. */
export function readingOf(from: Received): Reading {
  const { bytes } = from;
  const read = readMessage(bytes);
  const parts = readParts(bytes, read.root);
  const [first] = parts;
  if (first === undefined) throw argumentError(["mail"], "expected the bytes of a message; they contain none");
  const own = parts.filter((part) => !part.enclosed);
  const mail: EmlMessage = {
    ...headOf(read),
    ...shown("text", own),
    ...shown("html", own),
    attachments: own.filter(isFile).map((part) => attachmentOf(bytes, part)),
    root: first.part,
    raw: bytes,
    ...envelopeOf(from.envelope),
  };
  return { mail, parts, from };
}

function headOf({ fields, subject, from, sender, to, cc, replyTo, date, messageId }: ReadMessage) {
  return {
    headers: readHeaders(fields),
    ...(subject === undefined ? {} : { subject }),
    from,
    ...(sender === undefined ? {} : { sender }),
    to,
    cc,
    replyTo,
    ...(date === undefined ? {} : { date: new Date(date.time) }),
    ...(messageId === undefined ? {} : { messageId }),
  };
}

function envelopeOf(envelope: MailEnvelope | undefined): { readonly envelope?: MailEnvelope } {
  return envelope === undefined ? {} : { envelope };
}

// Texts of one type are shown one after the other.
function shown(
  name: "text" | "html",
  parts: readonly PlacedPart[],
): { readonly text?: string; readonly html?: string } {
  const type = name === "text" ? "text/plain" : "text/html";
  const texts = parts.filter((one) => one.part.type === type && !isFile(one)).map(({ part }) => part.text ?? "");
  return texts.length === 0 ? {} : { [name]: texts.join("\n") };
}

// A leaf that is not shown as text. A part of a multipart/alternative is a form of the text, not a file.
function isFile({ part, within }: PlacedPart): boolean {
  if (part.type.startsWith("multipart/")) return false;
  if (part.disposition === "attachment") return true;
  return part.type !== "text/plain" && part.type !== "text/html" && within !== "multipart/alternative";
}

function attachmentOf(bytes: Uint8Array, { part, raw }: PlacedPart): ReadAttachment {
  // An enclosed message is not encoded (RFC 2046 s5.2.1): its bytes are the file.
  const content = part.content ?? bytes.slice(raw.bodyStart, raw.bodyEnd);
  return {
    ...(part.filename === undefined ? {} : { filename: part.filename }),
    type: part.type,
    ...(part.disposition === undefined ? {} : { disposition: part.disposition }),
    ...(part.cid === undefined ? {} : { cid: part.cid }),
    size: content.length,
    sha256: createHash("sha256").update(content).digest("hex"),
    content,
  };
}

// The head of a message, each value from its option or from `headers`: who writes and who reads, subject, date and ids.
// RFC 5322 s3.6.1 to s3.6.5.

import type { Place } from "../../issues.ts";
import { type Address, type Mailbox, mailboxesOf, readAddresses } from "../headers/address.ts";
import { UTC } from "../headers/date.ts";
import { checkField } from "../headers/field.ts";
import type { AddressShape } from "../headers/mailbox.ts";
import { readForeignIds, readMessageId } from "../headers/message-id.ts";
import type { Charset } from "../octets/charset.ts";
import { readZonedDate } from "./date-input.ts";
import type { GivenField } from "./given-headers.ts";
import { type Draft, type MessageContext, pick, put } from "./message-context.ts";

/** Reads From, Sender, Reply-To, To, Cc and Bcc, each from its option or from `headers`. */
export function readPeople(context: MessageContext, draft: Draft): void {
  const { charset } = context.part;
  const from = pick(context, "from", "From");
  const mailboxes = from === undefined ? [] : readMailboxes(from, charset, "mailboxes");
  if (from === undefined) {
    context.place.at("from").error("address.missing", "a message needs a From mailbox", { rfc: "RFC 5322 s3.6.2" });
  }
  const sender = pick(context, "sender", "Sender");
  if (mailboxes.length > 1 && sender === undefined) {
    const message = "several From mailboxes need a Sender";
    context.place.at("sender").error("header.sender", message, { rfc: "RFC 5322 s3.6.2" });
  }
  const { bcc } = context.given;
  const blind = bcc === undefined ? undefined : { value: bcc, place: context.place.at("bcc") };
  draft.from = Object.freeze(mailboxes);
  put(draft, "sender", sender && readMailbox(sender, charset));
  put(draft, "to", readList(pick(context, "to", "To"), charset));
  put(draft, "cc", readList(pick(context, "cc", "Cc"), charset));
  put(draft, "bcc", readList(blind, charset));
  put(draft, "replyTo", readList(pick(context, "replyTo", "Reply-To"), charset));
  if (draft.bcc !== undefined && draft.to === undefined && draft.cc === undefined)
    warnOfOnlyBlind(context.place.at("to"));
}

// RFC 5322 s3.6 allows it. What has no To looks like spam to many services, and readers show nothing there.
function warnOfOnlyBlind(place: Place): void {
  const hint = 'write to: "undisclosed-recipients:;" beside bcc';
  const message = "blind copies alone leave the message without To and Cc";
  place.warning("address.missing", message, { rfc: "RFC 5322 s3.6.3", hint });
}

function readMailbox(given: GivenField, charset: Charset): Mailbox | undefined {
  return readMailboxes(given, charset, "mailbox")[0];
}

function readMailboxes(given: GivenField, charset: Charset, shape: AddressShape): readonly Mailbox[] {
  return mailboxesOf(readShape(given, charset, shape));
}

function readList(given: GivenField | undefined, charset: Charset): readonly Address[] | undefined {
  return given && readShape(given, charset, "addresses");
}

// Names are written in the message's charset, which may lack a character.
function readShape({ value, place }: GivenField, charset: Charset, shape: AddressShape): readonly Address[] {
  const addresses = readAddresses(value, place, shape);
  // UTF-8 writes every name that was read.
  if (charset.name === "UTF-8") return addresses;
  checkField({ name: "To", value: { kind: "addresses", addresses } }, charset, place);
  return addresses;
}

/** Reads what names the message, each from its option or from `headers`. */
export function readIdentification(context: MessageContext, draft: Draft): void {
  const { charset } = context.part;
  const subject = pick(context, "subject", "Subject");
  const date = pick(context, "date", "Date");
  const messageId = pick(context, "messageId", "Message-ID");
  const inReplyTo = pick(context, "inReplyTo", "In-Reply-To");
  const references = pick(context, "references", "References");
  put(draft, "subject", subject && readSubject(subject, charset));
  const zoned = date && readZonedDate(date.value, date.place);
  put(draft, "date", zoned?.time);
  put(draft, "dateZone", zoned?.zone === UTC ? undefined : zoned?.zone);
  put(draft, "messageId", messageId && readMessageId(messageId.value, messageId.place));
  put(draft, "inReplyTo", inReplyTo && readForeignIds(inReplyTo.value, inReplyTo.place));
  put(draft, "references", references && readForeignIds(references.value, references.place));
}

function readSubject({ value, place }: GivenField, charset: Charset): string | undefined {
  if (typeof value !== "string") {
    return place.error("header.value", "expected the subject as a string");
  }
  return checkField({ name: "Subject", value: { kind: "text", text: value } }, charset, place) ? value : undefined;
}

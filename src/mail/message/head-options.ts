// The head of a message, each value from its option or from `headers`: who writes and who reads, subject, date and ids.
// RFC 5322 s3.6.1 to s3.6.5.

import type { Reader } from "../../given.ts";
import type { Place } from "../../issues.ts";
import { type Address, type Mailbox, readAddresses } from "../headers/address.ts";
import { UTC } from "../headers/date.ts";
import { checkField } from "../headers/field.ts";
import { type AddressShape, isGroup } from "../headers/mailbox.ts";
import { readForeignIds, readMessageId } from "../headers/message-id.ts";
import { checkHeaderText } from "../headers/tokens.ts";
import { type Charset, utf8 } from "../octets/charset.ts";
import { type Draft, type MessageContext, put, readKey, readOption } from "./context.ts";
import { readZonedDate } from "./date-input.ts";
import { canEncode } from "./source.ts";

/** Reads From, Sender, Reply-To, To, Cc and Bcc, each from its option or from `headers`. */
export function readPeople(context: MessageContext, draft: Draft): void {
  const { given, place } = context;
  const { charset } = context.part;
  const people = addressReader(charset, "addresses");
  const from = readOption(context, "from", addressReader(charset, "mailboxes"));
  if (from === undefined) {
    place.at("from").error("address.missing", "a message needs a From mailbox", { rfc: "RFC 5322 s3.6.2" });
  } else if (from.every(isMailbox)) draft.from = from;
  const sender = readOption(context, "sender", addressReader(charset, "mailbox"));
  if (draft.from.length > 1 && sender === undefined) {
    place.at("sender").error("header.sender", "several From mailboxes need a Sender", { rfc: "RFC 5322 s3.6.2" });
  }
  if (sender?.every(isMailbox)) put(draft, "sender", sender[0]);
  put(draft, "to", readOption(context, "to", people));
  put(draft, "cc", readOption(context, "cc", people));
  put(draft, "bcc", readKey(given, "bcc", people, place));
  put(draft, "replyTo", readOption(context, "replyTo", people));
  if (draft.bcc !== undefined && draft.to === undefined && draft.cc === undefined) warnOfOnlyBlind(place.at("to"));
}

// RFC 5322 s3.6 allows it. What has no To looks like spam to many services, and readers show nothing there.
function warnOfOnlyBlind(place: Place): void {
  const hint = 'write to: "undisclosed-recipients:;" beside bcc';
  const message = "blind copies alone leave the message without To and Cc";
  place.warning("address.missing", message, { rfc: "RFC 5322 s3.6.3", hint });
}

// Of these shapes no group is read.
function isMailbox(address: Address): address is Mailbox {
  return !isGroup(address);
}

function addressReader(charset: Charset, shape: AddressShape): Reader<readonly Address[]> {
  return (value, place) => {
    const addresses = readAddresses(value, place, shape);
    // Names are written in the message's charset, which may lack a character: UTF-8 lacks none.
    if (charset !== utf8) checkField({ name: "To", value: { kind: "addresses", addresses } }, charset, place);
    return addresses;
  };
}

/** Reads what names the message, each from its option or from `headers`. */
export function readIdentification(context: MessageContext, draft: Draft): void {
  put(draft, "subject", readOption(context, "subject", subjectReader(context.part.charset)));
  const date = readOption(context, "date", readZonedDate);
  put(draft, "date", date?.time);
  if (date?.zone !== UTC) put(draft, "dateZone", date?.zone);
  put(draft, "messageId", readOption(context, "messageId", readMessageId));
  put(draft, "inReplyTo", readOption(context, "inReplyTo", readForeignIds));
  put(draft, "references", readOption(context, "references", readForeignIds));
}

function subjectReader(charset: Charset): Reader<string> {
  return (value, place) => {
    if (typeof value !== "string") return place.error("header.value", "expected the subject as a string");
    return checkHeaderText(value, place) && canEncode(value, charset, place) ? value : undefined;
  };
}

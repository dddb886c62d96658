// Subject, date and ids of a message. RFC 5322 s3.6.1, s3.6.4, s3.6.5.

import type { Charset } from "../encoding/charset.ts";
import { UTC } from "../headers/date.ts";
import { checkField } from "../headers/field.ts";
import { readForeignIds, readMessageId } from "../headers/message-id.ts";
import { readZonedDate } from "./date-input.ts";
import { type Draft, type MessageContext, pick, put } from "./door.ts";
import type { Given } from "./given-headers.ts";

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

function readSubject({ value, place }: Given, charset: Charset): string | undefined {
  if (typeof value !== "string") {
    return place.error("header.value", "expected the subject as a string");
  }
  return checkField({ name: "Subject", value: { kind: "text", text: value } }, charset, place) ? value : undefined;
}

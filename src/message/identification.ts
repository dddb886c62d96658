// Subject, date and ids of a message. RFC 5322 s3.6.1, s3.6.4, s3.6.5.
import type { Charset } from "../encoding/charset.ts";
import { UTC } from "../headers/date.ts";
import { checkField } from "../headers/field.ts";
import { readForeignIds, readMessageId } from "../headers/message-id.ts";
import { errorIssue, type Report } from "../issues.ts";
import { readZonedDate } from "./date-input.ts";
import { type Door, type Draft, pick, put } from "./door.ts";
import type { Given } from "./given-headers.ts";

/** Reads what names the message, each from its option or from `headers`. */
export function readIdentification(door: Door, draft: Draft): void {
  const { report, context } = door;
  const subject = pick(door, "subject", "Subject");
  const date = pick(door, "date", "Date");
  const messageId = pick(door, "messageId", "Message-ID");
  const inReplyTo = pick(door, "inReplyTo", "In-Reply-To");
  const references = pick(door, "references", "References");
  put(draft, "subject", subject && readSubject(subject, context.charset, report));
  const zoned = date && readZonedDate(date.value, date.path, report);
  put(draft, "date", zoned?.time);
  put(draft, "dateZone", zoned?.zone === UTC ? undefined : zoned?.zone);
  put(draft, "messageId", messageId && readMessageId(messageId.value, messageId.path, report));
  put(draft, "inReplyTo", inReplyTo && readForeignIds(inReplyTo.value, inReplyTo.path, report));
  put(draft, "references", references && readForeignIds(references.value, references.path, report));
}

function readSubject({ value, path }: Given, charset: Charset, report: Report): string | undefined {
  if (typeof value !== "string") {
    report(errorIssue("header.value", path, "a subject is a string"));
    return undefined;
  }
  return checkField({ name: "Subject", value: { kind: "text", text: value } }, charset, path, report)
    ? value
    : undefined;
}

// Subject, date and ids of a message. RFC 5322 s3.6.1, s3.6.4, s3.6.5.
import type { Charset } from "../encoding/charset.ts";
import { checkField } from "../headers/field.ts";
import { readMessageId, readMessageIds } from "../headers/message-id.ts";
import { errorIssue, type Report } from "../issues.ts";
import { type Door, type Draft, pick, put } from "./door.ts";
import type { Given } from "./given-headers.ts";
import { readDate, readDateText } from "./input.ts";

/** Reads what names the message, each from its option or from `headers`. */
export function readIdentification(door: Door, draft: Draft): void {
  const { report, context } = door;
  const subject = pick(door, "subject", "Subject");
  const date = pick(door, "date", "Date");
  const messageId = pick(door, "messageId", "Message-ID");
  const inReplyTo = pick(door, "inReplyTo", "In-Reply-To");
  const references = pick(door, "references", "References");
  put(draft, "subject", subject && readSubject(subject, context.charset, report));
  // A header gives its date as text, the option as a Date.
  put(draft, "date", date && (date.path.length > 1 ? readDateText : readDate)(date.value, date.path, report));
  put(draft, "messageId", messageId && readMessageId(messageId.value, messageId.path, report));
  put(draft, "inReplyTo", inReplyTo && readMessageIds(inReplyTo.value, inReplyTo.path, report));
  put(draft, "references", references && readMessageIds(references.value, references.path, report));
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

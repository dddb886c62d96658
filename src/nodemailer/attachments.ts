// Attachments, calendar objects and further alternatives as nodemailer takes them.

import { errorIssue } from "../issues.ts";
import { typeOfName } from "../message/content-type.ts";
import { checkKeys, ownProperties } from "../message/input.ts";
import type { AttachmentInput, CalendarInput, PartInput, TransferEncoding } from "../message/types.ts";
import { HINTS, isContentObject, readAttached, readBody, readDataUri, readText } from "./content.ts";
import { type Given, inside, isAbsent, isObject, type Place, readList, readString } from "./given.ts";
import { readHeaders } from "./headers.ts";

const KEYS = new Set([
  "filename",
  "content",
  "contentType",
  "contentTransferEncoding",
  "contentDisposition",
  "cid",
  "encoding",
  "headers",
]);
const CALENDAR_KEYS = new Set(["content", "encoding", "method", "filename", "contentType"]);

/** The attachments option: one or a list. */
export function readAttachments(value: unknown, place: Place): readonly AttachmentInput[] {
  const many = Array.isArray(value);
  return readList(value).flatMap((item, index) => {
    const read = readAttachment(item, many ? inside(place, index) : place);
    return read === undefined ? [] : [read];
  });
}

function readAttachment(item: unknown, place: Place): AttachmentInput | undefined {
  const given = readObject(item, place);
  if (given === undefined) return undefined;
  const filename = readString(given.filename, inside(place, "filename"));
  const contentType = readString(given.contentType, inside(place, "contentType"));
  const cid = readString(given.cid, inside(place, "cid"));
  const disposition = readDisposition(given, place);
  const content = readAttached(given, place);
  const fields = readPartHeaders(given.headers, inside(place, "headers"));
  if (content === undefined) return undefined;
  return {
    ...(filename === undefined ? {} : { filename }),
    ...(contentType === undefined ? {} : { contentType }),
    ...(cid === undefined ? {} : { cid }),
    ...(disposition === undefined ? {} : { disposition }),
    ...fields,
    ...encoded(content, contentType, readEncoding(given, place)),
  };
}

function readObject(item: unknown, place: Place): Given | undefined {
  if (!isObject(item)) {
    place.report(errorIssue("input.type", place.path, "this is an object with content"));
    return undefined;
  }
  const given = readDataUri(ownProperties(item), place);
  checkKeys(given, KEYS, place.path, place.report, HINTS);
  return given;
}

// Content-Description is an option of ours, and a Content-ID may stand there too. Others have a place in a tree only.
function readPartHeaders(value: unknown, place: Place): { readonly description?: string; readonly cid?: string } {
  const found: { description?: string; cid?: string } = {};
  for (const { name, value: text } of readHeaders(value, place)) {
    const lower = name.toLowerCase();
    if (lower === "content-description") found.description = text;
    else if (lower === "content-id") found.cid = text;
    else {
      const hint = HINTS.get("headers") ?? "";
      place.report(errorIssue("header.reserved", [...place.path, name], "an attachment has no such field", { hint }));
    }
  }
  return found;
}

function readDisposition(given: Given, place: Place): "attachment" | "inline" | undefined {
  const at = inside(place, "contentDisposition");
  const text = readString(given.contentDisposition, at)?.trim().toLowerCase();
  if (text === undefined || text === "attachment" || text === "inline") return text;
  at.report(errorIssue("input.option", at.path, "a disposition is attachment or inline", { hint: "see filename" }));
  return undefined;
}

const ENCODINGS: readonly TransferEncoding[] = ["7bit", "8bit", "quoted-printable", "base64"];

function readEncoding(given: Given, place: Place): TransferEncoding | undefined {
  const at = inside(place, "contentTransferEncoding");
  const text = readString(given.contentTransferEncoding, at)?.trim().toLowerCase();
  const encoding = ENCODINGS.find((one) => one === text);
  if (text !== undefined && encoding === undefined) {
    const message = "a transfer encoding is 7bit, quoted-printable or base64";
    at.report(errorIssue("encoding.unknown", at.path, message, { rfc: "RFC 2045 s6" }));
  }
  return encoding;
}

// In our options `base64` over a string says that the string is base64 already; here it says how text travels.
function encoded(
  content: NonNullable<AttachmentInput["content"]>,
  contentType: string | undefined,
  encoding: TransferEncoding | undefined,
): Pick<AttachmentInput, "content" | "contentType" | "encoding"> {
  if (encoding === undefined) return { content };
  if (typeof content !== "string" || encoding !== "base64") return { content, encoding };
  const text = contentType !== undefined && /^text\//i.test(contentType) && !/;\s*charset\s*=/i.test(contentType);
  const labelled = text ? { contentType: `${contentType}; charset=utf-8` } : {};
  return { content: new TextEncoder().encode(content), encoding, ...labelled };
}

/** The icalEvent option: nodemailer makes an alternative and a file of it. */
export function readCalendar(value: unknown, place: Place): CalendarInput | undefined {
  if (isAbsent(value)) return undefined;
  const method = "PUBLISH";
  const filename = "invite.ics";
  if (!isContentObject(value)) return { method, content: readBody(value, place) ?? "", filename };
  const given = readDataUri(ownProperties(value), place);
  checkKeys(given, CALENDAR_KEYS, place.path, place.report, HINTS);
  return {
    method: readString(given.method, inside(place, "method"))?.trim().toUpperCase() ?? method,
    content: readText(given, place) ?? "",
    filename: readString(given.filename, inside(place, "filename")) ?? filename,
  };
}

/** The alternatives option: parts that stand behind text, html and calendar. */
export function readAlternatives(value: unknown, place: Place): readonly PartInput[] {
  const many = Array.isArray(value);
  return readList(value).flatMap((item, index) => {
    const read = readAlternative(item, many ? inside(place, index) : place);
    return read === undefined ? [] : [read];
  });
}

function readAlternative(item: unknown, place: Place): PartInput | undefined {
  const given = readObject(item, place);
  if (given === undefined) return undefined;
  const filename = readString(given.filename, inside(place, "filename"));
  const contentType = readString(given.contentType, inside(place, "contentType"));
  const fields = readHeaders(given.headers, inside(place, "headers"));
  const disposition = readDisposition(given, place);
  const content = readAttached(given, place);
  const encoding = readEncoding(given, place);
  if (content === undefined) return undefined;
  const type = contentType ?? typeOfName(filename) ?? "text/plain";
  return {
    type,
    ...(filename === undefined ? {} : { filename }),
    ...(disposition === undefined ? {} : { disposition }),
    ...(fields.length === 0 ? {} : { fields }),
    ...(encoding === undefined ? {} : { encoding }),
    content,
  };
}

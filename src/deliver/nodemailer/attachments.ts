// Attachments, calendar objects and further alternatives as nodemailer takes them.

import type { Place } from "../../issues.ts";
import { typeOfName } from "../../mail/message/content-type.ts";
import type { Given } from "../../mail/message/context.ts";
import type { Origin } from "../../mail/message/seal.ts";
import type { AttachmentInput, CalendarInput, PartInput, TransferEncoding } from "../../mail/message/types.ts";
import { ownProperties } from "../../options/plain.ts";
import { dataUriKey, HINTS, isContentObject, readAttached, readBody, readDataUri, readText } from "./content.ts";
import {
  below,
  checkGiven,
  isAbsent,
  isObject,
  readList,
  readString,
  type Traced,
  traced,
  tracedList,
} from "./given.ts";
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

/**
 * The attachments option: one or a list. An attachment of which nothing is given, such as `{ path: undefined }`, is as
 * if it were not in the list.
 */
export function readAttachments(value: unknown, place: Place): readonly Traced<AttachmentInput>[] {
  return readEach(value, place, readAttachment);
}

function readEach<T>(value: unknown, place: Place, read: (item: unknown, place: Place) => T | undefined): readonly T[] {
  const many = Array.isArray(value);
  return readList(value).flatMap((item, index) => {
    if (isObject(item) && Object.entries(ownProperties(item)).every(isNotGiven)) return [];
    const one = read(item, many ? place.at(index) : place);
    return one === undefined ? [] : [one];
  });
}

// An empty string is content: of an empty file.
function isNotGiven([key, value]: readonly [string, unknown]): boolean {
  return isAbsent(value) && !(key === "content" && value === "");
}

function readAttachment(item: unknown, place: Place): Traced<AttachmentInput> | undefined {
  const found = readObject(item, place);
  if (found === undefined) return undefined;
  const { given, origins } = found;
  const filename = readString(given.filename, place.at("filename"));
  const contentType = readString(given.contentType, place.at("contentType"));
  const cid = readString(given.cid, place.at("cid"));
  const disposition = readDisposition(given, place);
  const content = readAttached(given, place);
  const fields = readPartHeaders(given.headers, place.at("headers"));
  if (content === undefined) return undefined;
  const attachment: AttachmentInput = {
    ...(filename === undefined ? {} : { filename }),
    ...(contentType === undefined ? {} : { contentType }),
    ...(cid === undefined ? {} : { cid }),
    ...(disposition === undefined ? {} : { disposition }),
    ...fields.value,
    ...encoded(content, contentType, readEncoding(given, place)),
  };
  return traced(attachment, place.path, [...origins, ...fields.origins]);
}

interface FoundPart {
  readonly given: Given;
  readonly origins: readonly Origin[];
}

// What an attachment or a part of ours has under another name than nodemailer's.
const NAMES: readonly (readonly [made: string, given: string])[] = [
  ["type", "contentType"],
  ["id", "cid"],
  ["disposition", "contentDisposition"],
  ["encoding", "contentTransferEncoding"],
];

function readObject(item: unknown, place: Place): FoundPart | undefined {
  if (!isObject(item)) {
    return place.error("input.type", "expected an object such as { filename, content }");
  }
  const own = ownProperties(item);
  const given = readDataUri(own, place);
  checkGiven(given, KEYS, place, HINTS);
  const origins = NAMES.map(([made, name]): Origin => [[made], [...place.path, name]]);
  const uri = dataUriKey(own);
  if (uri !== undefined) origins.push([["content"], [...place.path, uri]]);
  return { given, origins };
}

// Content-Description is an option of ours, and a Content-ID may be among them too. Others have a place in a tree only.
function readPartHeaders(
  value: unknown,
  place: Place,
): Traced<{ readonly description?: string; readonly cid?: string }> {
  const found: { description?: string; cid?: string } = {};
  const origins: Origin[] = [];
  for (const { value: field, origins: own } of readHeaders(value, place)) {
    const lower = field.name.toLowerCase();
    const key = lower === "content-description" ? "description" : lower === "content-id" ? "cid" : undefined;
    if (key === undefined) {
      const hint = HINTS.get("headers") ?? "";
      place.at(field.name).error("header.reserved", "an attachment cannot have this header field", { hint });
      continue;
    }
    found[key] = field.value;
    origins.push(...below([key], own), ...(key === "cid" ? below(["id"], own) : []));
  }
  return { value: found, origins };
}

function readDisposition(given: Given, place: Place): "attachment" | "inline" | undefined {
  const at = place.at("contentDisposition");
  const text = readString(given.contentDisposition, at)?.trim().toLowerCase();
  if (text === undefined || text === "attachment" || text === "inline") return text;
  const hint = "the name of the file is filename";
  return at.error("input.option", 'expected "attachment" or "inline"', { hint });
}

/** What was expected in place of an unknown transfer encoding. */
export const TRANSFER_ENCODING = 'expected "7bit", "quoted-printable" or "base64"';

const ENCODINGS: readonly TransferEncoding[] = ["7bit", "8bit", "quoted-printable", "base64"];

function readEncoding(given: Given, place: Place): TransferEncoding | undefined {
  const at = place.at("contentTransferEncoding");
  const text = readString(given.contentTransferEncoding, at)?.trim().toLowerCase();
  const encoding = ENCODINGS.find((one) => one === text);
  if (text !== undefined && encoding === undefined) {
    at.error("encoding.unknown", TRANSFER_ENCODING, { rfc: "RFC 2045 s6" });
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
export function readCalendar(value: unknown, place: Place): Traced<TextCalendar> | undefined {
  if (isAbsent(value)) return undefined;
  const method = "PUBLISH";
  const filename = "invite.ics";
  if (!isContentObject(value)) {
    const content = readBody(value, place)?.value ?? "";
    return traced({ method, content, filename }, place.path, [[["content"], place.path]]);
  }
  const own = ownProperties(value);
  const given = readDataUri(own, place);
  checkGiven(given, CALENDAR_KEYS, place, HINTS);
  const calendar = {
    method: readString(given.method, place.at("method"))?.trim().toUpperCase() ?? method,
    content: readText(given, place) ?? "",
    filename: readString(given.filename, place.at("filename")) ?? filename,
  };
  const uri = dataUriKey(own);
  return traced(calendar, place.path, uri === undefined ? [] : [[["content"], [...place.path, uri]]]);
}

/** A calendar object as text. */
export type TextCalendar = CalendarInput & { readonly content: string };

/** The alternatives option: parts that come after text, html and calendar. */
export function readAlternatives(value: unknown, place: Place): readonly Traced<PartInput>[] {
  return readEach(value, place, readAlternative);
}

function readAlternative(item: unknown, place: Place): Traced<PartInput> | undefined {
  const found = readObject(item, place);
  if (found === undefined) return undefined;
  const { given, origins } = found;
  const filename = readString(given.filename, place.at("filename"));
  const contentType = readString(given.contentType, place.at("contentType"));
  const fields = tracedList(readHeaders(given.headers, place.at("headers")));
  const disposition = readDisposition(given, place);
  const content = readAttached(given, place);
  const encoding = readEncoding(given, place);
  if (content === undefined) return undefined;
  const part: PartInput = {
    type: contentType ?? typeOfName(filename) ?? "text/plain",
    ...(filename === undefined ? {} : { filename }),
    ...(disposition === undefined ? {} : { disposition }),
    ...(fields.value.length === 0 ? {} : { fields: fields.value }),
    ...(encoding === undefined ? {} : { encoding }),
    content,
  };
  return traced(part, place.path, [...origins, ...below(["fields"], fields.origins)]);
}

// A body or an attachment of a mimetext message. Its head holds strings that mimetext put together without escapes,
// so they are taken apart the same way.

import type { Place } from "../../issues.ts";
import { notBase64 } from "../../mail/message/source.ts";
import type { AttachmentInput } from "../../mail/message/types.ts";
import { readBase64 } from "../../mail/octets/base64.ts";
import { isBytes } from "../../mail/octets/kinds.ts";
import { decodeQuotedPrintable } from "../../mail/octets/quoted-printable.ts";

/** A header field as mimetext keeps it. */
export interface MimeTextField {
  readonly name: string;
  readonly value?: unknown;
  readonly disabled?: boolean | undefined;
}

/** A body or an attachment of a mimetext message. */
export interface MimeTextPart {
  readonly data: unknown;
  readonly headers: { readonly fields: readonly MimeTextField[] };
}

/** What of a mimetext `MIMEMessage` is read. */
export interface MimeTextMessage {
  readonly headers: { readonly fields: readonly MimeTextField[] };
  readonly messages: readonly MimeTextPart[];
}

/** A body: which option it is for, its text and the label of its charset. */
export interface Body {
  readonly option: "text" | "html";
  readonly text: string;
  readonly charset: string;
}

/** Reads a part as what its disposition says it is. */
export interface PartReader {
  /** Undefined for a body. */
  readonly disposition: "attachment" | "inline" | undefined;
  body(): Body | undefined;
  attachment(): AttachmentInput | undefined;
}

interface Head {
  readonly type: string;
  readonly encoding: string;
  readonly disposition: string | undefined;
  readonly cid: string | undefined;
  readonly description: string | undefined;
}

/** A reader of one part. What is wrong is reported at the place. */
export function partReader(part: MimeTextPart, place: Place): PartReader {
  const head = readHead(part, place);
  return {
    disposition: dispositionOf(head.disposition),
    body: () => readBody(part, head, place),
    attachment: () => readAttachment(part, head, place),
  };
}

function readHead({ headers }: MimeTextPart, place: Place): Head {
  const known = new Map<string, string>();
  const names = [
    "content-type",
    "content-transfer-encoding",
    "content-disposition",
    "content-id",
    "content-description",
  ];
  for (const { name, value, disabled } of headers.fields) {
    if (disabled === true || value === undefined || value === null) continue;
    if (names.includes(name.toLowerCase()) && typeof value === "string") known.set(name.toLowerCase(), value);
    else {
      const hint = "give message() a tree as body: its parts have fields";
      place.at("headers").at(name).error("header.reserved", "a part cannot have this header field", { hint });
    }
  }
  return {
    type: known.get("content-type") ?? "text/plain",
    encoding: known.get("content-transfer-encoding")?.trim().toLowerCase() ?? "7bit",
    disposition: known.get("content-disposition"),
    cid: known.get("content-id"),
    description: known.get("content-description"),
  };
}

// As mimetext distinguishes them: by the word, wherever it is.
function dispositionOf(value: string | undefined): "attachment" | "inline" | undefined {
  if (value?.includes("attachment")) return "attachment";
  return value?.includes("inline") ? "inline" : undefined;
}

function readBody(part: MimeTextPart, head: Head, place: Place): Body | undefined {
  const match = /^text\/(plain|html)(?:\s*;\s*charset="?([^";\s]*)"?)?\s*$/i.exec(head.type);
  if (match === null) {
    return place.at("Content-Type").error("part.body", "expected a body of type text/plain or text/html");
  }
  const charset = match[2] === undefined || match[2] === "" ? "UTF-8" : match[2];
  const text = textOf(decode(part.data, head.encoding, place), charset, place);
  const option = match[1]?.toLowerCase() === "html" ? "html" : "text";
  return text === undefined ? undefined : { option, text, charset };
}

function textOf(data: string | Uint8Array | undefined, charset: string, place: Place): string | undefined {
  if (data === undefined || typeof data === "string") return data;
  try {
    return new TextDecoder(charset, { fatal: true, ignoreBOM: true }).decode(data);
  } catch {
    return place.error("charset.unknown", `the data is not text of charset ${JSON.stringify(charset.slice(0, 60))}`);
  }
}

// 7bit, 8bit and binary say nothing about a string; the two others say that it is encoded already.
function decode(data: unknown, encoding: string, place: Place): string | Uint8Array | undefined {
  if (isBytes(data)) return data;
  if (typeof data !== "string") {
    return place.at("data").error("attachment.content", "expected a string");
  }
  if (encoding === "quoted-printable") return decodeQuotedPrintable(new TextEncoder().encode(data));
  if (encoding !== "base64") return data;
  const read = readBase64(data);
  if (read.ok) return read.bytes;
  place.sink.add(notBase64(data, read, place.at("data").path));
  return undefined;
}

function readAttachment(part: MimeTextPart, head: Head, place: Place): AttachmentInput | undefined {
  const content = decode(part.data, head.encoding, place);
  const filename = readFileName(head.disposition, place);
  if (content === undefined) return undefined;
  const disposition = dispositionOf(head.disposition);
  return {
    content,
    contentType: withoutName(head.type, filename),
    ...(filename === undefined ? {} : { filename }),
    ...(head.cid === undefined ? {} : { cid: head.cid }),
    ...(head.description === undefined ? {} : { description: head.description }),
    ...(disposition === undefined ? {} : { disposition }),
  };
}

// `attachment; filename="…"`, whatever the name holds, quotes included.
function readFileName(value: string | undefined, place: Place): string | undefined {
  const [, word = ""] = /^\s*(\w+)\s*/.exec(value ?? "") ?? [];
  const rest = (value ?? "").trim().slice(word.length).trim();
  if (rest === "") return undefined;
  const opening = /^;\s*filename="/i.exec(rest);
  if (opening !== null && rest.endsWith('"') && rest.length > opening[0].length)
    return rest.slice(opening[0].length, -1);
  return place.at("Content-Disposition").error("attachment.filename", 'expected attachment; filename="…"');
}

function withoutName(type: string, filename: string | undefined): string {
  const suffix = `; name="${filename ?? ""}"`;
  return type.endsWith(suffix) ? type.slice(0, -suffix.length) : type;
}

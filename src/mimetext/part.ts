// A body or an attachment of a mimetext message. Its head holds strings that mimetext put together without escapes,
// so they are taken apart the same way.

import { readBase64 } from "../encoding/base64-reading.ts";
import { isBytes } from "../encoding/kinds.ts";
import { decodeQuotedPrintable } from "../encoding/quoted-printable.ts";
import { errorIssue, type Path, type Report } from "../issues.ts";
import { notBase64 } from "../message/source.ts";
import type { AttachmentInput } from "../message/types.ts";
import type { MimeTextPart } from "./types.ts";

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

/** A reader of one part. What is wrong goes to `report` under `path`. */
export function partReader(part: MimeTextPart, path: Path, report: Report): PartReader {
  const head = readHead(part, path, report);
  return {
    disposition: dispositionOf(head.disposition),
    body: () => readBody(part, head, path, report),
    attachment: () => readAttachment(part, head, path, report),
  };
}

function readHead({ headers }: MimeTextPart, path: Path, report: Report): Head {
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
      report(errorIssue("header.reserved", [...path, "headers", name], "a part has no such field", { hint }));
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

// As mimetext tells them: by the word, wherever it stands.
function dispositionOf(value: string | undefined): "attachment" | "inline" | undefined {
  if (value?.includes("attachment")) return "attachment";
  return value?.includes("inline") ? "inline" : undefined;
}

function readBody(part: MimeTextPart, head: Head, path: Path, report: Report): Body | undefined {
  const match = /^text\/(plain|html)(?:\s*;\s*charset="?([^";\s]*)"?)?\s*$/i.exec(head.type);
  if (match === null) {
    report(errorIssue("part.body", [...path, "Content-Type"], "a body is text/plain or text/html"));
    return undefined;
  }
  const charset = match[2] === undefined || match[2] === "" ? "UTF-8" : match[2];
  const text = textOf(decode(part.data, head.encoding, path, report), charset, path, report);
  const option = match[1]?.toLowerCase() === "html" ? "html" : "text";
  return text === undefined ? undefined : { option, text, charset };
}

function textOf(
  data: string | Uint8Array | undefined,
  charset: string,
  path: Path,
  report: Report,
): string | undefined {
  if (data === undefined || typeof data === "string") return data;
  try {
    return new TextDecoder(charset, { fatal: true, ignoreBOM: true }).decode(data);
  } catch {
    report(errorIssue("charset.unknown", path, "the data is not text of the charset that its type names"));
    return undefined;
  }
}

// 7bit, 8bit and binary say nothing about a string; the two others say that it is encoded already.
function decode(data: unknown, encoding: string, path: Path, report: Report): string | Uint8Array | undefined {
  if (isBytes(data)) return data;
  if (typeof data !== "string") {
    report(errorIssue("attachment.content", [...path, "data"], "the data is a string"));
    return undefined;
  }
  if (encoding === "quoted-printable") return decodeQuotedPrintable(new TextEncoder().encode(data));
  if (encoding !== "base64") return data;
  const read = readBase64(data);
  if (read.ok) return read.bytes;
  report(notBase64(data, read, [...path, "data"]));
  return undefined;
}

function readAttachment(part: MimeTextPart, head: Head, path: Path, report: Report): AttachmentInput | undefined {
  const content = decode(part.data, head.encoding, path, report);
  const filename = readFileName(head.disposition, path, report);
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
function readFileName(value: string | undefined, path: Path, report: Report): string | undefined {
  const [, word = ""] = /^\s*(\w+)\s*/.exec(value ?? "") ?? [];
  const rest = (value ?? "").trim().slice(word.length).trim();
  if (rest === "") return undefined;
  const opening = /^;\s*filename="/i.exec(rest);
  if (opening !== null && rest.endsWith('"') && rest.length > opening[0].length)
    return rest.slice(opening[0].length, -1);
  report(errorIssue("attachment.filename", [...path, "Content-Disposition"], 'this is not attachment; filename="…"'));
  return undefined;
}

function withoutName(type: string, filename: string | undefined): string {
  const suffix = `; name="${filename ?? ""}"`;
  return type.endsWith(suffix) ? type.slice(0, -suffix.length) : type;
}

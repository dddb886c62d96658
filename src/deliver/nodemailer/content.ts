// Content as nodemailer takes it: text, bytes, a stream, or an object that says how to read a string.

import type { Place } from "../../issues.ts";
import type { Given } from "../../mail/message/context.ts";
import { decodeDataUri } from "../../mail/octets/data-uri.ts";
import { isArrayBuffer, isBlob, isBytes } from "../../mail/octets/kinds.ts";
import { ownProperties } from "../../options/plain.ts";
import { checkGiven, isAbsent, isObject, readString, type Traced, traced } from "./given.ts";

/** What to do instead of letting something be opened. */
export const HINTS = new Map([
  ["path", 'nothing is opened here: use file(path) of "mimewright/node" and give it to attachments'],
  ["href", "nothing is fetched here: give the bytes as content"],
  ["httpHeaders", "nothing is fetched here: give the bytes as content"],
  ["tls", "nothing is fetched here: give the bytes as content"],
  ["raw", "give the content and let it be written, or a tree as body of message()"],
  ["headers", "give a tree as body of message(): its parts have fields"],
  ["contentTransferEncoding", "the option encoding of the message says how bodies travel"],
  ["contentDisposition", "an option of attachments and alternatives"],
  ["cid", "an option of attachments"],
  ["method", "an option of icalEvent"],
]);

const TEXT_KEYS = new Set(["content", "encoding", "contentType", "contentTransferEncoding", "filename", "method"]);

/** True for an object that describes content, as nodemailer tells it from content itself. */
export function isContentObject(value: unknown): value is object {
  if (!isObject(value)) return false;
  const given = ownProperties(value);
  return ["content", "path", "href", "raw"].some((key) => Object.hasOwn(given, key));
}

/** A body: text, UTF-8 bytes, or an object with either. */
export function readBody(value: unknown, place: Place): Traced<string> | undefined {
  if (isAbsent(value)) return undefined;
  if (!isContentObject(value)) return body(textOf(value, place), place);
  checkGiven(value, TEXT_KEYS, place, HINTS);
  const given = ownProperties(value);
  if (!isAbsent(given.contentTransferEncoding)) {
    const hint = HINTS.get("contentTransferEncoding") ?? "";
    place.at("contentTransferEncoding").error("input.unknown-key", "a body cannot have its own encoding", { hint });
  }
  return body(readText(given, place), place.at("content"));
}

function body(text: string | undefined, { path }: Place): Traced<string> | undefined {
  return text === undefined ? undefined : traced(text, path);
}

/** The text of an object that describes content. */
export function readText(given: Given, place: Place): string | undefined {
  return textOf(readContent(given, place), place.at("content"));
}

function textOf(content: unknown, at: Place): string | undefined {
  if (typeof content === "string") return content;
  if (isBytes(content)) return decodeUtf8(content, at);
  if (isStream(content)) reportStream(at, "read the stream first, and give the text");
  else if (!isAbsent(content)) at.error("body.type", "expected a string");
  return undefined;
}

function isStream(value: unknown): boolean {
  return isObject(value) && ("pipe" in value || "getReader" in value || Symbol.asyncIterator in value);
}

function reportStream(place: Place, hint: string): void {
  place.error("source.one-shot", "a stream can be read only once", { hint });
}

/** Content of an attachment. What can be read once only, or holds no bytes, is reported. */
export function readAttached(given: Given, place: Place): string | Uint8Array | ArrayBuffer | Blob | undefined {
  const content = readContent(given, place);
  const at = place.at("content");
  if (typeof content === "string" || isBytes(content) || isBlob(content)) return content;
  if (isArrayBuffer(content)) return content;
  if (isStream(content)) {
    reportStream(at, "read the stream first, or give message() a function that opens it");
  } else if (!isAbsent(content)) {
    const hint = isBufferJson(content) ? "JSON made this of a Buffer: give Buffer.from(content.data)" : undefined;
    at.error("attachment.content", "expected a string, bytes or a Blob", hint === undefined ? {} : { hint });
  } else if (typeof given.content !== "string" && OTHER_SOURCES.every((key) => isAbsent(given[key]))) {
    at.error("attachment.content", "the content is missing", { hint: "give a string, bytes or a Blob" });
  }
  return undefined;
}

// Refused where they are given, with what to do instead.
const OTHER_SOURCES = ["path", "href", "raw"];

function isBufferJson(value: unknown): boolean {
  return isObject(value) && Reflect.get(value, "type") === "Buffer" && Array.isArray(Reflect.get(value, "data"));
}

function decodeUtf8(bytes: Uint8Array, place: Place): string | undefined {
  try {
    // nodemailer writes the bytes under the label utf-8, a byte order mark as well.
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return place.error("body.type", "the bytes of a body must be UTF-8", { hint: "decode them first" });
  }
}

/** `content` with its `encoding` applied: a string is still text, bytes are bytes, all else is left for the check. */
function readContent(given: Given, place: Place): unknown {
  const { content } = given;
  const encoding =
    readString(given.encoding, place.at("encoding"))
      ?.toLowerCase()
      .replace(/[-_\s]/g, "") ?? "utf8";
  if (typeof content !== "string" || ["utf8", "usascii", "ascii"].includes(encoding)) return content;
  if (!Buffer.isEncoding(encoding)) {
    return place.at("encoding").error("encoding.unknown", "unknown encoding of a string", { hint: "base64 or hex" });
  }
  const bytes = Buffer.from(content, encoding);
  if (holdsAll(content, bytes, encoding)) return new Uint8Array(bytes);
  return place.at("content").error("encoding.invalid", `the content is not valid ${encoding}`, { rfc: "RFC 4648" });
}

// Buffer.from reads what it can and leaves out the rest; the way back shows whether there was a rest.
function holdsAll(text: string, bytes: Buffer, encoding: BufferEncoding): boolean {
  const back = bytes.toString(encoding);
  if (encoding === "hex") return back === text.toLowerCase();
  if (encoding !== "base64" && encoding !== "base64url") return back === text;
  return plainBase64(back) === plainBase64(text);
}

function plainBase64(text: string): string {
  return text
    .replace(/[\s=]+/g, "")
    .replaceAll("-", "+")
    .replaceAll("_", "/");
}

/** The option that holds a data: URI. */
export function dataUriKey(given: Given): "path" | "href" | undefined {
  const isUri = (value: unknown) => typeof value === "string" && /^data:/i.test(value);
  if (isUri(given.path)) return "path";
  return isUri(given.href) ? "href" : undefined;
}

/** The bytes of a data: URI in `path` or `href`: content that is inline. */
export function readDataUri(given: Given, place: Place): Given {
  const key = dataUriKey(given);
  if (key === undefined) return given;
  const { [key]: uri, ...rest } = given;
  const data = decodeDataUri(String(uri));
  if (data === undefined) {
    place.at(key).error("encoding.invalid", "invalid data: URI", { rfc: "RFC 2397" });
    return { ...rest, content: "" };
  }
  const contentType = data.type === "" ? {} : { contentType: data.type };
  return { ...contentType, ...rest, content: data.bytes };
}

// Content as callers have it, made into bytes or into something that can be opened again.

import { errorIssue, type Issue, type Path, type Place } from "../../issues.ts";
import { readGuarded } from "../../options/plain.ts";
import { readBase64 } from "../octets/base64.ts";
import { type Charset, firstLoneSurrogate, unmappable, utf8 } from "../octets/charset.ts";
import { isArrayBuffer, isBlob, isBytes } from "../octets/kinds.ts";
import { toCrlf } from "../octets/line-ends.ts";
import { cleanString } from "./calendar-text.ts";
import { contentHint, isOneShot, warnOfSuspect } from "./content-hints.ts";
import { bytesContent, isContent, sourceContent } from "./seal.ts";
import type { Content } from "./types.ts";

/** How a string becomes bytes: text in a charset (line ends CRLF), raw UTF-8, or base64 to be decoded. */
export type StringReading =
  | { readonly as: "text"; readonly charset: Charset }
  | { readonly as: "utf8" }
  | { readonly as: "base64" };

/** What becomes of the caller's bytes: `lent` ones are read before the caller can change them, so nothing is copied. */
export type Ownership = "copied" | "lent";

/** What the reading of content depends on. */
export interface ContentReading {
  readonly strings: StringReading;
  /** Of the part, "" where it is not known: a string that cannot be content of it is reported. */
  readonly type: string;
  readonly bytes: Ownership | undefined;
}

/**
 * Reads what a caller gave as content. Bytes are copied unless they are lent, so that later changes to the caller's
 * buffer change nothing; sources are kept and opened at write time.
 */
export function readContent(input: unknown, reading: ContentReading, place: Place): Content | undefined {
  if (typeof input === "string") return readString(input, reading, place);
  return readGuarded(place, () => readBinary(input, reading.bytes, place));
}

function readBinary(input: unknown, ownership: Ownership | undefined, place: Place): Content | undefined {
  // The constructor looks at the octets themselves, whatever the caller's view says of its length, and throws when they
  // are gone.
  if (ownership !== "lent" && isBytes(input)) return bytesContent(new Uint8Array(input));
  const bytes = bytesOf(input);
  if (bytes !== undefined) return bytesContent(ownership === "lent" ? bytes : new Uint8Array(bytes));
  if (isBlob(input)) return sourceContent({ size: input.size, open: () => input.stream() });
  if (typeof input === "function") return sourceContent({ open: () => Reflect.apply(input, undefined, []) });
  if (typeof input === "object" && input !== null) return readObject(input, place);
  return place.error("attachment.content", "there is no content", { hint: contentHint(input) });
}

/**
 * The bytes of a view or a buffer, not copied; of this realm or another, which `instanceof` does not know.
 *
 * @throws TypeError when the memory behind them is gone: transferred elsewhere, or cut off by a resize.
 */
export function bytesOf(input: unknown): Uint8Array | undefined {
  if (ArrayBuffer.isView(input)) {
    if (input.byteLength === 0 && isGone(input)) throw new TypeError("the memory of the bytes is gone");
    return new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
  }
  return isArrayBuffer(input) ? new Uint8Array(input) : undefined;
}

/** True for a view whose memory was transferred, or cut off by a resize. Its length is 0, and only its methods tell. */
export function isGone(view: ArrayBufferView): boolean {
  if (view instanceof DataView) return false; // which throws when it is asked for its length
  try {
    Reflect.apply(Uint8Array.prototype.values, view, []);
    return false;
  } catch {
    return true;
  }
}

function readString(text: string, { strings, type }: ContentReading, place: Place): Content | undefined {
  if (strings.as === "base64") return decodeText(text, place);
  warnOfSuspect(text, type, place);
  const bytes =
    strings.as === "text"
      ? encodeText(toCrlf(cleanString(text, type, place)), strings.charset, place)
      : encodeText(text, utf8, place);
  return bytes === undefined ? undefined : bytesContent(bytes);
}

function decodeText(text: string, place: Place): Content | undefined {
  const read = readBase64(text);
  if (read.ok) return bytesContent(read.bytes);
  place.sink.add(notBase64(text, read, place.path));
  return undefined;
}

/** A string that says it is base64, and is not. */
export function notBase64(text: string, { offset, reason }: { offset: number; reason: string }, path: Path): Issue {
  const message = `the string is not base64, as its encoding says: ${reason}, at offset ${offset}`;
  const hint = /^data:/i.test(text)
    ? "give what is behind the comma of the data: URI"
    : "give base64 or base64url alone; leave encoding out only where the content is text";
  return errorIssue("encoding.invalid", path, message, { rfc: "RFC 4648 s3.3", hint });
}

/** True when the charset has all characters of the text; an issue with the position when it lacks one. */
export function canEncode(text: string, charset: Charset, place: Place): boolean {
  // UTF-8 has every character, so nothing is encoded to find out.
  return charset === utf8 ? isWhole(text, place) : encodeText(text, charset, place) !== undefined;
}

function isWhole(text: string, place: Place): boolean {
  const surrogate = firstLoneSurrogate(text);
  if (surrogate < 0) return true;
  place.error("body.surrogate", `the text has half a surrogate pair at offset ${surrogate}`);
  return false;
}

/** The bytes of a text in a charset; an issue with the position when a character does not fit. */
export function encodeText(text: string, charset: Charset, place: Place): Uint8Array | undefined {
  if (!isWhole(text, place)) return undefined;
  const encoded = charset.encode(text);
  if (isBytes(encoded)) return encoded;
  place.sink.add(unmappable(charset, text, encoded.unmappable, place.path));
  return undefined;
}

function readObject(input: object, place: Place): Content | undefined {
  if (isContent(input)) return input;
  // A copy of what a checked tree holds.
  const bytes = ownOrClass(input, "kind") === "bytes" ? bytesOf(ownOrClass(input, "bytes")) : undefined;
  if (bytes !== undefined) return bytesContent(new Uint8Array(bytes));
  // Before `open` is looked for: the streams of Node's file system have a method of that name.
  if (isOneShot(input)) {
    return place.error("source.one-shot", "a stream can be read once only", {
      hint: "give a function that opens a new one: content: () => createReadStream(…)",
    });
  }
  const open = methodOf(input, "open");
  if (open !== undefined) return readSource(input, open, place);
  return place.error("attachment.content", "the object is not content", { hint: contentHint(input) });
}

function readSource(input: object, open: () => unknown, place: Place): Content | undefined {
  const given = ownOrClass(input, "size");
  if (given === undefined) return sourceContent({ open });
  const size = readSize(given, place.at("size"));
  return size === undefined ? undefined : sourceContent({ size, open });
}

/** Reads a number of bytes. */
export function readSize(size: unknown, place: Place): number | undefined {
  if (typeof size === "number" && Number.isSafeInteger(size) && size >= 0) return size;
  return place.error("input.type", "size is a whole number of bytes");
}

function methodOf(input: object, name: string): (() => unknown) | undefined {
  const method = ownOrClass(input, name);
  return typeof method === "function" ? () => Reflect.apply(method, input, []) : undefined;
}

// A property of the object or of its class; properties of Object.prototype are not the caller's.
function ownOrClass(input: object, name: string): unknown {
  const prototype: unknown = Object.getPrototypeOf(input);
  const plain = prototype === Object.prototype || prototype === null;
  return plain && !Object.hasOwn(input, name) ? undefined : Reflect.get(input, name);
}

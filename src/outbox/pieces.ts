// A message in pieces: what is long enough to be somebody's attachment stands apart, to be kept once by its hash however
// many messages hold it. The cuts lie where a body begins and where its delimiter follows, and joining the pieces gives
// every byte back, whether or not the message is well formed.
import { createHash } from "node:crypto";
import { base64LinesLength, writeBase64Lines } from "../encoding/base64.ts";

/** A stretch that is kept by its hash, and where it belongs. */
export interface Part {
  /** Offset in the rest: how many of its bytes come first. */
  readonly at: number;
  /** SHA-256 of the bytes. */
  readonly hash: Uint8Array;
  readonly bytes: Uint8Array;
}

/** What is left of a message without its parts, and the parts in order. */
export interface Pieces {
  readonly rest: Uint8Array;
  readonly parts: readonly Part[];
}

/** Bodies of at least so many bytes stand apart. Below that a row of its own costs more than it saves. */
const LEAST = 16_384;

/** Cuts a message at its long bodies. */
export function cut(raw: Uint8Array): Pieces {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.length);
  const parts: Part[] = [];
  const rest: Uint8Array[] = [];
  let kept = 0;
  let copied = 0;
  for (const [start, end] of longBodies(bytes)) {
    rest.push(bytes.subarray(copied, start));
    kept += start - copied;
    copied = end;
    const body = bytes.subarray(start, end);
    parts.push({ at: kept, hash: sha256(body), bytes: body });
  }
  rest.push(bytes.subarray(copied));
  // A copy even of a single piece: a view would hold the memory of the whole message.
  return { rest: Buffer.concat(rest), parts };
}

// RFC 2046 s5.1.1: a delimiter is a line that begins with two hyphens; the head of a part ends at its first empty line.
// A line of text that begins so, too, only makes one more place to cut.
function* longBodies(bytes: Buffer): Generator<readonly [number, number]> {
  let from = 0;
  while (from < bytes.length) {
    const delimiter = bytes.indexOf("\r\n--", from);
    const end = delimiter < 0 ? bytes.length : delimiter;
    const blank = bytes.subarray(from, end).indexOf("\r\n\r\n");
    const start = from + blank + 4;
    if (blank >= 0 && end - start >= LEAST) yield [start, end];
    from = end + 4;
  }
}

/** The message again. */
export function join(rest: Uint8Array, parts: readonly Pick<Part, "at" | "bytes">[]): Uint8Array {
  if (parts.length === 0) return rest;
  const pieces: Uint8Array[] = [];
  let from = 0;
  for (const { at, bytes } of parts) {
    pieces.push(rest.subarray(from, at), bytes);
    from = at;
  }
  pieces.push(rest.subarray(from));
  return Buffer.concat(pieces);
}

/** SHA-256. */
export function sha256(bytes: Uint8Array | string): Uint8Array {
  return createHash("sha256").update(bytes).digest();
}

/** How a part is kept: as it is, or decoded when encoding gives the same bytes again. */
export interface Kept {
  readonly coding: "identity" | "base64";
  readonly bytes: Uint8Array;
}

/** Base64 takes 37 % more than what it encodes; the file need not hold that. */
export function keep(bytes: Uint8Array): Kept {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
  // Lenient, and compared: what does not come back to the byte stays as it is.
  const decoded = Buffer.from(text, "base64");
  const same = base64LinesLength(decoded.length) === bytes.length && Buffer.compare(encode(decoded), bytes) === 0;
  return same ? { coding: "base64", bytes: decoded } : { coding: "identity", bytes };
}

/** The bytes of a part as they stand in the message. */
export function restore(coding: string, bytes: Uint8Array): Uint8Array {
  return coding === "base64" ? encode(bytes) : bytes;
}

function encode(bytes: Uint8Array): Uint8Array {
  const target = new Uint8Array(base64LinesLength(bytes.length));
  writeBase64Lines(bytes, target, 0);
  return target;
}

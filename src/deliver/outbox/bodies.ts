// The bytes of messages in the file: what is long once by its hash, the rest with its message.

import { createHash } from "node:crypto";
import { base64LinesLength, writeBase64Lines } from "../../mail/octets/base64.ts";
import { bytesOf, type Connection, numberOf, textOf } from "./sqlite.ts";

/** Stores the pieces of a message. Within a transaction. */
export function storeBody(db: Connection, message: number, { rest, parts }: StoredPieces): void {
  db.run("INSERT INTO body (message, bytes) VALUES (?, ?)", message, rest);
  for (const [place, { at, hash, bytes }] of parts.entries()) {
    const blob = blobOf(db, hash) ?? storeBlob(db, hash, bytes);
    db.run("INSERT INTO part (message, place, at, blob) VALUES (?, ?, ?, ?)", message, place, at, blob);
  }
}

function blobOf(db: Connection, hash: Uint8Array): number | undefined {
  const row = db.get("SELECT id FROM blob WHERE hash = ?", hash);
  return row === undefined ? undefined : numberOf(row, "id");
}

function storeBlob(db: Connection, hash: Uint8Array, whole: Uint8Array): number {
  const { coding, bytes } = encodePart(whole);
  db.run("INSERT INTO blob (hash, coding, bytes) VALUES (?, ?, ?)", hash, coding, bytes);
  const row = db.get("SELECT last_insert_rowid() AS id");
  return row === undefined ? 0 : numberOf(row, "id");
}

/**
 * The bytes of a message, to the byte as they came.
 *
 * @param expected SHA-256 in hex
 * @returns undefined when they are not there, or are not what they were
 */
export function loadBody(db: Connection, message: number, expected: string): Uint8Array | undefined {
  const row = db.get("SELECT bytes FROM body WHERE message = ?", message);
  if (row === undefined) return undefined;
  const found = db.all(
    "SELECT part.at, blob.coding, blob.bytes FROM part JOIN blob ON blob.id = part.blob WHERE part.message = ? ORDER BY part.place",
    message,
  );
  const parts = found.map((part) => ({
    at: numberOf(part, "at"),
    bytes: decodePart(textOf(part, "coding"), bytesOf(part, "bytes")),
  }));
  const raw = joinPieces(bytesOf(row, "bytes"), parts);
  return Buffer.from(sha256(raw)).toString("hex") === expected ? raw : undefined;
}

/** Removes the bytes of a message, and parts that no other message has. Within a transaction. */
export function removeBody(db: Connection, message: number): void {
  db.run("DELETE FROM body WHERE message = ?", message);
  const blobs = db.all("SELECT DISTINCT blob FROM part WHERE message = ?", message);
  if (blobs.length === 0) return;
  db.run("DELETE FROM part WHERE message = ?", message);
  for (const row of blobs) {
    const blob = numberOf(row, "blob");
    db.run("DELETE FROM blob WHERE id = ? AND NOT EXISTS (SELECT 1 FROM part WHERE blob = ?)", blob, blob);
  }
}

// A message in pieces: what is long enough to be an attachment is kept apart, once by its hash however
// many messages hold it. The cuts lie where a body begins and where its delimiter follows, and joining the pieces gives
// every byte back, whether or not the message is well formed.

/** A stretch that is kept by its hash, and where it belongs. */
export interface StoredPart {
  /** Offset in the rest: how many of its bytes come first. */
  readonly at: number;
  /** SHA-256 of the bytes. */
  readonly hash: Uint8Array;
  readonly bytes: Uint8Array;
}

/** What is left of a message without its parts, and the parts in order. */
export interface StoredPieces {
  readonly rest: Uint8Array;
  readonly parts: readonly StoredPart[];
}

/** Bodies of at least so many bytes are kept apart. Below that a separate row costs more than it saves. */
const LEAST = 16_384;

/** Cuts a message at its long bodies. */
export function cutPieces(raw: Uint8Array): StoredPieces {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.length);
  const parts: StoredPart[] = [];
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
export function joinPieces(rest: Uint8Array, parts: readonly Pick<StoredPart, "at" | "bytes">[]): Uint8Array {
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
export interface CodedBytes {
  readonly coding: "identity" | "base64";
  readonly bytes: Uint8Array;
}

/** Base64 takes 37 % more than what it encodes; the file need not hold that. */
export function encodePart(bytes: Uint8Array): CodedBytes {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
  // Lenient, and compared: what does not come back to the byte stays as it is.
  const decoded = Buffer.from(text, "base64");
  const same = base64LinesLength(decoded.length) === bytes.length && Buffer.compare(encode(decoded), bytes) === 0;
  return same ? { coding: "base64", bytes: decoded } : { coding: "identity", bytes };
}

/** The bytes of a part as they are in the message. */
export function decodePart(coding: string, bytes: Uint8Array): Uint8Array {
  return coding === "base64" ? encode(bytes) : bytes;
}

function encode(bytes: Uint8Array): Uint8Array {
  const target = new Uint8Array(base64LinesLength(bytes.length));
  writeBase64Lines(bytes, target, 0);
  return target;
}

// The bytes of messages in the file: what is long once by its hash, the rest with its message.
import { bytesOf, type Connection, numberOf, textOf } from "./connection.ts";
import { join, keep, type Pieces, restore, sha256 } from "./pieces.ts";

/** Stores the pieces of a message. Within a transaction. */
export function storeBody(db: Connection, message: number, { rest, parts }: Pieces): void {
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
  const { coding, bytes } = keep(whole);
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
    bytes: restore(textOf(part, "coding"), bytesOf(part, "bytes")),
  }));
  const raw = join(bytesOf(row, "bytes"), parts);
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

// Every change of a record's state, as it is written. Each runs within a transaction of the caller.

import { milliseconds, oneOf, readOptionsOf, shapeOf } from "../../given.ts";
import { combineGroups, type GroupResult, type SendResult, type Unknown } from "../core/result.ts";
import { removeBody, type StoredPieces, storeBody } from "./bodies.ts";
import type { Disposition } from "./disposition.ts";
import { OutboxError } from "./error.ts";
import { listRecords, type OutboxRecord, type OutboxRef, recordOf } from "./record.ts";
import { type Connection, numberOf } from "./sqlite.ts";

/** A message ready to be stored. */
export interface NewRecord {
  readonly key: string | undefined;
  readonly bytes: number;
  readonly sha256: string;
  readonly ownMessageId: string | undefined;
  /** What rendering it again takes; absent for raw bytes. */
  readonly seed: string | undefined;
  readonly terms: string;
  readonly pieces: StoredPieces;
  /** Milliseconds since 1970; also the date of a message that has none. */
  readonly createdAt: number;
}

/** @returns the id */
export function insertEntry(db: Connection, entry: NewRecord): number {
  const { key, bytes, sha256, ownMessageId, seed, terms, pieces, createdAt } = entry;
  db.run(
    `INSERT INTO message (key, state, due, attempts, crashes, created, changed, bytes, sha256, own_id, seed, terms)
     VALUES (?, 'queued', ?, 0, 0, ?, ?, ?, ?, ?, ?, ?)`,
    ...[key ?? null, createdAt, createdAt, createdAt, bytes, sha256, ownMessageId ?? null, seed ?? null, terms],
  );
  const row = db.get("SELECT last_insert_rowid() AS id");
  const id = row === undefined ? 0 : numberOf(row, "id");
  storeBody(db, id, pieces);
  return id;
}

/** The first byte of the message is about to be written. @returns false when it is not in line any more */
export function markInflight(db: Connection, id: number, now: number): boolean {
  const sql =
    "UPDATE message SET state = 'inflight', attempts = attempts + 1, changed = ? WHERE id = ? AND state = 'queued'";
  return db.run(sql, now, id) === 1;
}

/**
 * Writes down an outcome, of a message that was marked as in flight or that was refused before its first byte. What was
 * sent needs its bytes no more.
 */
export function writeOutcome(db: Connection, id: number, disposition: Disposition, now: number): void {
  const result = JSON.stringify(disposition.result);
  // The mark has counted the attempt; without it the outcome does.
  const counted = "attempts = attempts + (state <> 'inflight')";
  if (disposition.kind === "final") {
    db.run(
      `UPDATE message SET ${counted}, state = ?, changed = ?, result = ?, pending = NULL WHERE id = ?`,
      ...[disposition.state, now, result, id],
    );
    if (disposition.state === "sent") removeBody(db, id);
    return;
  }
  const pending = disposition.pending === undefined ? null : JSON.stringify(disposition.pending);
  db.run(
    `UPDATE message SET ${counted} - ?, state = 'queued', changed = ?, due = ?, result = ?, pending = ? WHERE id = ?`,
    ...[disposition.counted ? 0 : 1, now, now + disposition.wait, result, pending, id],
  );
}

/** Lets a message in line wait. */
export function defer(db: Connection, id: number, now: number, wait: number): void {
  db.run("UPDATE message SET due = ?, changed = ? WHERE id = ? AND state = 'queued'", now + wait, now, id);
}

/** Puts a message back that was marked and not begun. */
export function unmark(db: Connection, id: number): void {
  db.run("UPDATE message SET state = 'queued', attempts = attempts - 1 WHERE id = ? AND state = 'inflight'", id);
}

/** What to do with records whose process ended while they were in flight. */
export interface Recovery {
  readonly onAmbiguous: "report" | "retry";
  readonly maxCrashes: number;
}

/** Gives every record that was in flight a state again: it is unknown whether it arrived. @returns how many there were */
export function recoverInflight(db: Connection, { onAmbiguous, maxCrashes }: Recovery, now: number): number {
  let found = 0;
  for (;;) {
    const records = listRecords(db, { state: "inflight", limit: 100 });
    if (records.length === 0) return found;
    found += records.length;
    for (const record of records) {
      const crashes = record.crashes + 1;
      const again = onAmbiguous === "retry" && crashes < maxCrashes;
      const state = again ? "queued" : onAmbiguous === "retry" ? "dead" : "unknown";
      const result = JSON.stringify(interrupted(record, "outbox.crashed", CRASHED));
      const sql = "UPDATE message SET state = ?, crashes = ?, changed = ?, due = ?, result = ? WHERE id = ?";
      db.run(sql, state, crashes, now, now, result, record.id);
    }
  }
}

/**
 * After the clock was set back: what waits has the rest of its own wait before it at the most, not the time until the old
 * hour comes again. What was never tried is due at once.
 */
export function setClockBack(db: Connection, now: number): void {
  const sql = "UPDATE message SET due = ? + max(0, due - changed), changed = ? WHERE state = 'queued' AND changed > ?";
  db.run(sql, now, now, now);
}

const CRASHED = "the process ended while the message was in flight";

/** It is unknown whether an attempt arrived; with what a message can be found by. */
export function doubtOf(
  { attempts, sha256, ownMessageId, fields }: OutboxRecord,
  code: string,
  message: string,
): Unknown {
  return {
    status: "unknown",
    attempts,
    cause: { code, message },
    sha256,
    ...(ownMessageId === undefined ? {} : { ownMessageId }),
    ...(fields.tags === undefined ? {} : { tags: fields.tags }),
  };
}

/** The result of a record of which it is unknown whether it went out. Groups that were settled before stay. */
export function interrupted(record: OutboxRecord, code: string, message: string): SendResult {
  const { pending, result } = record;
  const unknown = doubtOf(record, code, message);
  if (pending === undefined) return unknown;
  const still = new Set(pending);
  const done = (result?.groups ?? []).filter(({ recipients }) => !recipients.some((one) => still.has(one)));
  const groups: readonly GroupResult[] = [...done, { recipients: pending, result: unknown }];
  return combineGroups(groups, (result?.attempts ?? 0) + 1);
}

/**
 * Puts a message that is `unknown` or `dead` back in line, for the recipients that have not got it for certain.
 *
 * @throws OutboxError `outbox.record` when it is in another state, or its bytes are gone
 */
export function retryRecord(db: Connection, ref: OutboxRef, now: number): OutboxRecord {
  const record = recordOf(db, ref);
  const { id, state, result } = record;
  if (state !== "unknown" && state !== "dead") {
    throw new OutboxError("outbox.record", `the message is ${state}: only unknown and dead ones are sent again`);
  }
  if (db.get("SELECT 1 FROM body WHERE message = ?", id) === undefined) {
    throw new OutboxError("outbox.record", "the bytes of the message are gone");
  }
  const open = result?.groups?.filter((group) => group.result.status !== "sent") ?? [];
  const isPart = open.length > 0 && open.length < (result?.groups?.length ?? 0);
  const pending = isPart ? JSON.stringify(open.flatMap(({ recipients }) => recipients)) : null;
  const sql =
    "UPDATE message SET state = 'queued', due = ?, changed = ?, attempts = 0, crashes = 0, pending = ? WHERE id = ?";
  db.run(sql, now, now, pending, id);
  return recordOf(db, id);
}

/** Which records are removed. */
export interface PurgeOptions {
  /** What is still to be sent cannot be purged. */
  readonly state: "sent" | "unknown" | "dead";
  /** Only records that came to their state so many milliseconds ago. 0 when absent. */
  readonly olderThan?: number;
}

const PURGE = shapeOf<PurgeOptions>(
  { state: oneOf("sent", "unknown", "dead"), olderThan: milliseconds },
  { required: ["state"] },
);

/** Records that one transaction removes: the owner is kept waiting for no longer than that takes. */
export const PURGE_STEP = 200;

/** Removes a step of records. @returns how many; less than a step when it was the last */
export function purgeStep(db: Connection, options: PurgeOptions, now: number): number {
  const { state, olderThan = 0 } = readOptionsOf(options, PURGE);
  if (state === undefined) return 0;
  const sql = "SELECT id FROM message WHERE state = ? AND changed <= ? ORDER BY id LIMIT ?";
  const rows = db.all(sql, state, now - olderThan, PURGE_STEP);
  for (const row of rows) {
    const id = numberOf(row, "id");
    removeBody(db, id);
    db.run("DELETE FROM message WHERE id = ?", id);
  }
  return rows.length;
}

// 4 MiB of pages.
const VACUUM_STEP = 1_024;

/** Gives a step of the pages that are free back to the file system. @returns whether there are more */
export function shrinkStep(db: Connection): boolean {
  const before = freePages(db);
  if (before > 0) db.exec(`PRAGMA incremental_vacuum(${VACUUM_STEP})`);
  const left = freePages(db);
  if (left > 0 && left < before) return true;
  // The file itself ends where it did until the journal is written into it. PASSIVE waits for no reader.
  db.all("PRAGMA wal_checkpoint(PASSIVE)");
  return false;
}

function freePages(db: Connection): number {
  const row = db.get("PRAGMA freelist_count");
  return row === undefined ? 0 : numberOf(row, "freelist_count");
}

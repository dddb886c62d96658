// What holds the line, as it stands in the file: for whoever looks at the outbox, and for its next owner.
import type { HoldReason } from "../deliver/core/hold.ts";
import type { RefusalScope } from "../deliver/core/outcome.ts";
import { type Connection, jsonOf, numberOf, type Row, textOf } from "./connection.ts";
import { OutboxError } from "./error.ts";
import { countRecords, type OutboxCounts } from "./record.ts";

/** Why messages wait, and until when. Times are milliseconds since 1970. */
export interface OutboxHold extends HoldReason {
  /** The first refusal. */
  readonly since: number;
  /** When one message tries again. In the past while nobody owns the outbox, or while that one is on its way. */
  readonly until: number;
}

/** How an outbox stands. */
export interface OutboxStatus {
  readonly counts: OutboxCounts;
  /** What holds the line: the account's refusal, and those of configuration sets. Empty when all go out. */
  readonly held: readonly OutboxHold[];
}

/** What is held: nothing but a key, which says for whom. */
export interface HoldRow extends OutboxHold {
  readonly name: string;
}

/** The account's name among the holds. Sets have their own; without one it is the sender's address in brackets. */
export const ACCOUNT = "";

/** For the owner: added to files of before, which other releases read as ever. */
export function makeHoldTable(db: Connection): void {
  db.exec(`CREATE TABLE IF NOT EXISTS hold (
    name TEXT PRIMARY KEY, reason TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER NOT NULL
  ) STRICT`);
}

export function writeHold(db: Connection, name: string, reason: HoldReason, now: number, until: number): void {
  const sql = `INSERT INTO hold VALUES (?, ?, ?, ?)
    ON CONFLICT (name) DO UPDATE SET reason = excluded.reason, until = excluded.until`;
  db.run(sql, name, JSON.stringify(reason), now, until);
}

export function removeHold(db: Connection, name: string): void {
  db.run("DELETE FROM hold WHERE name = ?", name);
}

export function readHolds(db: Connection): readonly HoldRow[] {
  if (db.get("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'hold'") === undefined) return [];
  return db.all("SELECT name, reason, since, until FROM hold ORDER BY name").map(readHold);
}

function readHold(row: Row): HoldRow {
  const reason = jsonOf(row, "reason");
  if (!isReason(reason)) throw new OutboxError("outbox.damaged", "a record cannot be read: a hold has no reason");
  return Object.freeze({
    ...{ name: textOf(row, "name"), ...reason },
    ...{ since: numberOf(row, "since"), until: numberOf(row, "until") },
  });
}

const SCOPES: readonly RefusalScope[] = ["account", "configuration-set"];

function isReason(value: unknown): value is HoldReason {
  if (typeof value !== "object" || value === null || !("code" in value) || !("message" in value)) return false;
  return "scope" in value && SCOPES.some((scope) => scope === value.scope) && typeof value.code === "string";
}

/** How the outbox stands. */
export function readStatus(db: Connection): OutboxStatus {
  const held = readHolds(db).map(({ name: _, ...hold }) => Object.freeze(hold));
  return Object.freeze({ counts: countRecords(db), held: Object.freeze(held) });
}

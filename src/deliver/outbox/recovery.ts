// What a file is worth after its last owner: whether everything that was reported as durable is in it, and if not, what
// is. Nothing is mended here: a file that is not whole is not written to.
import { isError } from "../../mail/octets/kinds.ts";
import { loadBody } from "./bodies.ts";
import { readCommitMark } from "./committer.ts";
import { type Damage, OutboxError } from "./error.ts";
import type { OutboxFiles } from "./files.ts";
import { findRecord } from "./record.ts";
import { type Connection, numberOf, textOf } from "./sqlite.ts";

/** What was found at the opening. */
export interface Assessment {
  /** Whether the last owner closed the outbox. */
  readonly wasClosed: boolean;
  /** The file is whole, and older than what was reported as durable. */
  readonly missingCommits: number;
}

/**
 * Compares the file with what was reported as durable, and after an owner that did not close it, looks at every page.
 *
 * @throws OutboxError `outbox.damaged` for a file that is not whole
 */
export function assess(db: Connection, files: OutboxFiles): Assessment {
  const { commits, wasClosed } = readLedger(db);
  const mark = readCommitMark(files);
  const missingCommits = mark === undefined ? 0 : Math.max(0, mark - commits);
  const problems = wasClosed && missingCommits === 0 ? [] : integrityProblems(db);
  if (problems.length > 0) throw damagedError(db, problems, mark === undefined ? undefined : missingCommits);
  return { wasClosed, missingCommits };
}

function readLedger(db: Connection): { readonly commits: number; readonly wasClosed: boolean } {
  const row = db.get("SELECT commits, clean FROM ledger");
  if (row === undefined) throw new OutboxError("outbox.damaged", "the outbox is damaged: its count of commits is gone");
  return { commits: numberOf(row, "commits"), wasClosed: numberOf(row, "clean") === 1 };
}

const MAX_PROBLEMS = 20;

// Indexes included: a message that is missing in one of them would never go out.
function integrityProblems(db: Connection): readonly string[] {
  try {
    const rows = db.all(`PRAGMA integrity_check(${MAX_PROBLEMS})`).map((row) => textOf(row, "integrity_check"));
    return rows.filter((text) => text !== "ok");
  } catch (error) {
    return [isError(error) ? error.message : "the file cannot be read"];
  }
}

/** The error for a file that is older than what was reported as durable. */
export function missingError(db: Connection, missingCommits: number): OutboxError {
  return damagedError(db, [`${missingCommits} commits that were durable are gone from the file`], missingCommits);
}

function damagedError(db: Connection, problems: readonly string[], missingCommits: number | undefined): OutboxError {
  const { readable, unreadable } = readAll(db);
  const found = Object.entries(readable).map(([state, count]) => `${count} ${state}`);
  const what = `${problems[0]}; readable: ${found.length === 0 ? "nothing" : found.join(", ")}`;
  const lost = unreadable.length === 0 ? "" : `; unreadable: ${unreadable.length} ids`;
  const damage: Damage = { problems, missingCommits, readable, unreadable };
  return new OutboxError("outbox.damaged", `the outbox is damaged: ${what}${lost}`, { damage });
}

const MAX_IDS = 1_000;

/** Reads every record with its message, one by one: damage in one place hides only what is there. */
function readAll(db: Connection): Pick<Damage, "readable" | "unreadable"> {
  const readable: Record<string, number> = {};
  const unreadable: number[] = [];
  for (const id of idsOf(db)) {
    const state = readOne(db, id);
    if (state !== undefined) readable[state] = (readable[state] ?? 0) + 1;
    else if (unreadable.length < MAX_IDS) unreadable.push(id);
  }
  return { readable, unreadable };
}

function readOne(db: Connection, id: number): string | undefined {
  try {
    const record = findRecord(db, id);
    if (record === undefined) return undefined;
    const whole = record.state === "sent" || loadBody(db, id, record.sha256) !== undefined;
    return whole ? record.state : undefined;
  } catch {
    return undefined;
  }
}

// Every id that any tree of the file still knows: a record may be gone whose body is there, and the other way round.
function idsOf(db: Connection): Iterable<number> {
  const ids = new Set<number>();
  for (const sql of [
    "SELECT id FROM message NOT INDEXED ORDER BY id",
    "SELECT id FROM message INDEXED BY by_state",
    "SELECT message AS id FROM body ORDER BY message",
    "SELECT DISTINCT message AS id FROM part",
  ]) {
    try {
      for (const row of db.all(sql)) ids.add(numberOf(row, "id"));
    } catch {
      // The other trees tell what they know.
    }
  }
  return ids;
}

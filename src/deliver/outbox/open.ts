// Opening: the owner's lock first, then the files, then what the last owner left undone.

import { isError } from "../../mail/octets/kinds.ts";
import { loadBody } from "./bodies.ts";
import { interrupted, recoverInflight, setClockBack } from "./changes.ts";
import { CommitMark, readCommitMark } from "./committer.ts";
import { type Damage, OutboxError } from "./error.ts";
import { FileIdentity, filesOf, lookAtFiles, makePrivate, type OutboxFiles, tighten } from "./files.ts";
import { makeHoldTable } from "./holds.ts";
import { type OutboxOptions, type OutboxSettings, readOutboxOptions } from "./options.ts";
import { FileOutbox, type Outbox } from "./outbox.ts";
import { findRecord, listRecords } from "./record.ts";
import { connect, createOutbox } from "./schema.ts";
import { Connection, type Driver, loadDriver, numberOf, openingError, sqliteCode, textOf } from "./sqlite.ts";

/**
 * Opens an outbox, or makes one, and begins to send what is in it.
 *
 * @throws OutboxError `outbox.owned` when it is open elsewhere; `outbox.damaged`, `outbox.foreign`, `outbox.version`
 * for a file that cannot be used; `outbox.driver` without SQLite; `outbox.write` when the file cannot be written
 * @throws OptionError with every option that cannot be used
 * @example
 * const outbox = await openOutbox({ path: "mail.outbox", sender });
 * await outbox.enqueue(m, { key: "invoice-4711" }); // on the disk
 * const result = await outbox.wait("invoice-4711");
 */
export async function openOutbox(options: OutboxOptions): Promise<Outbox> {
  const settings = readOutboxOptions(options);
  const driver = await loadDriver(settings.driver);
  const undo: (() => void)[] = [];
  try {
    const files = filesOf(settings.path);
    const ownership = takeOwnership(files, driver);
    undo.push(() => ownership.release());
    if (lookAtFiles(files) === "absent") createOutbox(files, driver);
    const db = connect(files, driver);
    undo.push(() => db.close());
    takeOver(db, files, settings);
    const mark = new CommitMark(files);
    undo.push(() => mark.close());
    const close = (how: "clean" | "unclean") => {
      if (how === "clean") leave(db);
      unwind(undo);
    };
    return new FileOutbox({ db, mark, presence: new FileIdentity(files), settings, close });
  } catch (error) {
    try {
      unwind(undo);
    } catch {
      // The error that led here is the one to tell.
    }
    throw openingError(error);
  }
}

/** Every step, the last one first, whatever one of them throws: a lock that stays would shut this process out. */
function unwind(steps: readonly (() => void)[]): void {
  const failures: unknown[] = [];
  for (const step of steps.toReversed()) {
    try {
      step();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

/** Everything that the last owner left in doubt gets a state, before anything is sent. */
function takeOver(db: Connection, files: OutboxFiles, settings: OutboxSettings): void {
  const { missingCommits } = assess(db, files);
  const now = settings.clock.wall();
  if (missingCommits > 0 && settings.missingCommits === "refuse") throw missingError(db, missingCommits);
  db.transaction(() => {
    makeHoldTable(db);
    db.run("UPDATE ledger SET clean = 0, commits = commits + 1");
    setClockBack(db, now);
    recoverInflight(db, settings, now);
    if (missingCommits > 0 && settings.onAmbiguous === "report") doubtQueued(db, now);
  });
}

const MISSING = "what the outbox wrote down last is gone: the message may have been sent";

function doubtQueued(db: Connection, now: number): void {
  for (;;) {
    const records = listRecords(db, { state: "queued", limit: 100 });
    if (records.length === 0) return;
    for (const record of records) {
      const result = JSON.stringify(interrupted(record, "outbox.damaged", MISSING));
      db.run("UPDATE message SET state = 'unknown', changed = ?, result = ? WHERE id = ?", now, result, record.id);
    }
  }
}

// A file that says it was closed is trusted the next time. Without room for that it is looked at.
function leave(db: Connection): void {
  try {
    db.transaction(() => db.run("UPDATE ledger SET clean = 1"));
    db.all("PRAGMA wal_checkpoint(TRUNCATE)");
  } catch {
    // Everything that was reported as durable is in the journal.
  }
}

// One owner at a time. The lock is SQLite's own, on a file beside the outbox: the system lets go of it when the process
// ends, however it ends, so there is no stale lock, no process id that means another process, and no heartbeat.

// Two builds of SQLite in one process do not see each other's locks. The registry is one for all copies of this module.
const REGISTRY = Symbol.for("mimewright.outbox.owned");

function owned(): Set<string> {
  const known: unknown = Reflect.get(globalThis, REGISTRY);
  if (known instanceof Set) return known;
  const fresh = new Set<string>();
  Reflect.set(globalThis, REGISTRY, fresh);
  return fresh;
}

/** The right to send what is in an outbox. */
export interface OutboxOwnership {
  release(): void;
}

/**
 * Takes the ownership of an outbox.
 *
 * @throws OutboxError `outbox.owned` when it is open already, in this process or another
 */
export function takeOwnership(files: OutboxFiles, driver: Driver): OutboxOwnership {
  if (owned().has(files.main)) throw alreadyOwned();
  makePrivate(files.owner);
  tighten(files.owner);
  const connection = new Connection(driver, files.owner, 0);
  try {
    // Nothing is ever written: no journal need lie beside it.
    connection.exec("PRAGMA journal_mode = MEMORY");
    connection.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    connection.close();
    throw sqliteCode(error) === "SQLITE_BUSY" ? alreadyOwned() : error;
  }
  owned().add(files.main);
  let held = true;
  return {
    release() {
      if (!held) return;
      held = false;
      owned().delete(files.main);
      connection.exec("ROLLBACK");
      connection.close();
    },
  };
}

function alreadyOwned(): OutboxError {
  return new OutboxError("outbox.owned", "the outbox is open elsewhere: it has one owner at a time");
}

// What a file is worth after its last owner: whether everything that was reported as durable is in it, and if not, what
// is. Nothing is mended here: a file that is not whole is not written to.

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

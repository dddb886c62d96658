// Opening: the owner's lock first, then the files, then what the last owner left undone.
import { interrupted, recoverInflight, setClockBack } from "./changes.ts";
import type { Connection } from "./connection.ts";
import { loadDriver } from "./driver.ts";
import { filesOf, look, type OutboxFiles } from "./files.ts";
import { makeHoldTable } from "./held.ts";
import { Mark } from "./mark.ts";
import { openingError } from "./opening-error.ts";
import { type OutboxOptions, type OutboxSettings, readOutboxOptions } from "./options.ts";
import { FileOutbox, type Outbox } from "./outbox.ts";
import { own } from "./owner.ts";
import { Presence } from "./presence.ts";
import { listRecords } from "./record.ts";
import { assess, missingError } from "./recovery.ts";
import { connect, createOutbox } from "./schema.ts";

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
    const ownership = own(files, driver);
    undo.push(() => ownership.release());
    if (look(files) === "absent") createOutbox(files, driver);
    const db = connect(files, driver);
    undo.push(() => db.close());
    takeOver(db, files, settings);
    const mark = new Mark(files);
    undo.push(() => mark.close());
    const close = (how: "clean" | "unclean") => {
      if (how === "clean") leave(db);
      unwind(undo);
    };
    return new FileOutbox({ db, mark, presence: new Presence(files), settings, close });
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

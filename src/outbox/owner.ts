// One owner at a time. The lock is SQLite's own, on a file beside the outbox: the system lets go of it when the process
// ends, however it ends, so there is no stale lock, no process id that means another process, and no heartbeat.
import { Connection } from "./connection.ts";
import { type Driver, sqliteCode } from "./driver.ts";
import { OutboxError } from "./error.ts";
import { makePrivate, type OutboxFiles, tighten } from "./files.ts";

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
export interface Ownership {
  release(): void;
}

/**
 * Takes the ownership of an outbox.
 *
 * @throws OutboxError `outbox.owned` when somebody has it, in this process or another
 */
export function own(files: OutboxFiles, driver: Driver): Ownership {
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

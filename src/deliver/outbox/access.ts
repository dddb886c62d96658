// What can be read and set right in an outbox, by its owner and by others: the methods that both have.

import { setImmediate } from "node:timers/promises";
import { oneOf, readOptionsOf, shapeOf } from "../../given.ts";
import { loadBody } from "./bodies.ts";
import { PURGE_STEP, type PurgeOptions, purgeStep, retryRecord, shrinkStep } from "./changes.ts";
import { OutboxError } from "./error.ts";
import { filesOf, lookAtFiles } from "./files.ts";
import { type OutboxStatus, readStatus } from "./holds.ts";
import { pathOfFile } from "./options.ts";
import {
  countRecords,
  findRecord,
  type ListOptions,
  listRecords,
  type OutboxCounts,
  type OutboxRecord,
  type OutboxRef,
} from "./record.ts";
import { connect } from "./schema.ts";
import { type Connection, type DriverName, driverNames, loadDriver, openingError, storageError } from "./sqlite.ts";

/** Reads an outbox and sets it right. Safe while another process is its owner. */
export interface OutboxAccess {
  counts(): Promise<OutboxCounts>;
  /** The counts, and what holds the line: why, and until when. */
  status(): Promise<OutboxStatus>;
  /** A page of records, the oldest first. */
  list(options?: ListOptions): Promise<readonly OutboxRecord[]>;
  get(ref: OutboxRef): Promise<OutboxRecord | undefined>;
  /** The bytes of a message; undefined once it was sent, as they are not kept. */
  raw(ref: OutboxRef): Promise<Uint8Array | undefined>;
  /**
   * Puts a message that is `unknown` or `dead` back in line, for the recipients that have not got it for certain. Of an
   * unknown one there may then be two copies.
   *
   * @throws OutboxError `outbox.record`
   */
  retry(ref: OutboxRef): Promise<OutboxRecord>;
  /**
   * Removes records that are done with, their keys too: the same key is a new message afterwards. The file becomes
   * smaller by what is free in it. Done in steps, between which messages are sent.
   *
   * @returns how many
   */
  purge(options: PurgeOptions): Promise<number>;
}

/**
 * The methods over a connection. Errors of SQLite come out as those of the outbox.
 *
 * @param open throws when the outbox is closed
 */
export function accessTo(open: () => Connection, now: () => number): OutboxAccess {
  const read = async <T>(work: (db: Connection) => T): Promise<T> => {
    try {
      return work(open());
    } catch (error) {
      throw storageError(error);
    }
  };
  return {
    counts: () => read((db) => countRecords(db)),
    status: () => read((db) => readStatus(db)),
    list: (options = {}) => read((db) => listRecords(db, options)),
    get: (ref) => read((db) => findRecord(db, ref)),
    raw: (ref) =>
      read((db) => {
        const record = findRecord(db, ref);
        return record === undefined ? undefined : loadBody(db, record.id, record.sha256);
      }),
    retry: (ref) => read((db) => db.transaction(() => retryRecord(db, ref, now()))),
    async purge(options) {
      const step = () => read((db) => db.transaction(() => purgeStep(db, options, now())));
      let removed = await step();
      for (let last = removed; last === PURGE_STEP; removed += last) {
        await setImmediate();
        last = await step();
      }
      while (await read(shrinkStep)) await setImmediate();
      return removed;
    },
  };
}

// An outbox as seen from outside: for commands and dashboards beside the process that owns it.

/** Options of `inspectOutbox`. */
export interface InspectOptions {
  readonly path: string;
  /** The first that is there when absent. */
  readonly driver?: DriverName;
}

/** An outbox without a sender. */
export interface OutboxInspector extends OutboxAccess {
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const INSPECT = shapeOf<InspectOptions>({ path: pathOfFile, driver: oneOf(...driverNames) }, { required: ["path"] });

/**
 * Opens an outbox to look at it, whether or not a process owns it. A file that is damaged is opened as far as SQLite
 * can: reading what is unreadable rejects, the rest comes.
 *
 * @throws OutboxError `outbox.record` when there is no outbox; `outbox.damaged`, `outbox.foreign`, `outbox.version`,
 * `outbox.driver`, `outbox.write`; OptionError for options that cannot be used
 * @example
 * const inspector = await inspectOutbox({ path: "mail.outbox" });
 * console.log(await inspector.counts());
 * await inspector.close();
 */
export async function inspectOutbox(options: InspectOptions): Promise<OutboxInspector> {
  const { path = "", driver } = readOptionsOf(options, INSPECT);
  const loaded = await loadDriver(driver);
  try {
    const files = filesOf(path);
    if (lookAtFiles(files) === "absent") throw new OutboxError("outbox.record", "there is no outbox of this name");
    return inspectorOver(connect(files, loaded));
  } catch (error) {
    throw openingError(error);
  }
}

function inspectorOver(db: Connection): OutboxInspector {
  let open = true;
  const close = async () => {
    open = false;
    db.close();
  };
  const access = accessTo(() => {
    if (!open) throw new OutboxError("outbox.closed", "the outbox is closed");
    return db;
  }, Date.now);
  return { ...access, close, [Symbol.asyncDispose]: close };
}

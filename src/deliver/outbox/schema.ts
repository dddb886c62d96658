// The tables, and how a file with them is made and recognized.

import { renameSync, rmSync } from "node:fs";
import { OutboxError } from "./error.ts";
import { makePrivate, type OutboxFiles, refusal, syncFolder, tighten } from "./files.ts";
import { Connection, type Driver, numberOf, type Row, sqliteCode } from "./sqlite.ts";

/** The version of the tables; a file of a later one is refused. */
export const SCHEMA_VERSION = 1;

// "mwOB": what `file` and other tools tell the format by.
const APPLICATION = 0x6d774f42;

// What changes often (message) is kept apart from what is written once (body, part, blob): an update writes its row anew.
// AUTOINCREMENT: an id that was given to a caller never means another record.
const TABLES = `
CREATE TABLE ledger (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  commits INTEGER NOT NULL,
  clean INTEGER NOT NULL
) STRICT;
INSERT INTO ledger VALUES (1, 0, 1);

CREATE TABLE message (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT UNIQUE,
  state TEXT NOT NULL CHECK (state IN ('queued', 'inflight', 'sent', 'unknown', 'dead')),
  due INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  crashes INTEGER NOT NULL,
  created INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  own_id TEXT,
  seed TEXT,
  terms TEXT NOT NULL,
  pending TEXT,
  result TEXT
) STRICT;
CREATE INDEX line ON message (due, id) WHERE state = 'queued';
CREATE INDEX by_state ON message (state, id);

CREATE TABLE body (message INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
CREATE TABLE part (
  message INTEGER NOT NULL,
  place INTEGER NOT NULL,
  at INTEGER NOT NULL,
  blob INTEGER NOT NULL,
  PRIMARY KEY (message, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX part_blob ON part (blob);
CREATE TABLE blob (
  id INTEGER PRIMARY KEY,
  hash BLOB NOT NULL UNIQUE,
  coding TEXT NOT NULL,
  bytes BLOB NOT NULL
) STRICT;
`;

/**
 * Makes a new outbox under another name and gives it its own when it is whole: a file of this name is never half made,
 * so an empty one was emptied.
 */
export function createOutbox(files: OutboxFiles, driver: Driver): void {
  for (const suffix of ["", "-journal", "-wal", "-shm"]) rmSync(`${files.working}${suffix}`, { force: true });
  // Counts the commits of a file that is no longer there.
  rmSync(files.mark, { force: true });
  makePrivate(files.working);
  const connection = new Connection(driver, files.working, 0);
  try {
    // Before the first table: later it would need the whole file written anew.
    connection.exec("PRAGMA auto_vacuum = INCREMENTAL");
    connection.exec("PRAGMA synchronous = FULL");
    connection.transaction(() => {
      connection.exec(TABLES);
      connection.exec(`PRAGMA application_id = ${APPLICATION}`);
      connection.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
    });
  } finally {
    connection.close();
  }
  renameSync(files.working, files.main);
  syncFolder(files.folder);
}

const BUSY_MS = 5_000;

/**
 * Opens the file of an outbox and checks that it is one.
 *
 * @throws OutboxError `outbox.foreign`, `outbox.version`, `outbox.damaged`
 */
export function connect(files: OutboxFiles, driver: Driver): Connection {
  tighten(files.main, files.wal, files.shm);
  const connection = new Connection(driver, files.main, BUSY_MS);
  try {
    checkKind(connection);
    // A write-ahead log: readers never wait. FULL: the log is flushed to the disk at every commit, so what was committed
    // outlives a loss of power; NORMAL would flush at checkpoints only (https://sqlite.org/pragma.html#pragma_synchronous).
    if (connection.get("PRAGMA journal_mode = WAL")?.journal_mode !== "wal") throw noLog();
    connection.exec("PRAGMA synchronous = FULL");
    // macOS: fsync leaves data in the drive's cache without this; elsewhere without effect.
    connection.exec("PRAGMA fullfsync = ON");
    connection.exec("PRAGMA checkpoint_fullfsync = ON");
    connection.exec("PRAGMA journal_size_limit = 67108864");
    return connection;
  } catch (error) {
    connection.close();
    const code = sqliteCode(error);
    throw code === "SQLITE_CORRUPT" || code === "SQLITE_NOTADB" ? refusal(files) : error;
  }
}

function checkKind(connection: Connection): void {
  const application = pragma(connection.get("PRAGMA application_id"), "application_id");
  const version = pragma(connection.get("PRAGMA user_version"), "user_version");
  if (application !== APPLICATION) {
    throw new OutboxError("outbox.foreign", "the file is not an outbox: another program made this database");
  }
  if (version === SCHEMA_VERSION) return;
  const what = `the outbox has version ${version} of its tables, this release knows ${SCHEMA_VERSION}`;
  throw new OutboxError("outbox.version", `${what}: use the release that wrote it, or a later one`);
}

function noLog(): OutboxError {
  return new OutboxError("outbox.write", "SQLite can keep no write-ahead log there: an outbox needs a local disk");
}

function pragma(row: Row | undefined, name: string): number | undefined {
  return row === undefined ? undefined : numberOf(row, name);
}

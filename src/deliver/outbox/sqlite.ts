// Which SQLite the outbox uses: the runtime's own, or a package that is installed beside this one. Both have the
// same few methods in common, and no more than those is used.

import { createRequire } from "node:module";
import { isBytes, isError } from "../../mail/octets/kinds.ts";
import { OutboxError } from "./error.ts";

/** What a `?` of a statement can be bound to. */
export type SqlValue = number | string | Uint8Array | null;

/** A prepared statement. */
export interface Statement {
  run(...values: SqlValue[]): { readonly changes: number | bigint };
  get(...values: SqlValue[]): unknown;
  all(...values: SqlValue[]): unknown[];
}

/** An open database file. */
export interface Database {
  exec(sql: string): unknown;
  prepare(sql: string): Statement;
  close(): unknown;
}

/** Opens database files. */
export interface Driver {
  readonly name: DriverName;
  readonly open: (path: string) => Database;
}

/** `node:sqlite` is part of Node 22.13 and later; `better-sqlite3` is a package that is compiled at its installation. */
export type DriverName = "node:sqlite" | "better-sqlite3";

/** In the order of preference. */
export const driverNames: readonly DriverName[] = ["node:sqlite", "better-sqlite3"];

/**
 * Loads a driver: the one that is named, or the first there is.
 *
 * @throws OutboxError `outbox.driver`, which says what to install
 */
export async function loadDriver(wanted?: DriverName): Promise<Driver> {
  const failures: unknown[] = [];
  for (const name of wanted === undefined ? driverNames : [wanted]) {
    try {
      const open = opener(load(name));
      return { name, open };
    } catch (error) {
      failures.push(error);
    }
  }
  const what = wanted === undefined ? "there is no SQLite" : `${wanted} cannot be loaded`;
  const cure = "run Node 22.13 or later, or npm install better-sqlite3";
  // The first failure other than a missing package says more: a package that was compiled for another Node, say.
  const cause =
    failures.find((error) => codeOf(error) !== undefined && codeOf(error) !== "MODULE_NOT_FOUND") ?? failures[0];
  throw new OutboxError("outbox.driver", `${what}: ${cure}`, { cause });
}

// Neither is imported: Node 20 has no such module, and a bundler would look for both.
function load(name: DriverName): unknown {
  if (name !== "node:sqlite") return createRequire(import.meta.url)(name);
  const builtin = process.getBuiltinModule(name);
  if (builtin === undefined) throw new Error("this release of Node has no node:sqlite");
  return Reflect.get(builtin, "DatabaseSync");
}

type Opener = new (path: string) => Database;

function opener(Found: unknown): Driver["open"] {
  if (!isOpener(Found)) throw new Error("the module exports no class of databases");
  return (path) => new Found(path);
}

function isOpener(value: unknown): value is Opener {
  return typeof value === "function";
}

function codeOf(error: unknown): unknown {
  return isError(error) && "code" in error ? error.code : undefined;
}

// https://sqlite.org/rescode.html: the primary codes that the outbox treats apart.
const CODES: ReadonlyMap<number, string> = new Map([
  [5, "SQLITE_BUSY"],
  [6, "SQLITE_LOCKED"],
  [8, "SQLITE_READONLY"],
  [10, "SQLITE_IOERR"],
  [11, "SQLITE_CORRUPT"],
  [13, "SQLITE_FULL"],
  [14, "SQLITE_CANTOPEN"],
  [19, "SQLITE_CONSTRAINT"],
  [26, "SQLITE_NOTADB"],
]);

/** The primary result code of an error of any driver, such as `SQLITE_FULL`; undefined for other errors. */
export function sqliteCode(error: unknown): string | undefined {
  if (!isError(error)) return undefined;
  if ("errcode" in error && typeof error.errcode === "number") {
    return CODES.get(error.errcode & 0xff) ?? "SQLITE_ERROR";
  }
  const code = codeOf(error);
  if (typeof code !== "string" || !code.startsWith("SQLITE_")) return undefined;
  // SQLITE_IOERR_WRITE is one of many kinds of SQLITE_IOERR.
  return code.split("_", 2).join("_");
}

// One connection to the file: statements prepared once, transactions that are whole or not at all, rows read with
// their types checked.

/** A row, or what a driver gives for none. */
export type Row = Readonly<Record<string, unknown>>;

/** An open file. */
export class Connection {
  readonly #db: Database;
  readonly #statements = new Map<string, Statement>();
  #open = true;

  /** @param busy milliseconds to wait for a lock that another process holds */
  constructor(driver: Driver, path: string, busy: number) {
    this.#db = driver.open(path);
    this.exec(`PRAGMA busy_timeout = ${busy}`);
  }

  exec(sql: string): void {
    this.#db.exec(sql);
  }

  /** @returns rows that were changed */
  run(sql: string, ...values: SqlValue[]): number {
    return Number(this.#prepared(sql).run(...values).changes);
  }

  get(sql: string, ...values: SqlValue[]): Row | undefined {
    const row = this.#prepared(sql).get(...values);
    return isRow(row) ? row : undefined;
  }

  all(sql: string, ...values: SqlValue[]): readonly Row[] {
    return this.#prepared(sql)
      .all(...values)
      .filter(isRow);
  }

  /** Runs the work in a transaction that holds the write lock from its start. Throws what the work throws. */
  transaction<T>(work: () => T): T {
    this.exec("BEGIN IMMEDIATE");
    try {
      const result = work();
      this.exec("COMMIT");
      return result;
    } catch (error) {
      this.#rollback();
      throw error;
    }
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#statements.clear();
    this.#db.close();
  }

  // SQLite rolls back by itself after some errors; then there is nothing left to do.
  #rollback(): void {
    try {
      this.exec("ROLLBACK");
    } catch {
      // The error that led here is the one to tell.
    }
  }

  #prepared(sql: string): Statement {
    if (!this.#open) throw new OutboxError("outbox.closed", "the outbox is closed");
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#db.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

function isRow(value: unknown): value is Row {
  return typeof value === "object" && value !== null;
}

/** A text column. @throws OutboxError `outbox.damaged` when it holds none */
export function textOf(row: Row, column: string): string {
  const value = row[column];
  if (typeof value === "string") return value;
  throw unreadable(column);
}

/** A text column that may be NULL. */
export function optionalTextOf(row: Row, column: string): string | undefined {
  return row[column] === null ? undefined : textOf(row, column);
}

/** A column with a whole number. */
export function numberOf(row: Row, column: string): number {
  const value = row[column];
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  throw unreadable(column);
}

/** A column with bytes. */
export function bytesOf(row: Row, column: string): Uint8Array {
  const value = row[column];
  if (isBytes(value)) return value;
  throw unreadable(column);
}

/** A column with JSON. */
export function jsonOf(row: Row, column: string): unknown {
  const text = textOf(row, column);
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    throw unreadable(column);
  }
}

function unreadable(column: string): OutboxError {
  return new OutboxError("outbox.damaged", `a record cannot be read: its column ${column} holds something else`);
}

/** An error of SQLite in the words of the outbox; every other error as it is. */
export function storageError(error: unknown): unknown {
  const code = sqliteCode(error);
  if (code === undefined) return error;
  if (code === "SQLITE_CORRUPT" || code === "SQLITE_NOTADB") {
    return new OutboxError("outbox.damaged", `the file is damaged (${code})`, { cause: error });
  }
  return new OutboxError("outbox.write", `the file could not be written or read (${code})${cureOf(code)}`, {
    cause: error,
  });
}

function cureOf(code: string): string {
  if (code === "SQLITE_FULL") return ": the disk is full";
  if (code === "SQLITE_READONLY" || code === "SQLITE_CANTOPEN") return ": this user may not write there";
  if (code === "SQLITE_BUSY") return ": another process holds its lock for too long";
  return "";
}

// Why a file could not be opened, in one kind of error.

/** Errors of the system and of SQLite as those of the outbox; every other one as it is. */
export function openingError(error: unknown): unknown {
  const code = isError(error) && "code" in error ? error.code : undefined;
  // Errors of the system: https://nodejs.org/api/errors.html#common-system-errors
  if (typeof code === "string" && /^E[A-Z0-9]+$/.test(code)) {
    return new OutboxError("outbox.write", `the outbox could not be opened (${code})`, { cause: error });
  }
  return storageError(error);
}

// One connection to the file: statements prepared once, transactions that are whole or not at all, rows read with
// their types checked.
import { isBytes } from "../encoding/kinds.ts";
import { type Database, type Driver, type Statement, sqliteCode, type Value } from "./driver.ts";
import { OutboxError } from "./error.ts";

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
  run(sql: string, ...values: Value[]): number {
    return Number(this.#prepared(sql).run(...values).changes);
  }

  get(sql: string, ...values: Value[]): Row | undefined {
    const row = this.#prepared(sql).get(...values);
    return isRow(row) ? row : undefined;
  }

  all(sql: string, ...values: Value[]): readonly Row[] {
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

// Which SQLite the outbox stands on: the runtime's own, or a package that is installed beside this one. Both have the
// same few methods in common, and no more than those is used.

import { createRequire } from "node:module";
import { isError } from "../encoding/kinds.ts";
import { OutboxError } from "./error.ts";

/** What can stand for a `?` of a statement. */
export type Value = number | string | Uint8Array | null;

/** A prepared statement. */
export interface Statement {
  run(...values: Value[]): { readonly changes: number | bigint };
  get(...values: Value[]): unknown;
  all(...values: Value[]): unknown[];
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
  // The first failure that is no missing package says more: a package that was compiled for another Node, say.
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

// Which SQLite the outbox stands on: the runtime's own, or a package that is installed beside this one. All three have
// the same few methods in common, and no more than those is used.
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

/**
 * `node:sqlite` is part of Node 22.13 and later. `better-sqlite3` and `libsql` are packages with the same interface:
 * the first is compiled at its installation, the second comes compiled.
 */
export type DriverName = "node:sqlite" | "better-sqlite3" | "libsql";

/** In the order of preference. */
export const driverNames: readonly DriverName[] = ["node:sqlite", "better-sqlite3", "libsql"];

/**
 * Loads a driver: the one that is named, or the first there is.
 *
 * @throws OutboxError `outbox.driver`, which says what to install
 */
export async function loadDriver(wanted?: DriverName): Promise<Driver> {
  if (wanted !== undefined && !driverNames.includes(wanted)) {
    throw new TypeError(`driver is ${driverNames.join(", ")}`);
  }
  const failures: unknown[] = [];
  for (const name of wanted === undefined ? driverNames : [wanted]) {
    try {
      const open = opener(await load(name), name);
      if (open !== undefined) return { name, open };
    } catch (error) {
      failures.push(error);
    }
  }
  const what = wanted === undefined ? "there is no SQLite" : `${wanted} cannot be loaded`;
  const cure = "run Node 22.13 or later, or npm install better-sqlite3 (compiled there) or libsql (comes compiled)";
  // The first failure that is no missing package says more: a package that was compiled for another Node, say.
  const cause = failures.find((error) => codeOf(error) !== "ERR_MODULE_NOT_FOUND") ?? failures[0];
  throw new OutboxError("outbox.driver", `${what}: ${cure}`, { cause });
}

async function load(name: DriverName): Promise<unknown> {
  // Not imported: Node 20 has no such module, and a bundler would look for it.
  if (name === "node:sqlite") return process.getBuiltinModule(name);
  const loaded: unknown = await import(name);
  return loaded;
}

type Opener = new (path: string) => Database;

function opener(loaded: unknown, name: DriverName): Driver["open"] | undefined {
  if (typeof loaded !== "object" || loaded === null) return undefined;
  const key = name === "node:sqlite" ? "DatabaseSync" : "default";
  const Found: unknown = Reflect.get(loaded, key);
  return isOpener(Found) ? (path) => new Found(path) : undefined;
}

function isOpener(value: unknown): value is Opener {
  return typeof value === "function";
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
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
  if (!(error instanceof Error)) return undefined;
  if ("errcode" in error && typeof error.errcode === "number") {
    return CODES.get(error.errcode & 0xff) ?? "SQLITE_ERROR";
  }
  const code = codeOf(error);
  if (typeof code !== "string" || !code.startsWith("SQLITE_")) return undefined;
  // SQLITE_IOERR_WRITE is one of many kinds of SQLITE_IOERR.
  return code.split("_", 2).join("_");
}

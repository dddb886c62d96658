// The files of an outbox on the disk: readable by their owner alone from the first moment on, and looked at before
// SQLite may draw its own conclusions from them.

import {
  chmodSync,
  closeSync,
  existsSync,
  fchmodSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  statSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { OutboxError } from "./error.ts";

/** Every file of an outbox. */
export interface OutboxFiles {
  readonly main: string;
  /** The journal that SQLite writes first, and its index. */
  readonly wal: string;
  readonly shm: string;
  /** Locked as long as the outbox has an owner. */
  readonly owner: string;
  /** How many commits were reported as durable. */
  readonly mark: string;
  /** Where a new file is made before it gets its name. */
  readonly working: string;
  readonly folder: string;
}

/** The files that belong to a path, the same ones whichever way the path is written. */
export function filesOf(path: string): OutboxFiles {
  const given = resolve(path);
  const main = existsSync(given) ? realpathSync(given) : join(realpathSync(dirname(given)), basename(given));
  return {
    main,
    wal: `${main}-wal`,
    shm: `${main}-shm`,
    owner: `${main}-owner`,
    mark: `${main}-mark`,
    working: `${main}-new`,
    folder: dirname(main),
  };
}

const PRIVATE = 0o600;

/**
 * Makes an empty file that no other user may read, unless it is there: SQLite gives its journals the same mode. A file that
 * is there is not opened. Closing it would drop the locks that this process holds on it (POSIX, fcntl).
 */
export function makePrivate(path: string): void {
  if (existsSync(path)) return;
  const handle = openSync(path, "a", PRIVATE);
  try {
    // Whatever the umask takes away from it.
    fchmodSync(handle, PRIVATE);
  } finally {
    closeSync(handle);
  }
}

/** Takes the rights of others away from the files that are there. Files are not opened: that would drop their locks. */
export function tighten(...paths: readonly string[]): void {
  for (const path of paths) {
    if (existsSync(path) && (statSync(path).mode & 0o077) !== 0) chmodSync(path, PRIVATE);
  }
}

/** Bytes of a file; undefined when there is none. */
export function sizeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size;
}

/** Makes a name durable. */
export function syncFolder(folder: string): void {
  // Windows opens no folders, and has its names durable without.
  if (process.platform === "win32") return;
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/**
 * Looks at the files before SQLite does: it would take a file of 0 bytes for a new database and throw the journal away.
 *
 * @returns whether there is an outbox
 * @throws OutboxError `outbox.damaged`; `outbox.write` for a file with several names
 */
export function lookAtFiles({ main, wal }: OutboxFiles): "present" | "absent" {
  const { size, nlink = 1 } = statSync(main, { throwIfNoEntry: false }) ?? {};
  const journal = sizeOf(wal) ?? 0;
  if (size === undefined && journal === 0) return "absent";
  if (size === undefined) throw damaged(`the file is missing, and its journal of ${journal} bytes is there`);
  if (size === 0) throw damaged(`the file is empty, its journal has ${journal} bytes; a new outbox needs a new name`);
  // https://sqlite.org/howtocorrupt.html s2.5: lock and journal go by the name, and each name would have its own.
  if (nlink > 1) throw new OutboxError("outbox.write", `the file has ${nlink} names (hard links): leave it one`);
  if (size < LEAST_PAGE) throw damaged(`the file ends after ${size} bytes, within its first page`);
  return "present";
}

// https://sqlite.org/fileformat2.html#the_database_header
const LEAST_PAGE = 512;
const HEADER = 100;
const MAGIC = "SQLite format 3\0";

/** Why SQLite refuses a file: what its header says. For files that are not open, as SQLite cannot open them either. */
export function refusal({ main }: OutboxFiles): OutboxError {
  const header = readFileSync(main).subarray(0, HEADER);
  const size = sizeOf(main) ?? 0;
  if (header.toString("latin1", 0, MAGIC.length) !== MAGIC) {
    return new OutboxError("outbox.foreign", "the file is not an outbox: it does not begin as an SQLite database does");
  }
  const stated = header.readUInt16BE(16);
  const page = stated === 1 ? 65_536 : stated;
  const pages = header.readUInt32BE(28);
  if (page * pages <= size) return damaged("SQLite cannot read the file");
  return damaged(
    `the file has ${size} bytes of ${page * pages}: pages ${Math.floor(size / page) + 1} to ${pages} are gone`,
  );
}

function damaged(problem: string): OutboxError {
  const damage = { problems: [problem], missingCommits: undefined, readable: {}, unreadable: [] };
  return new OutboxError("outbox.damaged", `the outbox is damaged: ${problem}`, { damage });
}

// Whether the files that are open are still the ones that the next process will find: a file that was deleted or replaced
// takes every write, and none of it is seen again.

/** The files as they were when they were opened. */
export class FileIdentity {
  readonly #known: readonly { readonly path: string; readonly identity: string | undefined }[];

  constructor({ main, owner }: Pick<OutboxFiles, "main" | "owner">) {
    this.#known = [main, owner].map((path) => ({ path, identity: identityOf(path) }));
  }

  /** @throws OutboxError `outbox.write` when one of them is another one, or gone */
  check(): void {
    if (this.#known.every(({ path, identity }) => identityOf(path) === identity)) return;
    throw new OutboxError("outbox.write", "the file was deleted or replaced while it was open: close the outbox");
  }
}

function identityOf(path: string): string | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found && `${found.dev} ${found.ino}`;
}

// Group commit: everything that is to be written in one turn of the event loop goes into one transaction, so that one
// flush of the disk makes all of it durable. While a flush runs, the next group gathers.

import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";
import { type FileIdentity, makePrivate, type OutboxFiles, sizeOf } from "./files.ts";
import { type Connection, numberOf, storageError } from "./sqlite.ts";

/** Something to be written. */
export interface Change {
  /** Bytes that it writes, roughly. */
  readonly weight: number;
  /** Within the transaction. What it throws stops this change alone. */
  readonly apply: () => void;
  /** It is durable. */
  readonly done: () => void;
  /** It is not in the file. */
  readonly failed: (error: unknown) => void;
}

// So that one transaction holds up neither the event loop nor the journal for long.
const MAX_CHANGES = 512;
const MAX_WEIGHT = 16_777_216;
// How long a change that may wait for others waits at the longest.
const GATHER_MS = 2;

/** What is written to. */
export interface CommitterFiles {
  readonly db: Connection;
  readonly mark: CommitMark;
  readonly presence: FileIdentity;
}

/** Writes changes in groups, in the order in which they came. */
export class Committer {
  readonly #db: Connection;
  readonly #mark: CommitMark;
  readonly #presence: FileIdentity;
  readonly #onOthers: () => void;
  #waiting: Change[] = [];
  #scheduled = false;
  #gathering: NodeJS.Timeout | undefined;
  #closed = false;
  #commits: number;
  #version: number;

  /** @param onOthers called after another process has written to the file */
  constructor({ db, mark, presence }: CommitterFiles, onOthers: () => void) {
    this.#db = db;
    this.#mark = mark;
    this.#presence = presence;
    this.#onOthers = onOthers;
    const row = db.get("SELECT commits FROM ledger");
    this.#commits = row === undefined ? 0 : numberOf(row, "commits");
    this.#version = this.#dataVersion();
    mark.write(this.#commits);
  }

  /**
   * @param others how many changes are worth waiting for, 2 ms at most: while other messages are on their way, their
   * outcomes come soon, and one flush serves them all. 1 when absent: with the next turn of the event loop.
   */
  add(change: Change, others = 1): void {
    if (this.#closed) return;
    this.#waiting.push(change);
    if (this.#scheduled) return;
    if (this.#waiting.length >= others) {
      this.#scheduled = true;
      setImmediate(() => this.flush());
    } else this.#gathering ??= setTimeout(() => this.flush(), GATHER_MS);
  }

  /** Writes what is waiting now. What the callbacks add is left for the next time. */
  flush(): void {
    clearTimeout(this.#gathering);
    this.#gathering = undefined;
    this.#scheduled = false;
    if (this.#closed) return;
    const all = this.#waiting;
    this.#waiting = [];
    let from = 0;
    while (from < all.length) {
      const to = groupEnd(all, from);
      this.#write(all.slice(from, to));
      from = to;
    }
    this.lookForOthers();
  }

  /** Writes everything that is waiting, and accepts nothing more. */
  close(): void {
    while (this.#waiting.length > 0) this.flush();
    this.#closed = true;
  }

  /** Whether another process wrote: https://sqlite.org/pragma.html#pragma_data_version */
  lookForOthers(): void {
    const version = this.#dataVersion();
    if (version === this.#version) return;
    this.#version = version;
    this.#onOthers();
  }

  /** Runs a change by itself, at once. Throws what it throws. */
  now<T>(work: () => T): T {
    const commits = this.#commits + 1;
    const result = this.#db.transaction(() => {
      const value = work();
      this.#db.run("UPDATE ledger SET commits = ?", commits);
      // What is reported as durable has to be where it is looked for.
      this.#presence.check();
      return value;
    });
    this.#commits = commits;
    this.#mark.write(commits);
    return result;
  }

  #write(group: readonly Change[]): void {
    try {
      this.now(() => {
        for (const change of group) change.apply();
      });
    } catch (error) {
      if (group.length === 1) group[0]?.failed(storageError(error));
      // Alone each of them says by itself whether it can be written: a full disk may have room for an outcome.
      else for (const change of group) this.#write([change]);
      return;
    }
    for (const change of group) change.done();
  }

  #dataVersion(): number {
    try {
      const row = this.#db.get("PRAGMA data_version");
      return row === undefined ? 0 : numberOf(row, "data_version");
    } catch {
      // A file that cannot be read is reported by whoever needs what is in it.
      return this.#version;
    }
  }
}

function groupEnd(changes: readonly Change[], from: number): number {
  let weight = 0;
  let to = from;
  while (to < changes.length && to - from < MAX_CHANGES) {
    weight += changes[to]?.weight ?? 0;
    if (weight > MAX_WEIGHT && to > from) break;
    to++;
  }
  return to;
}

// How many commits were reported as durable, kept outside the database. A journal that lost its end looks to SQLite
// like one that never had it; with this number the loss is seen.

// A fixed width: writing it anew needs no room on the disk, and a part of it is not a number.
const WIDTH = 20;

/** The number in the file; undefined when there is none that can be read. */
export function readCommitMark({ mark }: OutboxFiles): number | undefined {
  if (sizeOf(mark) === undefined) return undefined;
  const text = readFileSync(mark, "latin1");
  return /^\d{20}\n$/.test(text) ? Number(text) : undefined;
}

/** The file, kept open. */
export class CommitMark {
  readonly #handle: number;

  constructor({ mark }: OutboxFiles) {
    // Neither emptied nor appended to: the old number is there until the new one is.
    makePrivate(mark);
    this.#handle = openSync(mark, "r+");
  }

  /** Never throws: a number that is too low reports no loss. */
  write(commits: number): void {
    try {
      writeSync(this.#handle, `${String(commits).padStart(WIDTH, "0")}\n`, 0, "latin1");
    } catch {
      // Written again with the next commit.
    }
  }

  close(): void {
    try {
      fsyncSync(this.#handle);
    } catch {
      // What was not flushed leaves a number that is too low.
    }
    closeSync(this.#handle);
  }
}

// How many commits were reported as durable, kept outside the database. A journal that lost its end looks to SQLite
// like one that never had it; with this number the loss is seen.
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";
import type { OutboxFiles } from "./files.ts";
import { makePrivate, sizeOf } from "./files.ts";

// A fixed width: writing it anew needs no room on the disk, and a part of it is no number.
const WIDTH = 20;

/** The number as it stands in the file; undefined when there is none that can be read. */
export function readMark({ mark }: OutboxFiles): number | undefined {
  if (sizeOf(mark) === undefined) return undefined;
  const text = readFileSync(mark, "latin1");
  return /^\d{20}\n$/.test(text) ? Number(text) : undefined;
}

/** The file, kept open. */
export class Mark {
  readonly #handle: number;

  constructor({ mark }: OutboxFiles) {
    // Neither emptied nor appended to: the old number stands until the new one does.
    makePrivate(mark);
    this.#handle = openSync(mark, "r+");
  }

  /** Never throws: a number that is too low accuses nobody. */
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

// Who is next: the messages that are due, read from the file a page at a time.
import { type Connection, numberOf } from "./sqlite.ts";

const PAGE = 256;

/** A message in line. */
export interface Due {
  readonly id: number;
  readonly bytes: number;
}

/** What may come next. */
export interface Turn {
  /** Whether another message may be one that was in flight when the process ended. */
  readonly suspects: "allowed" | "held";
  /** Bytes. */
  readonly room: number;
}

/** The line in memory: a page of what is due, and what is out of it and not back in the file yet. */
export class DueQueue {
  readonly #db: Connection;
  /** In the order in which they go; what has been taken is before `#head`. */
  #ready: Due[] = [];
  #head = 0;
  /** Messages that were in flight when the process ended: one of them may be what ends it. */
  #suspects: Due[] = [];
  readonly #known = new Set<number>();
  #complete = false;

  constructor(db: Connection) {
    this.#db = db;
  }

  /** The next message, when there is room for it. A suspect only when no other one is in flight: if it ends the process again, that one it was. */
  next(now: number, { suspects, room }: Turn): (Due & { readonly suspect: boolean }) | undefined {
    if (this.#head >= this.#ready.length) this.#refill(now);
    const suspect = suspects === "allowed" ? this.#suspects[0] : undefined;
    const next = suspect ?? this.#ready[this.#head];
    if (next === undefined || next.bytes > room) return undefined;
    if (suspect === undefined) this.#head++;
    else this.#suspects.shift();
    return { ...next, suspect: suspect !== undefined };
  }

  /** A message was stored. While everything that is due is known, it need not be read. */
  add(due: Due): void {
    if (!this.#complete || this.#ready.length - this.#head >= PAGE) {
      this.#complete = false;
      return;
    }
    this.#known.add(due.id);
    this.#ready.push(due);
  }

  /** A message is done with, or back in the file. */
  forget(id: number): void {
    this.#known.delete(id);
  }

  /** The file has changed: whatever was read of it and not taken is read anew. */
  stale(): void {
    for (const { id } of this.#ready.slice(this.#head)) this.#known.delete(id);
    for (const { id } of this.#suspects) this.#known.delete(id);
    this.#ready = [];
    this.#suspects = [];
    this.#head = 0;
    this.#complete = false;
  }

  /** When the next message is due that is not due yet; undefined without any. */
  nextDue(now: number): number | undefined {
    const row = this.#db.get("SELECT min(due) AS due FROM message WHERE state = 'queued' AND due > ?", now);
    return row === undefined || row.due === null ? undefined : numberOf(row, "due");
  }

  #refill(now: number): void {
    if (this.#complete) return;
    this.#ready = [];
    this.#head = 0;
    const limit = PAGE + this.#known.size;
    const sql = "SELECT id, bytes, crashes FROM message WHERE state = 'queued' AND due <= ? ORDER BY due, id LIMIT ?";
    const rows = this.#db.all(sql, now, limit);
    for (const row of rows) {
      const due = { id: numberOf(row, "id"), bytes: numberOf(row, "bytes") };
      if (this.#known.has(due.id)) continue;
      this.#known.add(due.id);
      if (numberOf(row, "crashes") > 0) this.#suspects.push(due);
      else this.#ready.push(due);
    }
    this.#complete = rows.length < limit;
  }
}

// The one timer of an outbox. It goes by a monotonic clock, and keeps a process alive only while a caller waits for
// an outcome.

/** Rings once, at the earliest of the times it was set to. */
export class Alarm {
  readonly #ring: () => void;
  #timer: NodeJS.Timeout | undefined;
  #at = Number.POSITIVE_INFINITY;
  #holds = 0;

  constructor(ring: () => void) {
    this.#ring = ring;
  }

  /** In so many milliseconds at the latest. */
  within(ms: number): void {
    const at = performance.now() + ms;
    if (at >= this.#at) return;
    clearTimeout(this.#timer);
    this.#at = at;
    const ring = () => {
      this.#at = Number.POSITIVE_INFINITY;
      this.#ring();
    };
    const timer = setTimeout(ring, Math.max(0, ms));
    if (this.#holds === 0) timer.unref();
    this.#timer = timer;
  }

  /** The process stays until the function it returns is called. */
  hold(): () => void {
    this.#holds++;
    this.#timer?.ref();
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#holds--;
      if (this.#holds === 0) this.#timer?.unref();
    };
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#at = Number.NEGATIVE_INFINITY;
  }
}

// One event per change of state, with counts. No body, no address, no key.
import { Listeners } from "../core/events.ts";
import type { HoldReason } from "../core/holds.ts";
import { countRecords, type OutboxCounts, type OutboxState } from "./record.ts";
import type { Connection } from "./sqlite.ts";

/**
 * What happened. `stalled`: the file cannot be written, or the sender is closed, and nothing goes out until it can.
 * `paused`: the service refuses every message (or every one of a configuration set), and one is tried again after `wait`.
 * `resumed`: that is over; with `code` and `scope` a pause, without them a stall.
 */
export type OutboxEventType =
  | "queued"
  | "inflight"
  | "sent"
  | "unknown"
  | "dead"
  | "again"
  | "paused"
  | "stalled"
  | "resumed"
  | "closed";

/** A change of state. */
export interface OutboxEvent extends Partial<HoldReason> {
  readonly type: OutboxEventType;
  /** The message; absent for events of the whole outbox. */
  readonly id?: number;
  /** The code of a refusal or a failure. */
  readonly code?: string;
  readonly attempts?: number;
  /** For `again` and `paused`: milliseconds until the next attempt. */
  readonly wait?: number;
  readonly counts: OutboxCounts;
}

/** Events of an outbox. */
export interface OutboxEvents {
  /** Calls the listener for every event until the returned function is called. What it throws is ignored. */
  on(listener: (event: OutboxEvent) => void): () => void;
}

/** Hands events to those who listen. */
export class OutboxHub implements OutboxEvents {
  readonly #listeners = new Listeners<OutboxEvent>();
  readonly #counts: () => OutboxCounts;

  constructor(counts: () => OutboxCounts) {
    this.#counts = counts;
  }

  on(listener: (event: OutboxEvent) => void): () => void {
    return this.#listeners.on(listener);
  }

  emit(type: OutboxEventType, detail: Omit<OutboxEvent, "type" | "counts"> = {}): void {
    if (this.#listeners.any) this.#listeners.emit(Object.freeze({ type, ...detail, counts: this.#counts() }));
  }
}

// How many messages are in each state, kept in step with the file without counting it at every event.

/** The counts. */
export class Counts {
  #counts: Record<OutboxState, number>;

  constructor(db: Connection) {
    this.#counts = { ...countRecords(db) };
  }

  get counts(): OutboxCounts {
    return Object.freeze({ ...this.#counts });
  }

  added(count: number): void {
    this.#counts.queued += count;
  }

  moved(from: OutboxState, to: OutboxState): void {
    this.#counts[from]--;
    this.#counts[to]++;
  }

  /** After another process has written to the file. */
  recount(db: Connection): void {
    this.#counts = { ...countRecords(db) };
  }
}

// One event per change of state, with counts. No body, no address, no key.
import type { OutboxCounts } from "./record.ts";

/** What happened. `stalled`: the file cannot be written, or the sender is closed, and nothing goes out until it can. */
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
export interface OutboxEvent {
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
  readonly #listeners = new Set<(event: OutboxEvent) => void>();
  readonly #counts: () => OutboxCounts;

  constructor(counts: () => OutboxCounts) {
    this.#counts = counts;
  }

  on(listener: (event: OutboxEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  emit(type: OutboxEventType, detail: Omit<OutboxEvent, "type" | "counts"> = {}): void {
    if (this.#listeners.size === 0) return;
    const event = Object.freeze({ type, ...detail, counts: this.#counts() });
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch {
        // An outbox does not stop because somebody who watches it fails.
      }
    }
  }
}

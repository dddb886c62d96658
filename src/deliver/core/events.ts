// Hands events to those who listen: to a sender, an outbox, a queue.
import type { HoldReason } from "./holds.ts";

/** Events of one kind. */
export interface Events<T> {
  /** Calls the listener for every event until the returned function is called. What it throws is ignored. */
  on(listener: (event: T) => void): () => void;
}

/** The side that emits. */
export class Listeners<T> implements Events<T> {
  readonly #all = new Set<(event: T) => void>();

  /** False where no listener would get an event. */
  get any(): boolean {
    return this.#all.size > 0;
  }

  on(listener: (event: T) => void): () => void {
    this.#all.add(listener);
    return () => this.#all.delete(listener);
  }

  emit(event: T): void {
    for (const listener of this.#all) {
      try {
        listener(event);
      } catch {
        // Mail goes out even when a listener fails.
      }
    }
  }
}

// One event per change of state, with counts. No body, no address.

/** The state of a sender. */
export interface SenderCounts {
  /** Calls that wait for a slot. */
  readonly queued: number;
  readonly inFlight: number;
  readonly sent: number;
  readonly failed: number;
  readonly unknown: number;
  /** Refusals because of the rate. */
  readonly throttled: number;
  readonly retries: number;
  /** Recipients per second that are let through now; `Infinity` without a limit. */
  readonly rate: number;
  /** Recipients that could go at once; negative while a large message is paid back. */
  readonly level: number;
}

/**
 * What happened. `paused`: a refusal that every message would get, and nothing is tried for `retryAfter`; `resumed`: an
 * attempt showed that it is over.
 */
export type SenderEventType =
  | "queued"
  | "started"
  | "retry"
  | "throttled"
  | "sent"
  | "failed"
  | "unknown"
  | "paused"
  | "resumed"
  | "quota"
  | "closed";

/** A change of state. */
export interface SenderEvent extends Partial<HoldReason> {
  readonly type: SenderEventType;
  /** Number of the call, in the order of acceptance; absent for events of the whole sender. */
  readonly call?: number;
  /** The code of a refusal or a failure. */
  readonly code?: string;
  /** With `quota`: why the service was not asked or did not answer, in one line without addresses. */
  readonly message?: string;
  /** Attempts so far. */
  readonly attempts?: number;
  /** For `paused`: milliseconds until one attempt is made again. `message` and `scope` say why, for whom. */
  readonly retryAfter?: number;
  readonly counts: SenderCounts;
}

/** Events of a sender. */
export interface SenderEvents {
  /** Calls the listener for every event until the returned function is called. What it throws is ignored. */
  on(listener: (event: SenderEvent) => void): () => void;
}

/** Hands events to those who listen. */
export class EventHub implements SenderEvents {
  readonly #listeners = new Listeners<SenderEvent>();
  readonly #counts: () => SenderCounts;

  constructor(counts: () => SenderCounts) {
    this.#counts = counts;
  }

  on(listener: (event: SenderEvent) => void): () => void {
    return this.#listeners.on(listener);
  }

  emit(type: SenderEventType, detail: Omit<SenderEvent, "type" | "counts"> = {}): void {
    if (this.#listeners.any) this.#listeners.emit(Object.freeze({ type, ...detail, counts: this.#counts() }));
  }
}

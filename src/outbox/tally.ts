// How many messages are in each state, kept in step with the file without counting it at every event.
import type { Connection } from "./connection.ts";
import { countRecords, type OutboxCounts, type OutboxState } from "./record.ts";

/** The counts. */
export class Tally {
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

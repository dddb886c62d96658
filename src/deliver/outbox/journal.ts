// What is written of a message that the sender has: the mark, durable before its first byte, and the outcome after it.
// Nothing is marked while an outcome could not be written.
import type { SendResult } from "../core/result.ts";
import { markInflight, unmark, writeOutcome } from "./changes.ts";
import type { Committer } from "./committer.ts";
import { codeOf, type Disposition, isSenderClosed, wasStopped } from "./disposition.ts";
import { OutboxError } from "./error.ts";
import type { Counts, OutboxHub } from "./events.ts";
import { type LineHoldChange, removeHold, type SendingSwitch, writeHold } from "./holds.ts";
import type { OutboxSettings } from "./options.ts";
import type { OutboxRecord } from "./record.ts";
import type { Flight } from "./sending.ts";
import type { Connection } from "./sqlite.ts";

/** What the journal works with. */
export interface JournalFrame {
  readonly db: Connection;
  readonly committer: Committer;
  readonly settings: OutboxSettings;
  readonly hub: OutboxHub;
  readonly counts: Counts;
  /** Called with every final outcome, once it is durable. */
  readonly onFinal: (id: number, result: SendResult) => void;
}

/** What the journal asks of its worker. */
export interface JournalOwner {
  readonly sending: SendingSwitch;
  /** Whether messages may still begin. */
  readonly isRunning: () => boolean;
  /** The file could not be written. */
  readonly onFailure: (error: unknown) => void;
  /** A message is back in line. */
  readonly onAgain: (wait: number) => void;
  /** What holds messages has changed, durably. */
  readonly onHold: (change: LineHoldChange) => void;
}

/** Writes marks and outcomes. */
export class Journal {
  readonly #frame: JournalFrame;
  readonly #owner: JournalOwner;
  /** Outcomes that could not be written yet. */
  readonly #unwritten = new Map<number, () => void>();
  /** Messages whose mark was asked for and whose outcome is open. */
  #inFlight = 0;

  constructor(frame: JournalFrame, owner: JournalOwner) {
    this.#frame = frame;
    this.#owner = owner;
  }

  /** Whether outcomes could not be written: nothing goes out before they are. */
  get isBehind(): boolean {
    return this.#unwritten.size > 0;
  }

  /** Tries the outcomes again that could not be written. */
  catchUp(): void {
    for (const write of this.#unwritten.values()) write();
  }

  /**
   * Marks a message as in flight. Rejects when that cannot be written, or when nothing is to begin any more; further calls
   * give the same promise.
   */
  mark(flight: Flight): Promise<void> {
    flight.mark ??= this.#mark(flight);
    return flight.mark;
  }

  #mark(flight: Flight): Promise<void> {
    const { db, committer, counts, hub } = this.#frame;
    const { id } = flight;
    flight.stage = "marking";
    this.#inFlight++;
    return new Promise((resolve, reject) => {
      let isMarked = false;
      const change = {
        weight: 100,
        apply: () => {
          // Not when an outcome before this one could not be written, nor when nothing is to go out any more.
          isMarked = this.#owner.isRunning() && !this.isBehind && markInflight(db, id, this.#now());
        },
        done: () => {
          this.#resume();
          if (!isMarked) {
            flight.stage = "waiting";
            reject(new OutboxError("outbox.closed", "nothing more is sent now"));
            return;
          }
          flight.stage = "inflight";
          counts.moved("queued", "inflight");
          hub.emit("inflight", { id });
          resolve();
        },
        failed: (error: unknown) => {
          flight.stage = "waiting";
          this.#owner.onFailure(error);
          reject(error);
        },
      };
      committer.add(change, this.#worthWaitingFor());
    });
  }

  /** Writes an outcome down. What was stopped before its mark is in line as ever, and is not written. */
  settle(flight: Flight, record: OutboxRecord, disposition: Disposition, holds: readonly LineHoldChange[]): void {
    if (flight.mark !== undefined) this.#inFlight--;
    if (flight.stage === "waiting" && wasStopped(disposition)) {
      this.#owner.onAgain(0);
      return;
    }
    const { db, committer } = this.#frame;
    const { id } = record;
    const write = () => {
      const change = {
        weight: 500,
        apply: () => {
          if (wasNeverBegun(disposition)) unmark(db, id);
          else writeOutcome(db, id, disposition, this.#now());
          for (const one of holds) writeHoldChange(db, one, this.#now());
        },
        done: () => {
          this.#unwritten.delete(id);
          this.#report(flight, record, disposition);
          for (const one of holds) this.#owner.onHold(one);
        },
        failed: (error: unknown) => {
          this.#unwritten.set(id, write);
          this.#owner.onFailure(error);
        },
      };
      committer.add(change, this.#worthWaitingFor());
    };
    write();
  }

  #report({ stage }: Flight, { id, attempts }: OutboxRecord, disposition: Disposition): void {
    const { counts, hub, onFinal } = this.#frame;
    this.#resume();
    const from = stage === "inflight" ? "inflight" : "queued";
    if (disposition.kind === "final") {
      const { state, result } = disposition;
      counts.moved(from, state);
      const isRefused = result.status === "failed" || result.status === "unknown";
      hub.emit(state, { id, attempts, ...(isRefused ? { code: codeOf(result) } : {}) });
      onFinal(id, result);
      return;
    }
    if (from === "inflight") counts.moved(from, "queued");
    hub.emit("again", { id, attempts, code: disposition.code, wait: disposition.wait });
    this.#owner.onAgain(disposition.wait);
  }

  // An outcome and the next mark for half of the messages that are on their way.
  #worthWaitingFor(): number {
    return Math.max(1, Math.min(this.#inFlight, this.#frame.settings.concurrency));
  }

  #resume(): void {
    if (!this.isBehind) this.#owner.sending.resume();
  }

  #now(): number {
    return this.#frame.settings.clock.wall();
  }
}

function writeHoldChange(db: Connection, change: LineHoldChange, now: number): void {
  if (change.kind === "held") writeHold(db, change.name, change.reason, now, now + change.wait);
  else removeHold(db, change.name);
}

// Given back by a closed sender: as if it had not been handed over.
function wasNeverBegun(disposition: Disposition): boolean {
  return isSenderClosed(disposition) && disposition.result.attempts === 0;
}

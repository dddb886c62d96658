// What is written of a message that the sender has: the mark, durable before its first byte, and the outcome after it.
// Nothing is marked while an outcome could not be written.

import { MessageError } from "../../issues.ts";
import type { SendOptions } from "../core/options.ts";
import { blot, type SendResult } from "../core/result.ts";
import { SenderClosedError } from "../core/sender.ts";
import { loadBody } from "./bodies.ts";
import { doubtOf, markInflight, unmark, writeOutcome } from "./changes.ts";
import type { Committer } from "./committer.ts";
import { codeOf, type Disposition, isSenderClosed, refused, wasStopped } from "./disposition.ts";
import { OutboxError } from "./error.ts";
import type { Counts, OutboxHub } from "./events.ts";
import { type LineHoldChange, removeHold, type SendingPermit, type SendingSwitch, writeHold } from "./holds.ts";
import type { OutboxSender, OutboxSettings } from "./options.ts";
import { isResult, type OutboxRecord } from "./record.ts";
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
  const { name, reason } = change;
  if (change.kind === "held") writeHold(db, { name, reason, since: now, until: now + change.wait });
  else removeHold(db, change.name);
}

// Given back by a closed sender: as if it had not been handed over.
function wasNeverBegun(disposition: Disposition): boolean {
  return isSenderClosed(disposition) && disposition.result.attempts === 0;
}

// One message handed to the sender: its bytes out of the file, proved to be what they were, and an outcome in any case.

/** A message that the sender has. */
export interface Flight {
  readonly id: number;
  readonly bytes: number;
  readonly abort: AbortController;
  readonly permit: SendingPermit;
  /** `waiting` for its turn at the sender; its mark is being written; or it is `inflight`, durably. */
  stage: "waiting" | "marking" | "inflight";
  /** Resolves when the mark is durable. */
  mark: Promise<void> | undefined;
}

/** A message that has been let go, and is not marked. */
export function newFlight(id: number, bytes: number, permit: SendingPermit): Flight {
  return { id, bytes, permit, abort: new AbortController(), stage: "waiting", mark: undefined };
}

/**
 * Whether a sender calls `beforeFirstByte`: all senders of this library do, and these say what they send over. Of any other
 * it is not known when its first byte leaves.
 */
export function callsBeforeFirstByte(sender: OutboxSender): boolean {
  return typeof sender.transport === "object" && sender.transport !== null;
}

/** Sends a message to the recipients that are still open. Never rejects. */
export async function handOver(
  db: Connection,
  record: OutboxRecord,
  sender: OutboxSender,
  hooks: Pick<SendOptions, "signal" | "beforeFirstByte">,
): Promise<SendResult> {
  const { id, envelope, pending, fields, sha256 } = record;
  const raw = load(db, id, sha256);
  if (raw === undefined) return refused("outbox.damaged", "the bytes of the message are not what they were");
  const mail = { raw, envelope: { from: envelope.from, to: pending ?? envelope.to } };
  try {
    const result = await sender.sendRaw(mail, { ...fields, ...hooks });
    // What cannot be written down would leave the message in flight for ever.
    return isStorable(result) ? result : doubtOf(record, "send.client", "the sender gave no result");
  } catch (error) {
    return refusal(record, error);
  }
}

function isStorable(result: SendResult): boolean {
  try {
    return isResult(JSON.parse(JSON.stringify(result)));
  } catch {
    return false;
  }
}

function load(db: Connection, id: number, sha256: string): Uint8Array | undefined {
  try {
    return loadBody(db, id, sha256);
  } catch {
    return undefined;
  }
}

// What never was a send is a definite no. A sender rejects with nothing else: it is unknown when another error came.
function refusal(record: OutboxRecord, error: unknown): SendResult {
  if (error instanceof SenderClosedError) return { ...refused(error.code, error.message), retryable: true };
  if (error instanceof MessageError) return refused(error.code, blot(error.message));
  return doubtOf(record, "send.client", "the sender failed with an error of its own");
}

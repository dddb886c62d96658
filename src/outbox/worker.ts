// Sends what is in line. For every message three things happen in this order, each durable before the next begins: it is
// marked as in flight, it is handed to the sender, its outcome is written down.
import type { SendResult } from "../ses/send-result.ts";
import { SenderClosedError } from "../ses/sender.ts";
import { Alarm } from "./alarm.ts";
import { claim, settle, unclaim } from "./changes.ts";
import type { Change, Committer } from "./committer.ts";
import { type Connection, storageError } from "./connection.ts";
import { OutboxError } from "./error.ts";
import type { OutboxHub } from "./events.ts";
import { Gate } from "./gate.ts";
import { handOver } from "./hand-over.ts";
import { Line } from "./line.ts";
import type { OutboxSettings } from "./options.ts";
import { findRecord, type OutboxRecord } from "./record.ts";
import type { Tally } from "./tally.ts";
import { judge, type Verdict } from "./verdict.ts";

/** What the worker works with. */
export interface WorkerFrame {
  readonly db: Connection;
  readonly committer: Committer;
  readonly settings: OutboxSettings;
  readonly hub: OutboxHub;
  readonly tally: Tally;
  /** Told of every final outcome, once it is durable. */
  readonly onFinal: (id: number, result: SendResult) => void;
}

// Between two looks at what other processes wrote.
const LOOK_MS = 1_000;
// A sender settles at once when it is told to stop.
const GRACE_MS = 400;

/** Hands messages to the sender, and writes down what became of them. */
export class Worker {
  readonly #frame: WorkerFrame;
  readonly #line: Line;
  readonly #gate: Gate;
  readonly #alarm: Alarm;
  readonly #flights = new Map<number, AbortController>();
  /** Outcomes that could not be written yet: nothing goes out before they are. */
  readonly #unwritten = new Map<number, () => void>();
  /** Messages that the sender has. */
  #handedOver = 0;
  #suspect: number | undefined;
  #state: "running" | "stopping" | "stopped" = "running";
  #onIdle: () => void = () => {};

  constructor(frame: WorkerFrame) {
    this.#frame = frame;
    this.#line = new Line(frame.db);
    this.#gate = new Gate(frame.hub);
    this.#alarm = new Alarm(
      () => this.#now(),
      () => this.#wake(),
    );
    this.#wakeLater();
  }

  /** Messages were stored. */
  added(ids: readonly number[]): void {
    for (const id of ids) this.#line.add(id);
    this.pump();
  }

  /** Another process, or a retry, changed what is in line. */
  changed(): void {
    this.#line.stale();
    this.pump();
  }

  /** Somebody waits: the process stays until the function it returns is called. */
  hold(): () => void {
    return this.#alarm.hold();
  }

  /** Claims as many messages as there are free places. Never throws. */
  pump(): void {
    const now = this.#now();
    if (this.#state !== "running" || this.#unwritten.size > 0 || !this.#gate.isOpen(now)) return;
    try {
      this.#fill(now);
    } catch (error) {
      this.#stall(storageError(error));
    }
  }

  #fill(now: number): void {
    while (this.#flights.size < this.#frame.settings.concurrency) {
      const next = this.#line.next(now, this.#suspect === undefined ? "allowed" : "held");
      if (next === undefined) return;
      if (next.suspect) this.#suspect = next.id;
      this.#flights.set(next.id, new AbortController());
      this.#claim(next.id);
    }
  }

  /** Takes nothing more; gives what is in flight `timeout` ms, then stops it. */
  async stop(timeout: number): Promise<void> {
    this.#state = "stopping";
    this.#alarm.stop();
    const abort = setTimeout(() => {
      for (const flight of this.#flights.values()) flight.abort();
    }, timeout);
    await new Promise<void>((resolve) => {
      // What does not land then stays in flight in the file, where the next opening sees it.
      const giveUp = setTimeout(resolve, timeout + GRACE_MS);
      this.#onIdle = () => {
        clearTimeout(giveUp);
        resolve();
      };
      if (this.#flights.size === 0) this.#onIdle();
    });
    clearTimeout(abort);
    this.#state = "stopped";
  }

  #claim(id: number): void {
    const { db, committer, tally, hub } = this.#frame;
    let claimed = false;
    const change: Change = {
      weight: 100,
      apply: () => {
        // Not when an outcome before this one could not be written, nor when nothing is to go out any more.
        claimed = this.#state === "running" && this.#unwritten.size === 0 && claim(db, id, this.#now());
      },
      done: () => {
        this.#resume();
        if (!claimed) return this.#land(id);
        tally.moved("queued", "inflight");
        hub.emit("inflight", { id });
        void this.#send(id);
      },
      failed: (error) => {
        this.#stall(error);
        this.#land(id);
      },
    };
    committer.add(change, this.#worthWaitingFor());
  }

  // An outcome and the next claim for half of the messages that are on their way.
  #worthWaitingFor(): number {
    return Math.max(1, Math.min(this.#handedOver, this.#frame.settings.concurrency));
  }

  async #send(id: number): Promise<void> {
    const { db, settings } = this.#frame;
    const record = readable(db, id);
    // What cannot be read cannot be written either: it stays in flight in the file, and the next opening tells.
    if (record === undefined) this.#stall(new OutboxError("outbox.damaged", "a record cannot be read"));
    else {
      this.#handedOver++;
      const result = await handOver(db, record, settings.sender, this.#flights.get(id)?.signal);
      this.#handedOver--;
      this.#settle(record, result);
    }
    // The place is free: who is next is marked in the same transaction that writes this outcome down.
    this.#land(id);
  }

  #settle(record: OutboxRecord, result: SendResult): void {
    if (this.#state === "stopped") return;
    const { db, committer, settings } = this.#frame;
    const { id } = record;
    const verdict = judge(record, result, settings);
    if (isClosed(verdict)) this.#stall(new SenderClosedError());
    const write = () => {
      const change: Change = {
        weight: 500,
        apply: () => (wasNeverBegun(verdict) ? unclaim(db, id) : settle(db, id, verdict, this.#now())),
        done: () => {
          this.#unwritten.delete(id);
          this.#tell(record, verdict);
        },
        failed: (error) => {
          this.#unwritten.set(id, write);
          this.#stall(error);
        },
      };
      committer.add(change, this.#worthWaitingFor());
    };
    write();
  }

  #tell({ id, attempts }: OutboxRecord, verdict: Verdict): void {
    const { tally, hub, onFinal } = this.#frame;
    this.#resume();
    if (verdict.kind === "final") {
      tally.moved("inflight", verdict.state);
      hub.emit(verdict.state, { id, attempts, ...codeOf(verdict.result) });
      onFinal(id, verdict.result);
      return;
    }
    tally.moved("inflight", "queued");
    hub.emit("again", { id, attempts, code: verdict.code, wait: verdict.wait });
    this.#line.stale();
    if (verdict.rest > 0) this.#gate.pause(verdict.rest, verdict.code, this.#now());
    this.#alarm.by(this.#now() + verdict.wait);
  }

  #land(id: number): void {
    this.#flights.delete(id);
    this.#line.forget(id);
    if (this.#suspect === id) this.#suspect = undefined;
    this.pump();
    if (this.#flights.size === 0) this.#onIdle();
  }

  #stall(error: unknown): void {
    this.#gate.stall(error, this.#now());
    this.#line.stale();
  }

  #resume(): void {
    if (this.#unwritten.size === 0) this.#gate.resume();
  }

  #wake(): void {
    this.#frame.committer.lookForOthers();
    for (const write of this.#unwritten.values()) write();
    if (this.#flights.size < this.#frame.settings.concurrency) this.#line.stale();
    this.pump();
    this.#wakeLater();
  }

  #wakeLater(): void {
    const now = this.#now();
    try {
      this.#alarm.by(this.#line.nextDue(now) ?? Number.POSITIVE_INFINITY);
    } catch {
      // Told by whoever needs what is in the file.
    }
    this.#alarm.by(now + LOOK_MS);
  }

  #now(): number {
    return this.#frame.settings.clock.wall();
  }
}

function readable(db: Connection, id: number): OutboxRecord | undefined {
  try {
    return findRecord(db, id);
  } catch {
    return undefined;
  }
}

function isClosed({ kind, result }: Verdict): boolean {
  return kind === "again" && result.status === "failed" && result.code === "send.closed";
}

// Given back by a sender that takes nothing any more: as if it had not been claimed.
function wasNeverBegun(verdict: Verdict): boolean {
  return isClosed(verdict) && verdict.result.attempts === 0;
}

function codeOf(result: SendResult): { readonly code?: string } {
  if (result.status === "failed") return { code: result.code };
  return result.status === "unknown" ? { code: result.cause.code } : {};
}

// Sends what is in line. For every message three things happen in this order, each durable before the next begins: it is
// marked as in flight, it is handed to the sender, its outcome is written down.
import type { SendResult } from "../deliver/core/result.ts";
import { SenderClosedError } from "../deliver/core/sender.ts";
import { Alarm } from "./alarm.ts";
import { claim, defer, setClockBack, settle, unclaim } from "./changes.ts";
import type { Change, Committer } from "./committer.ts";
import { type Connection, storageError } from "./connection.ts";
import { OutboxError } from "./error.ts";
import type { OutboxHub } from "./events.ts";
import { Gate } from "./gate.ts";
import { handOver } from "./hand-over.ts";
import { readHolds, removeHold, writeHold } from "./held.ts";
import { type Due, Line } from "./line.ts";
import { type HeldChange, type Leave, LineHolds } from "./line-holds.ts";
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
// Longer delays make setTimeout fire at once.
const MAX_TIMER = 2_147_483_647;
// Bytes of the messages that are in flight, as the sender has it.
const MAX_LOAD = 67_108_864;
// Messages of held sets that are put off in one go.
const MAX_DEFERRALS = 256;

interface Flight {
  readonly abort: AbortController;
  readonly bytes: number;
  readonly leave: Leave;
}

/** Hands messages to the sender, and writes down what became of them. */
export class Worker {
  readonly #frame: WorkerFrame;
  readonly #line: Line;
  readonly #gate: Gate;
  readonly #alarm: Alarm;
  readonly #holds: LineHolds;
  readonly #flights = new Map<number, Flight>();
  /** Bytes of all of them. */
  #load = 0;
  /** Outcomes that could not be written yet: nothing goes out before they are. */
  readonly #unwritten = new Map<number, () => void>();
  /** Messages that the sender has. */
  #handedOver = 0;
  #deferring = 0;
  #suspect: number | undefined;
  /** The time of day at the last look. */
  #seen: number;
  #state: "running" | "stopping" | "stopped" = "running";
  #onIdle: () => void = () => {};

  constructor(frame: WorkerFrame) {
    this.#frame = frame;
    this.#line = new Line(frame.db);
    this.#gate = new Gate(frame.hub);
    this.#holds = new LineHolds(frame.settings.clock, readHolds(frame.db));
    this.#alarm = new Alarm(() => this.#wake());
    this.#seen = this.#now();
    this.#wakeLater();
  }

  /** Messages were stored. */
  added(messages: readonly Due[]): void {
    for (const due of messages) this.#line.add(due);
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
    if (this.#state !== "running" || this.#unwritten.size > 0 || !this.#gate.isOpen()) return;
    try {
      this.#fill();
    } catch (error) {
      this.#stall(storageError(error));
    }
  }

  #fill(): void {
    const { db, settings } = this.#frame;
    while (this.#flights.size < settings.concurrency && this.#holds.isOpen && this.#deferring < MAX_DEFERRALS) {
      // A message larger than the bound goes alone rather than never.
      const room = this.#flights.size === 0 ? Number.POSITIVE_INFINITY : MAX_LOAD - this.#load;
      const suspects = this.#suspect === undefined ? "allowed" : "held";
      const next = this.#line.next(this.#now(), { suspects, room });
      if (next === undefined) return;
      const { id, bytes, suspect } = next;
      const leave = this.#holds.enter(() => readable(db, id));
      if (leave === undefined) {
        this.#line.stale();
        return;
      }
      if (typeof leave === "number") {
        this.#defer(id, leave);
        continue;
      }
      if (suspect) this.#suspect = id;
      this.#flights.set(id, { abort: new AbortController(), bytes, leave });
      this.#load += bytes;
      this.#claim(id);
    }
  }

  /** Takes nothing more; gives what is in flight `timeout` ms, then stops it. */
  async stop(timeout: number): Promise<void> {
    this.#state = "stopping";
    this.#alarm.stop();
    const limit = Math.min(timeout, MAX_TIMER - GRACE_MS);
    const abort = setTimeout(() => {
      for (const { abort } of this.#flights.values()) abort.abort();
    }, limit);
    await new Promise<void>((resolve) => {
      // What does not land then stays in flight in the file, where the next opening sees it.
      const giveUp = setTimeout(resolve, limit + GRACE_MS);
      this.#onIdle = () => {
        clearTimeout(giveUp);
        resolve();
      };
      if (this.#flights.size === 0) this.#onIdle();
    });
    clearTimeout(abort);
    // Once more, with the last group: an outcome that is not in the file is a doubt at the next opening.
    for (const write of this.#unwritten.values()) write();
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

  /** The set of the message is held: the others go on. */
  #defer(id: number, wait: number): void {
    const { db, committer } = this.#frame;
    const end = () => {
      this.#deferring--;
      this.#line.forget(id);
    };
    this.#deferring++;
    committer.add({
      weight: 100,
      apply: () => defer(db, id, this.#now(), wait),
      done: () => {
        end();
        this.#alarm.within(wait);
        if (this.#deferring === 0) this.pump();
      },
      failed: (error) => {
        end();
        this.#stall(error);
      },
    });
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
      const result = await handOver(db, record, settings.sender, this.#flights.get(id)?.abort.signal);
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
    const { verdict, changes } = this.#holding(record, judge(record, result, settings));
    if (isClosed(verdict)) this.#stall(new SenderClosedError());
    const write = () => {
      const change: Change = {
        weight: 500,
        apply: () => {
          if (wasNeverBegun(verdict)) unclaim(db, id);
          else settle(db, id, verdict, this.#now());
          for (const one of changes) writeChange(db, one, this.#now());
        },
        done: () => {
          this.#unwritten.delete(id);
          this.#tell(record, verdict);
          for (const one of changes) this.#tellHold(one);
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
    this.#alarm.within(verdict.wait);
  }

  /** What an outcome says about the other messages. */
  #holding(record: OutboxRecord, verdict: Verdict): { verdict: Verdict; changes: readonly HeldChange[] } {
    const leave = this.#flights.get(record.id)?.leave;
    if (leave === undefined) return { verdict, changes: [] };
    if (verdict.kind === "again" && verdict.refused !== undefined) {
      const { wait, changes } = this.#holds.refused(leave, record, verdict.refused);
      return { verdict: { ...verdict, wait }, changes };
    }
    return { verdict, changes: isConsent(verdict.result) ? this.#holds.accepted(leave, record) : [] };
  }

  #tellHold(change: HeldChange): void {
    if (change.kind === "held") {
      this.#frame.hub.emit("paused", { ...change.reason, wait: change.wait });
      this.#alarm.within(change.wait);
    } else this.#frame.hub.emit("resumed", change.reason);
  }

  #land(id: number): void {
    const flight = this.#flights.get(id);
    if (flight !== undefined) this.#holds.released(flight.leave);
    this.#load -= flight?.bytes ?? 0;
    this.#flights.delete(id);
    this.#line.forget(id);
    if (this.#suspect === id) this.#suspect = undefined;
    this.pump();
    if (this.#flights.size === 0) this.#onIdle();
  }

  #stall(error: unknown): void {
    this.#gate.stall(error);
    this.#line.stale();
  }

  #resume(): void {
    if (this.#unwritten.size === 0) this.#gate.resume();
  }

  #wake(): void {
    this.#frame.committer.lookForOthers();
    this.#lookAtClock();
    for (const write of this.#unwritten.values()) write();
    // What came due since stands behind nobody who came later.
    this.#line.stale();
    this.pump();
    this.#wakeLater();
  }

  #lookAtClock(): void {
    const { db, committer } = this.#frame;
    const now = this.#now();
    if (now < this.#seen) {
      committer.add({
        weight: 500,
        apply: () => setClockBack(db, this.#now()),
        done: () => this.changed(),
        failed: (error) => this.#stall(error),
      });
    }
    this.#seen = now;
  }

  #wakeLater(): void {
    const now = this.#now();
    try {
      const due = this.#line.nextDue(now);
      if (due !== undefined) this.#alarm.within(due - now);
      if (this.#holds.left > 0) this.#alarm.within(this.#holds.left);
    } catch {
      // Told by whoever needs what is in the file.
    }
    this.#alarm.within(LOOK_MS);
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

function writeChange(db: Connection, change: HeldChange, now: number): void {
  if (change.kind === "held") writeHold(db, change.name, change.reason, now, now + change.wait);
  else removeHold(db, change.name);
}

// The service looked at the message: it took it, or found fault with it alone. Its codes begin with a capital letter,
// and ours do not.
function isConsent(result: SendResult): boolean {
  const all = result.groups?.map((group) => group.result) ?? [result];
  return all.some(
    (one) => one.status === "sent" || (one.status === "failed" && !one.retryable && /^[A-Z]/.test(one.code)),
  );
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

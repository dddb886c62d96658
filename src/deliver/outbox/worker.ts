// Sends what is in line. A message is handed to the sender and waits there for its turn and the rate; right before its first
// byte it is marked as in flight, durably; its outcome is written down. So a crash leaves those in doubt that were marked,
// and all others in line.
import type { SendResult } from "../core/result.ts";
import { SenderClosedError } from "../core/sender.ts";
import { defer, setClockBack } from "./changes.ts";
import { type Disposition, dispositionOf, isSenderClosed, wasLookedAt } from "./disposition.ts";
import { Alarm, type Due, DueQueue } from "./due-queue.ts";
import { OutboxError } from "./error.ts";
import { type LineHoldChange, LineHolds, readHolds, SendingSwitch } from "./holds.ts";
import { callsBeforeFirstByte, type Flight, handOver, Journal, type JournalFrame, newFlight } from "./journal.ts";
import { findRecord, type OutboxRecord } from "./record.ts";
import { type Connection, storageError } from "./sqlite.ts";

// Between two looks at what other processes wrote.
const LOOK_MS = 1_000;
// A sender settles at once when it is aborted.
const GRACE_MS = 400;
// Longer delays make setTimeout fire at once.
const MAX_TIMER = 2_147_483_647;
// Bytes of the messages that are in flight, as the sender has it.
const MAX_LOAD = 67_108_864;
// A message that may end the process before its first byte, by the memory that its request takes, is marked first.
const LARGE = 8_388_608;
// Messages of held sets that are put off in one go.
const MAX_DEFERRALS = 256;

/** Hands messages to the sender, and writes down what became of them. */
export class Worker {
  readonly #frame: JournalFrame;
  readonly #queue: DueQueue;
  readonly #switch: SendingSwitch;
  readonly #alarm: Alarm;
  readonly #holds: LineHolds;
  readonly #journal: Journal;
  /** Messages that the sender has. */
  readonly #flights = new Map<number, Flight>();
  /** Bytes of all of them. */
  #load = 0;
  /** `sender` where it calls before the first byte, else `first`: marked before the sender gets it. */
  #marking: "sender" | "first";
  #deferring = 0;
  #suspect: number | undefined;
  /** The time of day at the last look. */
  #seen: number;
  #state: "running" | "stopping" | "stopped" = "running";
  #onIdle: () => void = () => {};

  constructor(frame: JournalFrame) {
    this.#frame = frame;
    this.#queue = new DueQueue(frame.db);
    this.#switch = new SendingSwitch(frame.hub);
    this.#holds = new LineHolds(frame.settings.clock, readHolds(frame.db));
    this.#alarm = new Alarm(() => this.#wake());
    this.#marking = callsBeforeFirstByte(frame.settings.sender) ? "sender" : "first";
    this.#journal = new Journal(frame, {
      sending: this.#switch,
      isRunning: () => this.#state === "running",
      onFailure: (error) => this.#stall(error),
      onAgain: (wait) => {
        this.#queue.stale();
        this.#alarm.within(wait);
      },
      onHold: (change) => this.#reportHold(change),
    });
    this.#seen = this.#now();
    this.#wakeLater();
  }

  /** Messages were stored. */
  added(messages: readonly Due[]): void {
    for (const due of messages) this.#queue.add(due);
    this.pump();
  }

  /** Another process, or a retry, changed what is in line. */
  changed(): void {
    this.#queue.stale();
    this.pump();
  }

  /** A caller waits: the process stays until the function it returns is called. */
  hold(): () => void {
    return this.#alarm.hold();
  }

  /** Hands over as many messages as there are free places. Never throws. */
  pump(): void {
    if (this.#state !== "running" || this.#journal.isBehind || !this.#switch.isOpen()) return;
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
      const next = this.#queue.next(this.#now(), { suspects, room });
      if (next === undefined) return;
      const { id, bytes, suspect } = next;
      const permit = this.#holds.enter(() => readable(db, id));
      if (permit === undefined) {
        this.#queue.stale();
        return;
      }
      if (typeof permit === "number") {
        this.#defer(id, permit);
        continue;
      }
      if (suspect) this.#suspect = id;
      const flight = newFlight(id, bytes, permit);
      this.#flights.set(id, flight);
      this.#load += bytes;
      void this.#send(flight);
    }
  }

  /** Accepts nothing more; gives what is in flight `timeout` ms, then stops it. */
  async stop(timeout: number): Promise<void> {
    this.#state = "stopping";
    this.#alarm.stop();
    const limit = Math.min(timeout, MAX_TIMER - GRACE_MS);
    // What only waits at the sender stays in line: it need not wait for that.
    for (const { stage, abort } of this.#flights.values()) if (stage === "waiting") abort.abort();
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
    this.#journal.catchUp();
    this.#state = "stopped";
  }

  /** The set of the message is held: the others go on. */
  #defer(id: number, wait: number): void {
    const { db, committer } = this.#frame;
    const end = () => {
      this.#deferring--;
      this.#queue.forget(id);
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

  async #send(flight: Flight): Promise<void> {
    const { db } = this.#frame;
    const found = readable(db, flight.id);
    if (found === undefined) {
      // Nothing can be written of it either. Marked, it leaves the line to the others, and the next opening reports it.
      await this.#markFirst(flight);
      this.#stall(new OutboxError("outbox.damaged", "a record cannot be read"));
    } else if (!this.#marksFirst(flight) || (await this.#markFirst(flight))) {
      const record = { ...found, attempts: found.attempts + 1 };
      this.#settle(flight, record, await this.#handOver(flight, record));
    }
    // The place is free: the next mark is written in the same transaction as this outcome.
    this.#land(flight);
  }

  /**
   * Whether the mark is made before the sender gets the message: where it is not known when the first byte leaves, and for
   * a message that may be what ends the process, so that the next crash shows it.
   */
  #marksFirst({ id, bytes }: Flight): boolean {
    return this.#marking === "first" || this.#suspect === id || bytes >= LARGE;
  }

  async #markFirst(flight: Flight): Promise<boolean> {
    try {
      await this.#journal.mark(flight);
      return true;
    } catch {
      return false;
    }
  }

  async #handOver(flight: Flight, record: OutboxRecord): Promise<SendResult> {
    const { db, settings } = this.#frame;
    const { signal } = flight.abort;
    const beforeFirstByte = () => this.#journal.mark(flight);
    const hooks = this.#marking === "sender" ? { signal, beforeFirstByte } : { signal };
    const result = await handOver(db, record, settings.sender, hooks);
    // A transport that does not call: from now on no message relies on it.
    if (flight.mark === undefined && result.status !== "failed") this.#marking = "first";
    return result;
  }

  #settle(flight: Flight, record: OutboxRecord, result: SendResult): void {
    if (this.#state === "stopped") return;
    const judged = dispositionOf(record, result, this.#frame.settings);
    const { disposition, changes } = this.#holding(flight, record, judged);
    if (isSenderClosed(disposition)) this.#stall(new SenderClosedError());
    this.#journal.settle(flight, record, disposition, changes);
  }

  /** What an outcome says about the other messages. */
  #holding(
    { permit }: Flight,
    record: OutboxRecord,
    disposition: Disposition,
  ): { readonly disposition: Disposition; readonly changes: readonly LineHoldChange[] } {
    if (disposition.kind === "again" && disposition.refused !== undefined) {
      const { wait, changes } = this.#holds.refused(permit, record, disposition.refused);
      return { disposition: { ...disposition, wait }, changes };
    }
    return { disposition, changes: wasLookedAt(disposition.result) ? this.#holds.accepted(permit, record) : [] };
  }

  #reportHold(change: LineHoldChange): void {
    if (change.kind === "held") {
      this.#frame.hub.emit("paused", { ...change.reason, wait: change.wait });
      this.#alarm.within(change.wait);
    } else this.#frame.hub.emit("resumed", change.reason);
  }

  #land({ id, bytes, permit }: Flight): void {
    this.#holds.released(permit);
    this.#load -= bytes;
    this.#flights.delete(id);
    this.#queue.forget(id);
    if (this.#suspect === id) this.#suspect = undefined;
    this.pump();
    if (this.#flights.size === 0) this.#onIdle();
  }

  #stall(error: unknown): void {
    this.#switch.stall(error);
    this.#queue.stale();
  }

  #wake(): void {
    this.#frame.committer.lookForOthers();
    this.#lookAtClock();
    this.#journal.catchUp();
    // What came due since goes before what came later.
    this.#queue.stale();
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
      const due = this.#queue.nextDue(now);
      if (due !== undefined) this.#alarm.within(due - now);
      if (this.#holds.left > 0) this.#alarm.within(this.#holds.left);
    } catch {
      // Reported by whoever needs what is in the file.
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

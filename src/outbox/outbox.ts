// The outbox: what was taken in goes out, over crashes and restarts, and what became of it can be asked for.

import type { SendResult } from "../deliver/core/result.ts";
import { isAbortSignal } from "../encoding/kinds.ts";
import { milliseconds, readOptionsOf, shapeOf, valueFrom } from "../given.ts";
import type { Message } from "../message/types.ts";
import type { Rendered } from "../mime/render.ts";
import type { RawMail } from "../ses/parcel.ts";
import { accessTo, type OutboxAccess } from "./access.ts";
import { Committer } from "./committer.ts";
import { type Connection, storageError } from "./connection.ts";
import { OutboxError } from "./error.ts";
import { type OutboxEvents, OutboxHub } from "./events.ts";
import { Intake } from "./intake.ts";
import type { Due } from "./line.ts";
import type { Mark } from "./mark.ts";
import type { OutboxSettings } from "./options.ts";
import type { EnqueueOptions, OutboxEntry } from "./packing.ts";
import type { Presence } from "./presence.ts";
import type { Receipt } from "./receipt.ts";
import { countRecords, finalResult, type OutboxCounts, type OutboxRef, recordOf } from "./record.ts";
import { Tally } from "./tally.ts";
import { Waiting } from "./waiting.ts";
import { Worker } from "./worker.ts";

/** A durable line of messages on one machine. */
export interface Outbox extends OutboxAccess {
  /**
   * Takes a message in. It goes out as soon as there is a place, now or after a restart. A message that is rendered is
   * stored as it is; under a key the same one is the same message, another rendering of it is not.
   *
   * @returns when the message is on the disk
   * @throws MessageError for a message that cannot be sent; OutboxError `outbox.conflict` for another message under
   * the same key, `outbox.write` when it could not be stored (nothing of it goes out), `outbox.closed`
   */
  enqueue(mail: Message | Rendered | RawMail, options?: EnqueueOptions): Promise<Receipt>;
  /**
   * Takes all messages in, or none. The batch is read as it is taken in: what a generator makes is not kept. A part that
   * several messages hold is in memory once, the rest of each until all are stored.
   *
   * @returns a receipt for each, in order
   * @throws as {@link Outbox.enqueue}; the path of a MessageError, or `index` of an OutboxError, tells which
   */
  enqueueAll(batch: Iterable<OutboxEntry>): Promise<readonly Receipt[]>;
  /** The outcome, once the message is `sent`, `unknown` or `dead`. @throws OutboxError `outbox.record` */
  result(ref: OutboxRef): Promise<SendResult | undefined>;
  /**
   * Waits for the outcome, and keeps the process alive for it.
   *
   * @throws OutboxError `outbox.record` when there is no such message, `outbox.closed` when the outbox is closed first;
   * the signal's reason when it is aborted
   */
  wait(ref: OutboxRef, options?: { readonly signal?: AbortSignal }): Promise<SendResult>;
  readonly events: OutboxEvents;
  /**
   * Sends nothing more, gives what is in flight `timeout` ms (10,000 when absent) and stops it then, and closes the
   * file. What was not sent stays in it. The sender is left open: it is the caller's.
   *
   * @returns what is left, by state
   * @throws RangeError for a timeout that is no number of milliseconds
   */
  close(options?: { readonly timeout?: number }): Promise<OutboxCounts>;
  [Symbol.asyncDispose](): Promise<void>;
}

const CLOSE_MS = 10_000;
const CLOSE = shapeOf<{ readonly timeout?: number }>({ timeout: milliseconds });
const WAIT = shapeOf<{ readonly signal?: AbortSignal }>({ signal: valueFrom(isAbortSignal, "an AbortSignal") });

/** Files that are open and owned. */
export interface Opened {
  readonly db: Connection;
  readonly mark: Mark;
  readonly presence: Presence;
  readonly settings: OutboxSettings;
  /** Lets go of everything. After an unclean end the next opening looks at every page. */
  readonly close: (how: "clean" | "unclean") => void;
}

/** An outbox over files that were opened. */
export class FileOutbox implements Outbox {
  readonly #opened: Opened;
  readonly #committer: Committer;
  readonly #tally: Tally;
  readonly #hub: OutboxHub;
  readonly #intake: Intake;
  readonly #worker: Worker;
  readonly #waiting = new Waiting();
  readonly #access: OutboxAccess;
  #closing: Promise<OutboxCounts> | undefined;
  #closed = false;

  constructor(opened: Opened) {
    const { db, settings } = opened;
    this.#opened = opened;
    this.#tally = new Tally(db);
    this.#hub = new OutboxHub(() => this.#tally.counts);
    this.#committer = new Committer(opened, () => this.#changed());
    const frame = { db, committer: this.#committer, settings };
    this.#intake = new Intake({ ...frame, onStored: (messages) => this.#stored(messages) });
    const onFinal = (id: number, result: SendResult) => this.#waiting.settle(id, result);
    this.#worker = new Worker({ ...frame, hub: this.#hub, tally: this.#tally, onFinal });
    this.#access = accessTo(
      () => this.#db(),
      () => settings.clock.wall(),
    );
    this.#worker.pump();
  }

  get events(): OutboxEvents {
    return this.#hub;
  }

  async enqueue(mail: Message | Rendered | RawMail, options: EnqueueOptions = {}): Promise<Receipt> {
    return this.#taking(() => this.#intake.take(mail, options));
  }

  async enqueueAll(batch: Iterable<OutboxEntry>): Promise<readonly Receipt[]> {
    return this.#taking(() => this.#intake.takeAll(batch));
  }

  async result(ref: OutboxRef): Promise<SendResult | undefined> {
    const record = await this.#access.get(ref);
    if (record === undefined) throw new OutboxError("outbox.record", "the outbox has no such message");
    return finalResult(record);
  }

  async wait(ref: OutboxRef, options: { readonly signal?: AbortSignal } = {}): Promise<SendResult> {
    const { signal } = readOptionsOf(options, WAIT);
    this.#refuseWhenClosing();
    const record = recordOf(this.#db(), ref);
    const known = finalResult(record);
    if (known !== undefined) return known;
    const release = this.#worker.hold();
    try {
      return await this.#waiting.forOutcome(record.id, signal);
    } finally {
      release();
    }
  }

  counts: OutboxAccess["counts"] = () => this.#access.counts();
  status: OutboxAccess["status"] = () => this.#access.status();
  list: OutboxAccess["list"] = (options) => this.#access.list(options);
  get: OutboxAccess["get"] = (ref) => this.#access.get(ref);
  raw: OutboxAccess["raw"] = (ref) => this.#access.raw(ref);

  async retry(ref: OutboxRef) {
    const record = await this.#access.retry(ref);
    this.#changed();
    return record;
  }

  async purge(options: Parameters<OutboxAccess["purge"]>[0]) {
    const removed = await this.#access.purge(options);
    this.#changed();
    return removed;
  }

  async close(options: { readonly timeout?: number } = {}): Promise<OutboxCounts> {
    const { timeout = CLOSE_MS } = readOptionsOf(options, CLOSE);
    this.#closing ??= this.#close(timeout);
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(timeout: number): Promise<OutboxCounts> {
    const { db } = this.#opened;
    // What is in flight has its time while the rest of the intake is stored.
    await Promise.all([this.#worker.stop(timeout), this.#intake.settled()]);
    this.#committer.close();
    this.#closed = true;
    const counts = this.#counted(db);
    for (const id of this.#waiting.ids) this.#waiting.fail(id, closedError());
    try {
      this.#opened.close(counts.inflight === 0 ? "clean" : "unclean");
    } finally {
      this.#hub.emit("closed");
    }
    return counts;
  }

  #counted(db: Connection): OutboxCounts {
    try {
      return countRecords(db);
    } catch {
      return this.#tally.counts;
    }
  }

  async #taking<T>(work: () => Promise<T>): Promise<T> {
    this.#refuseWhenClosing();
    try {
      return await work();
    } catch (error) {
      throw storageError(error);
    }
  }

  #stored(messages: readonly Due[]): void {
    this.#tally.added(messages.length);
    for (const { id } of messages) this.#hub.emit("queued", { id });
    this.#worker.added(messages);
  }

  // Records came, went or changed their state other than through the worker.
  #changed(): void {
    const { db } = this.#opened;
    try {
      this.#tally.recount(db);
    } catch {
      // The worker tells when the file cannot be read.
    }
    this.#worker.changed();
    for (const id of this.#waiting.ids) this.#lookAgain(db, id);
  }

  #lookAgain(db: Connection, id: number): void {
    try {
      const result = finalResult(recordOf(db, id));
      if (result !== undefined) this.#waiting.settle(id, result);
    } catch (error) {
      this.#waiting.fail(id, storageError(error));
    }
  }

  #db(): Connection {
    if (this.#closed) throw closedError();
    return this.#opened.db;
  }

  #refuseWhenClosing(): void {
    if (this.#closing !== undefined) throw closedError();
  }
}

function closedError(): OutboxError {
  return new OutboxError("outbox.closed", "the outbox is closed");
}

// The outbox: what was taken in goes out, over crashes and restarts, and what became of it can be asked for.

import { readOptionsOf, shapeOf, valueFrom } from "../../given.ts";
import type { Message } from "../../mail/message/types.ts";
import { isAbortSignal } from "../../mail/octets/kinds.ts";
import type { Rendered } from "../../mail/render/render.ts";
import { onAbort } from "../core/lifetime.ts";
import { atLeast } from "../core/options.ts";
import type { RawMail } from "../core/prepared-send.ts";
import type { SendResult } from "../core/result.ts";
import { accessTo, type OutboxAccess } from "./access.ts";
import { type CommitMark, Committer } from "./committer.ts";
import type { Due } from "./due-queue.ts";
import { OutboxError } from "./error.ts";
import { Counts, type OutboxEvents, OutboxHub } from "./events.ts";
import type { FileIdentity } from "./files.ts";
import { Intake } from "./intake.ts";
import type { OutboxSettings } from "./options.ts";
import type { OutboxEnqueueOptions, OutboxEntry, Receipt } from "./packing.ts";
import { countRecords, finalResult, type OutboxCounts, type OutboxRef, recordOf } from "./record.ts";
import { type Connection, storageError } from "./sqlite.ts";
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
  enqueue(mail: Message | Rendered | RawMail, options?: OutboxEnqueueOptions): Promise<Receipt>;
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
   * @throws OptionError for a timeout that is not a number of milliseconds
   */
  close(options?: { readonly timeout?: number }): Promise<OutboxCounts>;
  [Symbol.asyncDispose](): Promise<void>;
}

const CLOSE_MS = 10_000;
const CLOSE = shapeOf<{ readonly timeout?: number }>({ timeout: atLeast(0) });
const WAIT = shapeOf<{ readonly signal?: AbortSignal }>({ signal: valueFrom(isAbortSignal, "an AbortSignal") });

/** Files that are open and owned. */
export interface OpenFiles {
  readonly db: Connection;
  readonly mark: CommitMark;
  readonly presence: FileIdentity;
  readonly settings: OutboxSettings;
  /** Lets go of everything. After an unclean end the next opening looks at every page. */
  readonly close: (how: "clean" | "unclean") => void;
}

/** An outbox over files that were opened. */
export class FileOutbox implements Outbox {
  readonly #opened: OpenFiles;
  readonly #committer: Committer;
  readonly #counts: Counts;
  readonly #hub: OutboxHub;
  readonly #intake: Intake;
  readonly #worker: Worker;
  readonly #waiting = new OutcomeWaiters();
  readonly #access: OutboxAccess;
  #closing: Promise<OutboxCounts> | undefined;
  #closed = false;

  constructor(opened: OpenFiles) {
    const { db, settings } = opened;
    this.#opened = opened;
    this.#counts = new Counts(db);
    this.#hub = new OutboxHub(() => this.#counts.counts);
    this.#committer = new Committer(opened, () => this.#changed());
    const frame = { db, committer: this.#committer, settings };
    this.#intake = new Intake({ ...frame, onStored: (messages) => this.#stored(messages) });
    const onFinal = (id: number, result: SendResult) => this.#waiting.settle(id, result);
    this.#worker = new Worker({ ...frame, hub: this.#hub, counts: this.#counts, onFinal });
    this.#access = accessTo(
      () => this.#db(),
      () => settings.clock.wall(),
    );
    this.#worker.pump();
  }

  get events(): OutboxEvents {
    return this.#hub;
  }

  async enqueue(mail: Message | Rendered | RawMail, options: OutboxEnqueueOptions = {}): Promise<Receipt> {
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
    const counts = this.#finalCounts(db);
    for (const id of this.#waiting.ids) this.#waiting.fail(id, closedError());
    try {
      this.#opened.close(counts.inflight === 0 ? "clean" : "unclean");
    } finally {
      this.#hub.emit("closed");
    }
    return counts;
  }

  #finalCounts(db: Connection): OutboxCounts {
    try {
      return countRecords(db);
    } catch {
      return this.#counts.counts;
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
    this.#counts.added(messages.length);
    for (const { id } of messages) this.#hub.emit("queued", { id });
    this.#worker.added(messages);
  }

  // Records came, went or changed their state other than through the worker.
  #changed(): void {
    const { db } = this.#opened;
    try {
      this.#counts.recount(db);
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

// Who waits for the outcome of which message.

interface Waiter {
  readonly resolve: (result: SendResult) => void;
  readonly reject: (error: unknown) => void;
}

/** Callers that wait, by the id of a message. */
export class OutcomeWaiters {
  readonly #waiters = new Map<number, Set<Waiter>>();

  /** Resolves with the outcome; rejects when the signal is aborted, with its reason, or when all waiting ends. */
  forOutcome(id: number, signal?: AbortSignal): Promise<SendResult> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const end = () => {
        forget();
        const own = this.#waiters.get(id);
        own?.delete(waiter);
        if (own?.size === 0) this.#waiters.delete(id);
      };
      const waiter: Waiter = {
        resolve: (result) => {
          end();
          resolve(result);
        },
        reject: (error) => {
          end();
          reject(error);
        },
      };
      const forget = onAbort(signal, () => waiter.reject(signal?.reason));
      const own = this.#waiters.get(id) ?? new Set();
      this.#waiters.set(id, own.add(waiter));
    });
  }

  get ids(): readonly number[] {
    return [...this.#waiters.keys()];
  }

  settle(id: number, result: SendResult): void {
    for (const waiter of [...(this.#waiters.get(id) ?? [])]) waiter.resolve(result);
  }

  fail(id: number, error: unknown): void {
    for (const waiter of [...(this.#waiters.get(id) ?? [])]) waiter.reject(error);
  }
}

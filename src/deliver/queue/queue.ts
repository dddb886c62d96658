// The side that enqueues: messages are checked, put into Redis, and reported when Redis has confirmed them.

import { readOptionsOf, shapeOf, valueFrom, wholeNumber } from "../../given.ts";
import { isAbortSignal, isError } from "../../mail/octets/kinds.ts";
import type { SendResult } from "../core/result.ts";
import { Confirmations, connect, loadBullmq, QueueError } from "./connection.ts";
import { addAll, type Enqueued, type EnqueueResult, makeReady, type QueueIntake, type Ready } from "./enqueue.ts";
import type { QueueMessage } from "./job.ts";
import { nameOption, queueKeys } from "./keys.ts";
import { parseResult } from "./ledger.ts";
import { type QueueProgress, readProgress, type WatchOptions, watchProgress } from "./progress.ts";
import { type EnqueueOptions, type MailQueueOptions, type QueueItem, readQueueOptions } from "./queue-options.ts";
import { isEmpty, type QueueStatus, readStatus } from "./status.ts";

/** Takes messages for workers elsewhere. */
export interface MailQueue {
  /**
   * Puts a message into the queue; resolves when Redis has confirmed it.
   *
   * @throws MessageError for a message that could not be sent; QueueError `queue.key`, `queue.refused`,
   * `queue.timeout`, `queue.closed`
   */
  enqueue(message: QueueMessage, options?: EnqueueOptions): Promise<Enqueued>;
  /** Puts many in, some hundred at a time. A message that is refused does not stop the others. */
  enqueueAll(items: Iterable<QueueItem> | AsyncIterable<QueueItem>): AsyncIterable<EnqueueResult>;
  /** What became of a message; undefined while it is queued, and when its job is no longer kept. */
  result(id: string): Promise<SendResult | undefined>;
  /** How far the queue is, or a campaign. */
  progress(campaign?: string): Promise<QueueProgress>;
  /** Calls back with the progress once a second (or as `every` says), when it changed. Ends with the queue. */
  watch(listener: (progress: QueueProgress) => void, options?: WatchOptions): () => void;
  status(): Promise<QueueStatus>;
  /** Workers take nothing more until `resume()`; what they have goes on. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Resolves when every message has its outcome or was taken out of the queue otherwise. Rejects with the signal's reason when it is aborted first. */
  drain(options?: { readonly signal?: AbortSignal }): Promise<QueueProgress>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Opens a queue.
 *
 * @throws QueueError `queue.peer` when a package is missing; OptionError with every option that cannot be used
 * @example
 * const queue = await mailQueue({ connection: "redis://127.0.0.1:6379" });
 * await queue.enqueue({ from, to, subject: "Hello", text: "Hello" }, { key: "welcome-4711", campaign: "welcome" });
 */
export async function mailQueue(options: MailQueueOptions = {}): Promise<MailQueue> {
  const settings = readQueueOptions(options);
  const { Queue: BullQueue } = await loadBullmq();
  const client = await connect(settings.connection);
  const { name, prefix } = settings;
  const queue = new BullQueue(name, { connection: client, prefix });
  // Commands tell their own errors.
  queue.on("error", () => {});
  const confirmed = new Confirmations(settings.timeout);
  return new RedisMailQueue({ settings, client, queue, keys: queueKeys(prefix, name), confirmed });
}

const CHUNK = 500;
const CHUNK_BYTES = 4_194_304;
const DRAIN_LOOKS_MS = 250;
const DRAIN = shapeOf<{ readonly signal?: AbortSignal }>({ signal: valueFrom(isAbortSignal, "an AbortSignal") });
const WATCH = shapeOf<WatchOptions>({ campaign: nameOption, every: wholeNumber(1) });

class RedisMailQueue implements MailQueue {
  readonly #intake: QueueIntake;
  readonly #watches = new Set<() => void>();

  constructor(intake: QueueIntake) {
    this.#intake = intake;
  }

  async enqueue(message: QueueMessage, options: EnqueueOptions = {}): Promise<Enqueued> {
    const ready = await makeReady({ ...options, message }, 0, this.#intake.settings);
    const [result] = await addAll([ready], this.#intake);
    if (result === undefined) throw new QueueError("queue.closed", "the queue is closed");
    if ("error" in result) throw result.error;
    const { id, added } = result;
    return { id, added };
  }

  async *enqueueAll(items: Iterable<QueueItem> | AsyncIterable<QueueItem>): AsyncGenerator<EnqueueResult> {
    let index = 0;
    let bytes = 0;
    let chunk: (Ready | EnqueueResult)[] = [];
    for await (const item of items) {
      const at = index++;
      const one = await makeReady(item, at, this.#intake.settings).catch((error: unknown) => ({
        index: at,
        error: asError(error),
      }));
      chunk.push(one);
      if ("encoded" in one) for (const blob of one.encoded.blobs.values()) bytes += blob.length;
      if (chunk.length < CHUNK && bytes < CHUNK_BYTES) continue;
      yield* await this.#addChunk(chunk);
      [chunk, bytes] = [[], 0];
    }
    yield* await this.#addChunk(chunk);
  }

  async result(id: string): Promise<SendResult | undefined> {
    const text = await this.#intake.confirmed.wait(() =>
      this.#intake.client.hget(this.#intake.keys.job(id), "mw:result"),
    );
    return text === null ? undefined : parseResult(text);
  }

  progress(campaign?: string): Promise<QueueProgress> {
    if (campaign !== undefined) readOptionsOf({ campaign }, WATCH);
    return this.#intake.confirmed.wait(() => readProgress(this.#intake.client, this.#intake.keys, campaign));
  }

  watch(listener: (progress: QueueProgress) => void, options: WatchOptions = {}): () => void {
    const { campaign, every } = readOptionsOf(options, WATCH);
    const end = watchProgress(() => this.progress(campaign), listener, every);
    this.#watches.add(end);
    return () => {
      this.#watches.delete(end);
      end();
    };
  }

  status(): Promise<QueueStatus> {
    return this.#intake.confirmed.wait(() => readStatus(this.#intake));
  }

  pause(): Promise<void> {
    return this.#intake.confirmed.wait(() => this.#intake.queue.pause());
  }

  resume(): Promise<void> {
    return this.#intake.confirmed.wait(() => this.#intake.queue.resume());
  }

  async drain(options: { readonly signal?: AbortSignal } = {}): Promise<QueueProgress> {
    const { signal } = readOptionsOf(options, DRAIN);
    for (;;) {
      signal?.throwIfAborted();
      // Looked at first: what gets its outcome in between is then in the counts.
      const empty = await this.#intake.confirmed.wait(() => isEmpty(this.#intake.queue));
      const progress = await this.progress();
      if (empty || progress.queued === 0) return progress;
      await new Promise((resolve) => setTimeout(resolve, DRAIN_LOOKS_MS));
    }
  }

  async close(): Promise<void> {
    if (this.#intake.confirmed.isOver) return;
    this.#intake.confirmed.end();
    for (const end of this.#watches) end();
    const closed = this.#intake.queue.close();
    // Where Redis is away, a farewell would wait for it.
    if (this.#intake.client.status === "ready") await closed;
    this.#intake.client.disconnect();
    await closed.catch(() => {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #addChunk(chunk: readonly (Ready | EnqueueResult)[]): Promise<readonly EnqueueResult[]> {
    const ready = chunk.filter((one) => "encoded" in one);
    const added = new Map((await addAll(ready, this.#intake)).map((one) => [one.index, one]));
    return chunk.flatMap((one) => ("encoded" in one ? (added.get(one.index) ?? []) : one));
  }
}

function asError(error: unknown): Error {
  return isError(error) ? error : new Error(String(error));
}

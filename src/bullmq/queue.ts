// The side that enqueues: messages are checked, put into Redis, and told to be there when Redis has said so.

import type { Queue } from "bullmq";
import type { Redis } from "ioredis";
import type { SendResult } from "../deliver/core/result.ts";
import { isAbortSignal, isError } from "../encoding/kinds.ts";
import { readOptionsOf, shapeOf, valueFrom, wholeNumber } from "../given.ts";
import { storeBlobs } from "./blobs.ts";
import { Confirmations } from "./confirmed.ts";
import { connect } from "./connection.ts";
import { type Encoded, encodeJob } from "./encode-job.ts";
import { digestOf, type JobData, type QueueMessage, type SentJobData } from "./job-data.ts";
import { idOfKey, nameOption, type QueueKeys, queueKeys } from "./keys.ts";
import { parseResult } from "./ledger.ts";
import { loadBullmq } from "./peers.ts";
import { enter, type QueueProgress, readProgress } from "./progress.ts";
import { QueueError } from "./queue-error.ts";
import {
  type EnqueueOptions,
  type MailQueueOptions,
  type QueueItem,
  type QueueSettings,
  readEnqueueOptions,
  readQueueOptions,
} from "./queue-options.ts";
import { revive } from "./revive.ts";
import { isEmpty, type QueueStatus, readStatus } from "./status.ts";
import { type WatchOptions, watchProgress } from "./watch.ts";

/** A message that Redis has. */
export interface Enqueued {
  readonly id: string;
  /**
   * False when the key was used before, for the same message: nothing was added. True again for a message that failed
   * for a reason of the account (see `scope` of its result): the same job runs again.
   */
  readonly added: boolean;
}

/** What became of one item of `enqueueAll`; `index` is its place, from 0. */
export type EnqueueResult =
  | ({ readonly index: number } & Enqueued)
  /** Refused: nothing was enqueued. A MessageError, a QueueError, or an error about an option. */
  | { readonly index: number; readonly error: Error };

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
  /** Resolves when every message has its outcome or was taken out of the queue by somebody else. Rejects with the signal's reason when it is aborted first. */
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
  return new RedisMailQueue(settings, client, queue);
}

/** A message ready to be added. */
interface Ready {
  readonly index: number;
  readonly id: string;
  readonly isKeyed: boolean;
  /** As it will stand in the job; of keyed ones without the seed that differs each time. */
  readonly encoded: Encoded;
  readonly priority: number;
  readonly delay: number;
}

const CHUNK = 500;
const CHUNK_BYTES = 4_194_304;
const DRAIN_LOOKS_MS = 250;
const DRAIN = shapeOf<{ readonly signal?: AbortSignal }>({ signal: valueFrom(isAbortSignal, "an AbortSignal") });
const WATCH = shapeOf<WatchOptions>({ campaign: nameOption, every: wholeNumber(1) });

class RedisMailQueue implements MailQueue {
  readonly #settings: QueueSettings;
  readonly #client: Redis;
  readonly #queue: Queue;
  readonly #keys: QueueKeys;
  readonly #confirmed: Confirmations;
  readonly #watches = new Set<() => void>();

  constructor(settings: QueueSettings, client: Redis, queue: Queue) {
    this.#settings = settings;
    this.#client = client;
    this.#queue = queue;
    this.#keys = queueKeys(settings.prefix, settings.name);
    this.#confirmed = new Confirmations(settings.timeout);
  }

  async enqueue(message: QueueMessage, options: EnqueueOptions = {}): Promise<Enqueued> {
    const ready = await this.#ready({ ...options, message }, 0);
    const [result] = await this.#add([ready]);
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
      const one = await this.#ready(item, at).catch((error: unknown) => ({ index: at, error: asError(error) }));
      chunk.push(one);
      if ("encoded" in one) for (const blob of one.encoded.blobs.values()) bytes += blob.length;
      if (chunk.length < CHUNK && bytes < CHUNK_BYTES) continue;
      yield* await this.#addChunk(chunk);
      [chunk, bytes] = [[], 0];
    }
    yield* await this.#addChunk(chunk);
  }

  async result(id: string): Promise<SendResult | undefined> {
    const text = await this.#confirmed.wait(() => this.#client.hget(this.#keys.job(id), "mw:result"));
    return text === null ? undefined : parseResult(text);
  }

  progress(campaign?: string): Promise<QueueProgress> {
    if (campaign !== undefined) readOptionsOf({ campaign }, WATCH);
    return this.#confirmed.wait(() => readProgress(this.#client, this.#keys, campaign));
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
    return this.#confirmed.wait(() => readStatus(this.#queue, this.#client, this.#keys, this.#settings.prefix));
  }

  pause(): Promise<void> {
    return this.#confirmed.wait(() => this.#queue.pause());
  }

  resume(): Promise<void> {
    return this.#confirmed.wait(() => this.#queue.resume());
  }

  async drain(options: { readonly signal?: AbortSignal } = {}): Promise<QueueProgress> {
    const { signal } = readOptionsOf(options, DRAIN);
    for (;;) {
      signal?.throwIfAborted();
      // Looked at first: what gets its outcome in between is then in the counts.
      const empty = await this.#confirmed.wait(() => isEmpty(this.#queue));
      const progress = await this.progress();
      if (empty || progress.queued === 0) return progress;
      await new Promise((resolve) => setTimeout(resolve, DRAIN_LOOKS_MS));
    }
  }

  async close(): Promise<void> {
    if (this.#confirmed.isOver) return;
    this.#confirmed.end();
    for (const end of this.#watches) end();
    const closed = this.#queue.close();
    // Where Redis is away, a farewell would wait for it.
    if (this.#client.status === "ready") await closed;
    this.#client.disconnect();
    await closed.catch(() => {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #ready({ message, ...options }: QueueItem, index: number): Promise<Ready> {
    const { key, campaign, priority, delay, fields } = readEnqueueOptions(options);
    const encoded = await encodeJob(message, { fields, campaign }, this.#settings);
    const id = key === undefined ? crypto.randomUUID() : idOfKey(key);
    return { index, id, isKeyed: key !== undefined, encoded, priority, delay };
  }

  async #addChunk(chunk: readonly (Ready | EnqueueResult)[]): Promise<readonly EnqueueResult[]> {
    const ready = chunk.filter((one) => "encoded" in one);
    const added = new Map((await this.#add(ready)).map((one) => [one.index, one]));
    return chunk.flatMap((one) => ("encoded" in one ? (added.get(one.index) ?? []) : one));
  }

  /** Adds messages; told again after an error, because the same ids add nothing twice. */
  async #add(ready: readonly Ready[]): Promise<readonly EnqueueResult[]> {
    if (ready.length === 0) return [];
    const seeds = ready.map(({ isKeyed }) => (isKeyed ? crypto.randomUUID() : undefined));
    const jobs = ready.map(({ id, encoded, priority, delay }, at) => {
      const seed = seeds[at];
      const data = seed === undefined ? encoded.data : { ...encoded.data, s: seed };
      return { name: "mail", data, opts: { jobId: id, priority, delay } };
    });
    const blobs = new Map(ready.flatMap(({ encoded }) => [...encoded.blobs]));
    await this.#confirmed.wait(() =>
      again(this.#confirmed, async () => {
        await storeBlobs(this.#client, this.#keys, blobs, this.#settings.attachmentSeconds);
        await this.#queue.addBulk(jobs);
        const entered = ready.map(({ id, encoded: { data } }) => ({ id, recipients: data.n, campaign: data.c }));
        await enter(this.#client, this.#keys, entered);
      }),
    );
    return Promise.all(ready.map((one, at) => this.#told(one, seeds[at])));
  }

  // Of a key that was used before, the first message stands in the job: with another seed.
  async #told({ index, id, encoded }: Ready, seed: string | undefined): Promise<EnqueueResult> {
    if (seed === undefined) return { index, id, added: true };
    const stands = await this.#confirmed.wait(() => this.#client.hget(this.#keys.job(id), "data"));
    // Already sent, and not kept.
    if (stands === null) return { index, id, added: true };
    if (stands === JSON.stringify({ ...encoded.data, s: seed })) return { index, id, added: true };
    if (digestOfStored(stands) === digestOf(encoded.data)) {
      const failed = { id, recipients: encoded.data.n, campaign: encoded.data.c };
      const added = await this.#confirmed.wait(() => revive(this.#queue, this.#client, this.#keys, failed));
      return { index, id, added };
    }
    return { index, error: new QueueError("queue.key", "the key was used before, for another message") };
  }
}

function digestOfStored(text: string): string {
  const stored: JobData & SentJobData = JSON.parse(text);
  return stored.h ?? digestOf(stored);
}

const AGAIN_AFTER_MS = 200;
const TIMES = 5;

async function again(confirmations: Confirmations, work: () => Promise<void>): Promise<void> {
  for (let time = 1; ; time++) {
    try {
      return await work();
    } catch (error) {
      if (time === TIMES || confirmations.isOver) throw error;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS * time));
    }
  }
}

function asError(error: unknown): Error {
  return isError(error) ? error : new Error(String(error));
}

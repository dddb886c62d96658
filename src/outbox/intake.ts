// Taking messages in: one at a time per key, a bounded number of bytes at once, all in the next group commit.
import { setImmediate } from "node:timers/promises";
import { Slots } from "../deliver/core/line.ts";
import { fieldsOf } from "../deliver/core/options.ts";
import type { Message } from "../message/types.ts";
import type { Rendered } from "../mime/render.ts";
import type { RawMail } from "../ses/parcel.ts";
import { Batch } from "./batch.ts";
import { type Entry, insertEntry } from "./changes.ts";
import type { Committer } from "./committer.ts";
import { type Connection, numberOf, optionalTextOf } from "./connection.ts";
import type { Due } from "./line.ts";
import type { OutboxSettings } from "./options.ts";
import {
  atIndex,
  checkEnqueueOptions,
  type EnqueueOptions,
  entryOf,
  type OutboxEntry,
  pack,
  type Rendering,
} from "./packing.ts";
import type { Pieces } from "./pieces.ts";
import { type Receipt, replayed, stored } from "./receipt.ts";
import { findRecord } from "./record.ts";

/** What the intake works with. */
export interface IntakeFrame {
  readonly db: Connection;
  readonly committer: Committer;
  readonly settings: OutboxSettings;
  /** Told of what was stored, once it is durable. */
  readonly onStored: (messages: readonly Due[]) => void;
}

// Messages, and bytes of them, that are written and not yet stored. The rest waits unwritten.
const MAX_AT_ONCE = 512;
const MAX_BYTES = 67_108_864;
// Bytes of a batch that are rendered before others have their turn: answers come in meanwhile.
const REST_AFTER = 4_194_304;

/** Takes messages in. */
export class Intake {
  readonly #frame: IntakeFrame;
  readonly #slots = new Slots(MAX_AT_ONCE, { bytes: MAX_BYTES });
  readonly #keys = new Map<string, Promise<unknown>>();
  readonly #running = new Set<Promise<unknown>>();
  #lastBatch: Promise<unknown> = Promise.resolve();

  constructor(frame: IntakeFrame) {
    this.#frame = frame;
  }

  /** Resolves when what was begun has come to its end. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#running);
  }

  take(mail: Message | Rendered | RawMail, options: EnqueueOptions): Promise<Receipt> {
    checkEnqueueOptions(options);
    const { key } = options;
    // Whoever comes second under a key finds the first one stored, or finds that it was refused.
    const before = key === undefined ? undefined : this.#keys.get(key);
    const work = () => this.#takeOne(mail, options);
    const run = before === undefined ? work() : before.then(work, work);
    return this.#tracked(run, new Set(key === undefined ? [] : [key]));
  }

  /** The entries are read one by one as they are stored: a generator need not have all of its messages in memory. */
  takeAll(batch: Iterable<OutboxEntry>): Promise<readonly Receipt[]> {
    const keys = new Set<string>();
    // One batch at a time: two that came upon each other's keys would wait for each other.
    const run: Promise<readonly Receipt[]> = this.#lastBatch.then(() =>
      this.#takeBatch(batch, (key) => this.#reserve(key, keys, run)),
    );
    this.#lastBatch = run.catch(() => {});
    return this.#tracked(run, keys);
  }

  async #tracked<T>(run: Promise<T>, keys: ReadonlySet<string>): Promise<T> {
    for (const key of keys) this.#keys.set(key, run);
    this.#running.add(run);
    try {
      return await run;
    } finally {
      this.#running.delete(run);
      for (const key of keys) if (this.#keys.get(key) === run) this.#keys.delete(key);
    }
  }

  /** Waits until a key is free, and takes it for a batch until that has come to its end. */
  async #reserve(key: string, own: Set<string>, run: Promise<unknown>): Promise<void> {
    // What came later under a key of the batch waits for the batch.
    if (own.has(key)) return;
    for (let held = this.#keys.get(key); held !== undefined; held = this.#keys.get(key))
      await Promise.allSettled([held]);
    own.add(key);
    this.#keys.set(key, run);
  }

  async #takeOne(mail: Message | Rendered | RawMail, options: EnqueueOptions): Promise<Receipt> {
    const { db, settings } = this.#frame;
    const { key } = options;
    const rendering = this.#rendering(key);
    const parcel = pack(mail, fieldsOf(options), settings, rendering);
    const release = await this.#slots.take(parcel.bytes, new AbortController().signal);
    try {
      const entry = await entryOf(parcel, key, rendering);
      const known = key === undefined ? undefined : findRecord(db, key);
      if (known !== undefined) return replayed(known, entry);
      const [id = 0] = await this.#store([entry]);
      return stored(id, key);
    } finally {
      release?.();
    }
  }

  // One message after the other: what they have in common is in memory once.
  async #takeBatch(batch: Iterable<OutboxEntry>, reserve: (key: string) => Promise<void>): Promise<readonly Receipt[]> {
    const work = new Batch(this.#frame.db);
    let index = 0;
    let sinceRest = 0;
    for (const { mail, ...options } of batch) {
      checkEnqueueOptions(options, index);
      if (options.key !== undefined) await reserve(options.key);
      try {
        const rendering = work.renderingUnder(options.key) ?? this.#rendering(options.key);
        const parcel = pack(mail, fieldsOf(options), this.#frame.settings, rendering);
        work.add(await entryOf(parcel, options.key, rendering));
        sinceRest += parcel.bytes;
      } catch (error) {
        throw atIndex(error, index);
      }
      index++;
      if (sinceRest < REST_AFTER) continue;
      sinceRest = 0;
      await setImmediate();
    }
    const ids = work.entries.length === 0 ? [] : await this.#store(work.entries);
    return work.receipts(ids);
  }

  #rendering(key: string | undefined): Rendering {
    const row =
      key === undefined ? undefined : this.#frame.db.get("SELECT created, seed FROM message WHERE key = ?", key);
    if (row === undefined) return { createdAt: this.#frame.settings.clock.wall(), seed: crypto.randomUUID() };
    return { createdAt: numberOf(row, "created"), seed: optionalTextOf(row, "seed") };
  }

  /** In one transaction: all of them, or none. */
  #store(entries: readonly Entry[]): Promise<readonly number[]> {
    const { db, committer, onStored } = this.#frame;
    return new Promise((resolve, reject) => {
      let ids: readonly number[] = [];
      committer.add({
        weight: entries.reduce((sum, { pieces }) => sum + weightOf(pieces), 0),
        apply: () => {
          ids = entries.map((entry) => insertEntry(db, entry));
        },
        done: () => {
          onStored(entries.map(({ bytes }, at) => ({ id: ids[at] ?? 0, bytes })));
          resolve(ids);
        },
        failed: reject,
      });
    });
  }
}

function weightOf({ rest, parts }: Pieces): number {
  return parts.reduce((sum, { bytes }) => sum + bytes.length, rest.length + 500);
}

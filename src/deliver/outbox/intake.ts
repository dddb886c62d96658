// Taking messages in: one at a time per key, a bounded number of bytes at once, all in the next group commit.

import { setImmediate } from "node:timers/promises";
import type { Message } from "../../mail/message/types.ts";
import type { Rendered } from "../../mail/render/render.ts";
import { Slots } from "../core/line.ts";
import type { RawMail } from "../core/prepared-send.ts";
import type { StoredPart, StoredPieces } from "./bodies.ts";
import { insertEntry, type NewRecord } from "./changes.ts";
import type { Committer } from "./committer.ts";
import type { Due } from "./due-queue.ts";
import type { OutboxSettings } from "./options.ts";
import {
  atIndex,
  conflict,
  entryOf,
  type FirstRendering,
  type OutboxEnqueueOptions,
  type OutboxEntry,
  outboxEnqueueOptions,
  pack,
  type Receipt,
  replayed,
  stored,
} from "./packing.ts";
import { findRecord } from "./record.ts";
import { type Connection, numberOf, optionalTextOf } from "./sqlite.ts";

/** What the intake works with. */
export interface IntakeFrame {
  readonly db: Connection;
  readonly committer: Committer;
  readonly settings: OutboxSettings;
  /** Called with what was stored, once it is durable. */
  readonly onStored: (messages: readonly Due[]) => void;
}

type GivenOptions = ReturnType<typeof outboxEnqueueOptions>;

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

  take(mail: Message | Rendered | RawMail, options: OutboxEnqueueOptions): Promise<Receipt> {
    const given = outboxEnqueueOptions(options);
    const { key } = given;
    // Whoever comes second under a key finds the first one stored, or finds that it was refused.
    const before = key === undefined ? undefined : this.#keys.get(key);
    const work = () => this.#takeOne(mail, given);
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

  async #takeOne(mail: Message | Rendered | RawMail, { key, fields }: GivenOptions): Promise<Receipt> {
    const { db, settings } = this.#frame;
    const rendering = this.#rendering(key);
    const parcel = pack(mail, fields, settings, rendering);
    const release = await this.#slots.take(parcel.bytes);
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
      const { key, fields } = outboxEnqueueOptions(options, index);
      if (key !== undefined) await reserve(key);
      try {
        const rendering = work.renderingUnder(key) ?? this.#rendering(key);
        const parcel = pack(mail, fields, this.#frame.settings, rendering);
        work.add(await entryOf(parcel, key, rendering));
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

  #rendering(key: string | undefined): FirstRendering {
    const row =
      key === undefined ? undefined : this.#frame.db.get("SELECT created, seed FROM message WHERE key = ?", key);
    if (row === undefined) return { createdAt: this.#frame.settings.clock.wall(), seed: crypto.randomUUID() };
    return { createdAt: numberOf(row, "created"), seed: optionalTextOf(row, "seed") };
  }

  /** In one transaction: all of them, or none. */
  #store(entries: readonly NewRecord[]): Promise<readonly number[]> {
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

function weightOf({ rest, parts }: StoredPieces): number {
  return parts.reduce((sum, { bytes }) => sum + bytes.length, rest.length + 500);
}

// Messages that are stored together: what several of them hold is in memory once, and a key means one message.

/** Gathers the entries of one transaction. */
export class Batch {
  readonly entries: NewRecord[] = [];
  readonly #db: Connection;
  readonly #parts = new Map<string, StoredPart>();
  readonly #byKey = new Map<string, number>();
  readonly #receipts: ((ids: readonly number[]) => Receipt)[] = [];

  constructor(db: Connection) {
    this.#db = db;
  }

  /** How an earlier message of the batch under the same key was rendered. */
  renderingUnder(key: string | undefined): FirstRendering | undefined {
    return this.entries[this.#placeOf(key)];
  }

  /** @throws OutboxError `outbox.conflict` */
  add(entry: NewRecord): void {
    // What is kept for the receipt must not hold the entry: each has its own copy of what is shared.
    const { key } = entry;
    const known = key === undefined ? undefined : findRecord(this.#db, key);
    if (known !== undefined) {
      const receipt = replayed(known, entry);
      this.#receipts.push(() => receipt);
      return;
    }
    const place = this.#placeOf(key);
    const earlier = this.entries[place];
    if (earlier !== undefined) {
      if (earlier.sha256 !== entry.sha256 || earlier.terms !== entry.terms) throw conflict();
      this.#receipts.push((ids) => Object.freeze({ ...stored(ids[place] ?? 0, key), replayed: true }));
      return;
    }
    const own = this.entries.length;
    if (key !== undefined) this.#byKey.set(key, own);
    this.entries.push(this.#sharing(entry));
    this.#receipts.push((ids) => stored(ids[own] ?? 0, key));
  }

  receipts(ids: readonly number[]): readonly Receipt[] {
    return this.#receipts.map((receipt) => receipt(ids));
  }

  #placeOf(key: string | undefined): number {
    return (key === undefined ? undefined : this.#byKey.get(key)) ?? -1;
  }

  #sharing(entry: NewRecord): NewRecord {
    const parts = entry.pieces.parts.map((part) => {
      const name = Buffer.from(part.hash).toString("hex");
      const first = this.#parts.get(name) ?? part;
      this.#parts.set(name, first);
      return { ...part, bytes: first.bytes };
    });
    return { ...entry, pieces: { ...entry.pieces, parts } };
  }
}

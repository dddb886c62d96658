// Messages that are stored together: what several of them hold is in memory once, and a key stands for one message.
import type { Entry } from "./changes.ts";
import type { Connection } from "./connection.ts";
import type { Rendering } from "./packing.ts";
import type { Part } from "./pieces.ts";
import { conflict, type Receipt, replayed, stored } from "./receipt.ts";
import { findRecord } from "./record.ts";

/** Gathers the entries of one transaction. */
export class Batch {
  readonly entries: Entry[] = [];
  readonly #db: Connection;
  readonly #parts = new Map<string, Part>();
  readonly #byKey = new Map<string, number>();
  readonly #receipts: ((ids: readonly number[]) => Receipt)[] = [];

  constructor(db: Connection) {
    this.#db = db;
  }

  /** How an earlier message of the batch under the same key was rendered. */
  renderingUnder(key: string | undefined): Rendering | undefined {
    return this.entries[this.#placeOf(key)];
  }

  /** @throws OutboxError `outbox.conflict` */
  add(entry: Entry): void {
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

  #sharing(entry: Entry): Entry {
    const parts = entry.pieces.parts.map((part) => {
      const name = Buffer.from(part.hash).toString("hex");
      const first = this.#parts.get(name) ?? part;
      this.#parts.set(name, first);
      return { ...part, bytes: first.bytes };
    });
    return { ...entry, pieces: { ...entry.pieces, parts } };
  }
}

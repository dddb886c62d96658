// Outcomes on their way to Redis: when it does not come back before the worker must end, they are given to the caller.
import type { SendResult } from "../deliver/core/result.ts";
import type { Begun, Entry, Ground, Holder, Ledger, Outcome, Settled } from "./ledger.ts";

/** An outcome that Redis did not confirm. */
export interface Unsaved {
  /** The job. */
  readonly id: string;
  readonly campaign?: string;
  readonly result: SendResult;
}

/** A ledger that remembers what it was told until that is confirmed. */
export class UnsavedLedger implements Ledger {
  readonly #inner: Ledger;
  readonly #pending = new Map<string, Unsaved>();

  constructor(inner: Ledger) {
    this.#inner = inner;
  }

  get unsaved(): readonly Unsaved[] {
    return [...this.#pending.values()];
  }

  look(id: string): Promise<Entry> {
    return this.#inner.look(id);
  }

  tried(id: string): Promise<unknown> {
    return this.#inner.tried(id);
  }

  ready(id: string): Promise<unknown> {
    return this.#inner.ready(id);
  }

  begin(holder: Holder, set: string): Promise<Begun> {
    return this.#inner.begin(holder, set);
  }

  async settle(holder: Holder, ground: Ground, outcome: Outcome): Promise<Settled> {
    const { result, data } = outcome;
    const campaign = data.c === undefined ? {} : { campaign: data.c };
    this.#pending.set(holder.attempt, { id: holder.id, ...campaign, result });
    const settled = await this.#inner.settle(holder, ground, outcome);
    this.#pending.delete(holder.attempt);
    return settled;
  }

  back(holder: Holder, counts: "counts" | "free"): Promise<number | undefined> {
    return this.#inner.back(holder, counts);
  }
}

// Who waits, in which order, and who may be in flight: the one waiting line of a sender, and the slots behind it.
import { shapeOf, wholeNumber } from "../../given.ts";
import { type Abortable, onAbort } from "./lifetime.ts";

interface Waiter<T> {
  readonly weight: number;
  readonly pass: (admitted: T) => void;
}

/**
 * A waiting line: first come, first served, so that a large one is not overtaken for ever. A waiter may leave it by a signal,
 * without a search. Weights are bytes, recipients or just ones.
 *
 * @example
 * const line = new WaitingLine((recipients) => (budget.take(recipients) ? true : undefined));
 * if (await line.enter(m.to.length, signal)) send(m);
 */
export class WaitingLine<T> {
  readonly #admit: (weight: number) => T | undefined;
  // A Set keeps the order and lets any waiter leave.
  readonly #waiting = new Set<Waiter<T>>();
  #weight = 0;

  /** @param admit - what the first in line gets, which takes its weight; undefined when none may pass yet */
  constructor(admit: (weight: number) => T | undefined) {
    this.#admit = admit;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** The weight of all who wait. */
  get weight(): number {
    return this.#weight;
  }

  /** The weights of those who wait, in their order. */
  *weights(): Generator<number> {
    for (const { weight } of this.#waiting) yield weight;
  }

  /** What `admit` gives at once, when no call waits before it; else {@link enter} waits. */
  pass(weight: number): T | undefined {
    return this.#waiting.size === 0 ? this.#admit(weight) : undefined;
  }

  /** Resolves with what `admit` gives when its turn comes; with undefined when the signal is aborted first. */
  enter(weight: number, signal?: Abortable): Promise<T | undefined> {
    if (signal?.aborted) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const forget = onAbort(signal, () => {
        this.#leave(waiter);
        resolve(undefined);
        this.advance();
      });
      const pass = (admitted: T) => {
        forget();
        resolve(admitted);
      };
      const waiter: Waiter<T> = { weight, pass };
      this.#waiting.add(waiter);
      this.#weight += weight;
      this.advance();
    });
  }

  /** Lets pass whoever may, from the first on. Called when something has changed. */
  advance(): void {
    for (const waiter of this.#waiting) {
      const admitted = this.#admit(waiter.weight);
      if (admitted === undefined) return;
      this.#leave(waiter);
      waiter.pass(admitted);
    }
  }

  #leave(waiter: Waiter<T>): void {
    if (this.#waiting.delete(waiter)) this.#weight -= waiter.weight;
  }
}

/** Bounds of the line. */
export interface QueueOptions {
  /** Messages that may wait before `trySend` refuses. 1,000 when absent. */
  readonly count?: number;
  /** Bytes of the messages in flight and waiting, before `trySend` refuses; no more than this is in flight. 64 MiB. */
  readonly bytes?: number;
}

/** How the bounds of the line are read. */
export const queueShape = shapeOf<QueueOptions>({ count: wholeNumber(1), bytes: wholeNumber(1) });

/** Given to who may start; called once at the end. */
export type Release = () => void;

/** Slots for messages in flight: a bound on calls and on the bytes they hold. */
export class Slots {
  readonly #max: { readonly inFlight: number; readonly count: number; readonly bytes: number };
  readonly #line = new WaitingLine<Release>((bytes) => this.#start(bytes));
  #inFlight = 0;
  #inFlightBytes = 0;

  constructor(inFlight: number, { count = 1_000, bytes = 67_108_864 }: QueueOptions = {}) {
    this.#max = { inFlight, count, bytes };
  }

  get queued(): number {
    return this.#line.size;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Whether a message of so many bytes would be let in line by `trySend`. */
  hasRoom(bytes: number): boolean {
    if (this.#inFlight === 0 && this.#line.size === 0) return true;
    const total = this.#inFlightBytes + this.#line.weight + bytes;
    return this.#line.size < this.#max.count && total <= this.#max.bytes;
  }

  /** A free slot: the way to give it back; undefined when one must wait for one. */
  pass(bytes: number): Release | undefined {
    return this.#line.pass(bytes);
  }

  /** Resolves with the way to give the slot back; with undefined when the signal was aborted first. */
  take(bytes: number, signal?: Abortable): Promise<Release | undefined> {
    return this.#line.enter(bytes, signal);
  }

  #start(bytes: number): Release | undefined {
    // A message larger than the bound goes alone rather than never.
    const fits = this.#inFlight < this.#max.inFlight && this.#inFlightBytes + bytes <= this.#max.bytes;
    if (!fits && this.#inFlight > 0) return undefined;
    this.#inFlight++;
    this.#inFlightBytes += bytes;
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#inFlight--;
      this.#inFlightBytes -= bytes;
      this.#line.advance();
    };
  }
}

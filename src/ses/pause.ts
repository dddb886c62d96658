// The daily quota is used up: nothing more is tried for minutes, because nothing more would be taken.
import type { Clock } from "./clock.ts";

/** Milliseconds that a sender rests after "Daily message quota exceeded". */
export const PAUSE_MS = 300_000;

/** A rest of the whole sender. */
export class Pause {
  #until = Number.NEGATIVE_INFINITY;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  begin(): void {
    this.#until = this.#clock.now() + PAUSE_MS;
  }

  /** Milliseconds that are left of it; 0 when there is none. */
  get left(): number {
    return Math.max(0, this.#until - this.#clock.now());
  }
}

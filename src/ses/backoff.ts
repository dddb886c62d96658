// How long to wait before a retry, and whether one may be made at all.
import type { Random } from "./clock.ts";

/** What retries may cost. */
export interface RetryOptions {
  /**
   * Retries, that is attempts after the first, when SES surely has not taken the message (throttling,
   * ServiceUnavailable); twice as many when no connection was made. 5 when absent.
   */
  readonly max?: number;
  /**
   * Retries when nothing listens at an endpoint on this machine (127.0.0.1, ::1, localhost) and nothing has answered there
   * before: it is not running. Twice `max` when that is given, else 0.
   */
  readonly loopback?: number;
  /** Retries after an ambiguous failure, with `onAmbiguous: "retry"`. 3 when absent. */
  readonly ambiguous?: number;
  /** Milliseconds: the first wait is at most this. 100 when absent. */
  readonly base?: number;
  /** Milliseconds: no wait is longer. 20,000 when absent. */
  readonly cap?: number;
  /** Retries that may be made at once before the share counts. 1,000 when absent. */
  readonly burst?: number;
  /** Retries per first attempt in the long run. 0.1 when absent. */
  readonly share?: number;
}

export const retryDefaults: Required<RetryOptions> = {
  max: 5,
  loopback: 0,
  ambiguous: 3,
  base: 100,
  cap: 20_000,
  burst: 1_000,
  share: 0.1,
};

/**
 * Full jitter: anywhere between 0 and a bound that doubles with each retry, so that clients which failed together do
 * not come back together.
 *
 * @param retry 0 for the first retry
 * @returns milliseconds
 */
export function backoff(retry: number, { base, cap }: { readonly base: number; readonly cap: number }, random: Random) {
  return random() * Math.min(cap, base * 2 ** Math.min(retry, 30));
}

/** A budget over all sends of a sender: an outage is not made worse by everybody's retries. */
export class RetryBudget {
  #tokens: number;
  readonly #burst: number;
  readonly #share: number;

  constructor({ burst, share }: { readonly burst: number; readonly share: number }) {
    this.#tokens = burst;
    this.#burst = burst;
    this.#share = share;
  }

  /** Every first attempt earns a share of a retry. */
  earn(): void {
    this.#tokens = Math.min(this.#burst, this.#tokens + this.#share);
  }

  /** Takes one retry; false when the budget is used up. */
  take(): boolean {
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}

// Which outcome of an attempt is tried again, after how long, and whether the budget of the sender allows it.
import type { Random } from "./clock.ts";
import type { AttemptRefused, AttemptUnknown } from "./outcome.ts";

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

/** What decides about retries of all calls of a sender. */
export interface RetryPolicy {
  readonly retries: Required<RetryOptions>;
  readonly onAmbiguous: "report" | "retry";
  readonly budget: RetryBudget;
  readonly random: Random;
}

/** The retries of one call. */
export class CallRetries {
  readonly #policy: RetryPolicy;
  #made = 0;
  #ambiguous = 0;
  #corrected = false;

  constructor(policy: RetryPolicy) {
    this.#policy = policy;
  }

  /**
   * Milliseconds to wait before the next attempt; undefined when there is none.
   *
   * @param pacing - whether the sender keeps a rate: retries after "too fast" are then paced already
   */
  after(outcome: AttemptRefused | AttemptUnknown, pacing: "paced" | "free"): number | undefined {
    if (outcome.kind === "unknown") return this.#afterUnknown();
    if (outcome.again !== "now") return undefined;
    if (outcome.corrected === true) return this.#afterCorrection();
    const { retries, budget } = this.#policy;
    // They wait as long as the call may last.
    const isPaced = outcome.throttled === "rate" && pacing === "paced";
    if (isPaced ? this.#made >= 4 * retries.max : this.#made >= mostRetries(outcome, retries)) return undefined;
    if (!isPaced && !budget.take()) return undefined;
    return Math.max(this.#backoff(this.#made++), outcome.retryAfter ?? 0);
  }

  #afterUnknown(): number | undefined {
    const { retries, budget, onAmbiguous } = this.#policy;
    if (onAmbiguous === "report" || this.#ambiguous >= retries.ambiguous || !budget.take()) return undefined;
    return this.#backoff(this.#ambiguous++);
  }

  // Once: what is wrong after the correction too is not mended by it.
  #afterCorrection(): number | undefined {
    if (this.#corrected) return undefined;
    this.#corrected = true;
    return 0;
  }

  #backoff(retry: number): number {
    return backoff(retry, this.#policy.retries, this.#policy.random);
  }
}

// An endpoint that starts again is away for seconds, and a connection that never was costs it nothing.
function mostRetries({ unreached }: AttemptRefused, { max, loopback }: Required<RetryOptions>): number {
  if (unreached === "absent") return loopback;
  return unreached === "away" ? 2 * max : max;
}

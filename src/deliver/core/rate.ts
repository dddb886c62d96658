// Recipients per second: a bucket that lends to one large message, and gives way when the service says "too fast".
import type { Clock } from "./clock.ts";

// What flows in is a little less than the rate, and the bucket holds just what is left of it in a second: any second
// then has at most the rate and one message, even when a late timer is made up for.
const INFLOW = 0.97;
const HOLDS_SECONDS = 0.03;
// Halved again and again, the rate stops here; from here it is back in about four seconds.
const LEAST_SHARE = 1 / 16;
const RECOVERY_PER_SECOND = 0.25;
// Refusals of one burst came from one mistake: the rate is halved once for all of them.
const HALVE_EVERY = 1_000;

interface Waiter {
  readonly recipients: number;
  readonly go: () => void;
}

/** The state of a rate, for events. */
export interface RateLevel {
  /** Recipients per second that are let through now. */
  readonly rate: number;
  /** Recipients that could go at once; negative while a large message is being paid back. */
  readonly level: number;
}

/**
 * Lets recipients through at a rate. First come, first served: a large message is not overtaken for ever.
 *
 * @example
 * const rate = new RateLimiter(14, systemClock);
 * await rate.take(m.to.length, signal);
 */
export class RateLimiter {
  #configured: number;
  #allowed: number;
  #level: number;
  #at: number;
  #halvedAt = Number.NEGATIVE_INFINITY;
  #callOff: (() => void) | undefined;
  // A Set keeps the order and lets any waiter leave without a search.
  readonly #waiting = new Set<Waiter>();
  readonly #clock: Clock;

  /** @param rate recipients per second; `Infinity` for no limit. */
  constructor(rate: number, clock: Clock) {
    this.#configured = rate;
    this.#allowed = rate;
    this.#level = rate === Number.POSITIVE_INFINITY ? 0 : rate * HOLDS_SECONDS;
    this.#clock = clock;
    this.#at = clock.now();
  }

  /** Another rate from now on: what the service's quota says may change. */
  setRate(rate: number): void {
    this.#refill();
    if (rate === this.#configured) return;
    const halved = this.#allowed < this.#configured;
    this.#configured = rate;
    this.#allowed = halved ? Math.min(this.#allowed, rate) : rate;
    this.#wake();
  }

  /** The service said that the sending rate is exceeded. */
  throttled(): void {
    this.#refill();
    const now = this.#clock.now();
    if (this.#configured === Number.POSITIVE_INFINITY || now - this.#halvedAt < HALVE_EVERY) return;
    this.#halvedAt = now;
    this.#allowed = Math.max(this.#configured * LEAST_SHARE, this.#allowed / 2);
  }

  /** Whether there is a limit at all. */
  get limited(): boolean {
    return this.#configured !== Number.POSITIVE_INFINITY;
  }

  get state(): RateLevel {
    this.#refill();
    return { rate: this.#allowed, level: this.#level };
  }

  /** Resolves when so many recipients may go. `false` when the signal was aborted first. */
  take(recipients: number, signal?: AbortSignal): Promise<boolean> {
    if (signal?.aborted) return Promise.resolve(false);
    if (this.#configured === Number.POSITIVE_INFINITY) return Promise.resolve(true);
    return new Promise((resolve) => {
      const onAbort = () => {
        this.#waiting.delete(waiter);
        this.#wake();
        resolve(false);
      };
      const go = () => {
        signal?.removeEventListener("abort", onAbort);
        resolve(true);
      };
      const waiter: Waiter = { recipients, go };
      signal?.addEventListener("abort", onAbort, { once: true });
      this.#waiting.add(waiter);
      this.#wake();
    });
  }

  // Anyone may go while nothing is owed, and owes for all recipients at once: that is the loan.
  #wake(): void {
    this.#refill();
    this.#callOff?.();
    this.#callOff = undefined;
    const unlimited = this.#configured === Number.POSITIVE_INFINITY;
    for (const waiter of this.#waiting) {
      if (!unlimited && this.#level < 0) break;
      this.#waiting.delete(waiter);
      if (!unlimited) this.#level -= waiter.recipients;
      waiter.go();
    }
    if (this.#waiting.size === 0) return;
    const wait = (-this.#level / (this.#allowed * INFLOW)) * 1_000;
    // While the rate recovers it changes under a long wait: look again at least so often.
    this.#callOff = this.#clock.after(Math.min(Math.max(wait, 1), HALVE_EVERY), () => this.#wake());
  }

  #refill(): void {
    const now = this.#clock.now();
    const seconds = Math.max(0, now - this.#at) / 1_000;
    this.#at = now;
    if (this.#configured === Number.POSITIVE_INFINITY) {
      this.#allowed = this.#configured;
      return;
    }
    this.#level = Math.min(this.#allowed * HOLDS_SECONDS, this.#level + seconds * this.#allowed * INFLOW);
    this.#allowed = Math.min(this.#configured, this.#allowed + seconds * this.#configured * RECOVERY_PER_SECOND);
  }
}

// What paces a send from outside: a rate that several processes share, and whatever else must be true before a call.

/**
 * Lets recipients through. Asked before every attempt of a call, the last thing before its first byte is written: what
 * must be on record before a message goes out can be put there.
 *
 * @example
 * const pacer: Pacer = {
 *   limited: true,
 *   state: { rate: 14, level: 0 },
 *   take: async (recipients, signal) => (await shared.wait(recipients, signal)) && (await ledger.begin(id)),
 *   throttled: () => shared.halve(),
 * };
 */
export interface Pacer {
  /**
   * Resolves with true when so many recipients may go. With false the call ends without this attempt: as `failed`,
   * code `send.aborted`, or as `unknown` when an earlier attempt may have been taken. Must not reject, and should
   * resolve soon after the signal is aborted.
   */
  take(recipients: number, signal: AbortSignal): Promise<boolean>;
  /** The service said that the sending rate is exceeded. */
  throttled(): void;
  /** Whether there is a rate at all: refusals because of it are then waited out rather than counted. */
  readonly limited: boolean;
  readonly state: RateLevel;
}

// Recipients per second: a bucket that lends to one large message, and gives way when the service says "too fast".
import type { Clock } from "./clock.ts";
import { WaitingLine } from "./line.ts";

// What flows in is a little less than the rate, and the bucket holds just what is left of it in a second: any second
// then has at most the rate and one message, even when a late timer is made up for.
const INFLOW = 0.97;
const HOLDS_SECONDS = 0.03;
// Halved again and again, the rate stops here; from here it is back in about four seconds.
const LEAST_SHARE = 1 / 16;
const RECOVERY_PER_SECOND = 0.25;
// Refusals of one burst came from one mistake: the rate is halved once for all of them.
const HALVE_EVERY = 1_000;

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
  readonly #line = new WaitingLine<true>((recipients) => this.#admit(recipients));
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

  /** Whether so many recipients may go at once: then they have gone, and nothing waits. */
  pass(recipients: number): boolean {
    this.#refill();
    return this.#line.pass(recipients) === true;
  }

  /** Resolves when so many recipients may go. `false` when the signal was aborted first. */
  async take(recipients: number, signal?: AbortSignal): Promise<boolean> {
    if (signal?.aborted) return false;
    if (!this.limited) return true;
    const entered = this.#line.enter(recipients, signal);
    this.#wake();
    const isAdmitted = await entered;
    // The timer may no longer be needed.
    if (isAdmitted === undefined) this.#wake();
    return isAdmitted ?? false;
  }

  // Anyone may go while nothing is owed, and owes for all recipients at once: that is the loan.
  #admit(recipients: number): true | undefined {
    if (!this.limited) return true;
    if (this.#level < 0) return undefined;
    this.#level -= recipients;
    return true;
  }

  #wake(): void {
    this.#refill();
    this.#callOff?.();
    this.#callOff = undefined;
    this.#line.advance();
    if (this.#line.size === 0) return;
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

/**
 * What paces a send from outside, such as a rate that several processes share. Asked before every attempt of a call. What
 * must be on record before the first byte goes into `beforeFirstByte` of the send.
 *
 * @example
 * const pacer: Pacer = {
 *   limited: true,
 *   state: { rate: 14, level: 0 },
 *   take: (recipients, signal) => shared.wait(recipients, signal),
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

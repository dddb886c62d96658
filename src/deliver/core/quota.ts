// The account's quota as the sender counts it: recipients of the last 24 hours, and the rate the service allows.

import type { Clock } from "./clock.ts";
import type { QuotaNumbers } from "./transport.ts";

const DAY = 86_400_000;
const SLICE = 900_000;
const REFRESH_AFTER = 60_000;

/** How the daily quota is kept. */
export interface QuotaOptions {
  /** Recipients of the quota that this sender leaves to others. 0 when absent. */
  readonly reserve?: number;
}

/** What `sender.quota()` tells. `Infinity` means no limit; an absent number was not reported by the service. */
export interface QuotaState {
  readonly max24Hour?: number;
  readonly maxRate?: number;
  /** Recipients of the last 24 hours: the service's count and what was sent since. */
  readonly used?: number;
  readonly left?: number;
}

/**
 * A count of the last 24 hours, started from what the service says and carried on here between its answers. Without
 * numbers (no permission, not asked) nothing is refused.
 */
export class QuotaCounter {
  #numbers: QuotaNumbers | undefined;
  #numbersAt = 0;
  #total = 0;
  /** Recipients of calls that are under way. */
  #claimed = 0;
  /** Recipients that may be counted twice: their calls were under way when the service counted. */
  #doubtful = 0;
  #onDrained: (() => void)[] = [];
  #askedAt = Number.NEGATIVE_INFINITY;
  // Own recipients since the numbers came, in slices of a quarter of an hour.
  readonly #slices = new Map<number, number>();
  readonly #clock: Clock;
  readonly #reserve: number;

  constructor(clock: Clock, { reserve = 0 }: QuotaOptions = {}) {
    this.#clock = clock;
    this.#reserve = reserve;
  }

  /** True at most once a minute, to the one who is to ask the service. */
  shouldAsk(): boolean {
    const now = this.#clock.now();
    if (now - this.#askedAt < REFRESH_AFTER) return false;
    this.#askedAt = now;
    return true;
  }

  /** Recipients of all calls of this sender so far. */
  get total(): number {
    return this.#total;
  }

  /** The service's answer. `since`: recipients that were sent while it was asked, which its count may not have. */
  learn(numbers: QuotaNumbers, since = 0): void {
    this.#numbers = numbers;
    this.#numbersAt = this.#clock.now();
    this.#slices.clear();
    this.#total -= since;
    if (since > 0) this.sent(since);
    this.#doubtful = since + this.#claimed;
  }

  /** Whether recipients that do not fit may fit after all, once the service has counted with nothing under way. */
  isUnsure(recipients: number): boolean {
    return !this.allows(recipients) && this.#fits(recipients, this.#doubtful);
  }

  /** Counts what is in doubt as sent: the service could not be asked again. */
  giveUpDoubt(): void {
    this.#doubtful = 0;
  }

  /** Waits until no call is under way. */
  drained(): Promise<void> {
    if (this.#claimed === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onDrained.push(resolve));
  }

  /**
   * Sets recipients of a call that is about to be made aside, so that calls in flight together stay within the quota.
   *
   * @returns what gives them back, as counted when the call was taken or may have been
   */
  claim(recipients: number): (outcome: "counted" | "free") => void {
    this.#claimed += recipients;
    let held = true;
    return (outcome) => {
      if (!held) return;
      held = false;
      this.#claimed -= recipients;
      if (outcome === "counted") this.sent(recipients);
      if (this.#claimed === 0) for (const wake of this.#onDrained.splice(0)) wake();
    };
  }

  /** Recipients of a call that SES took, or may have taken. */
  sent(recipients: number): void {
    this.#total += recipients;
    const slice = Math.floor(this.#clock.now() / SLICE);
    this.#slices.set(slice, (this.#slices.get(slice) ?? 0) + recipients);
    for (const old of this.#slices.keys()) if (old < slice - DAY / SLICE) this.#slices.delete(old);
  }

  /** Whether so many recipients fit into what is left beside the reserve. */
  allows(recipients: number): boolean {
    return this.#fits(recipients, 0);
  }

  #fits(recipients: number, more: number): boolean {
    const { max24Hour, used = 0 } = this.state;
    return max24Hour === undefined || recipients <= max24Hour - used + more - this.#claimed - this.#reserve;
  }

  /** Recipients per second; undefined when the service gave no usable number. */
  get rate(): number | undefined {
    return this.state.maxRate;
  }

  get state(): QuotaState {
    if (this.#numbers === undefined) return {};
    const max24Hour = limit(this.#numbers.max24Hour);
    const maxRate = limit(this.#numbers.maxRate);
    const used = this.#used(this.#numbers.sentLast24Hours ?? 0);
    return {
      ...(max24Hour === undefined ? {} : { max24Hour, left: Math.max(0, max24Hour - used) }),
      ...(maxRate === undefined ? {} : { maxRate }),
      used,
    };
  }

  #used(before: number): number {
    const now = this.#clock.now();
    let used = now - this.#numbersAt < DAY ? before : 0;
    const oldest = Math.floor((now - DAY) / SLICE);
    for (const [slice, count] of this.#slices) if (slice >= oldest) used += count;
    return used;
  }
}

// -1 is "unlimited". 0 is what accounts without a number show: the service itself will refuse.
function limit(value: number | undefined): number | undefined {
  if (value === undefined || value === 0) return undefined;
  return value < 0 ? Number.POSITIVE_INFINITY : value;
}

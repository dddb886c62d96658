// The account's rate and daily quota as one budget of all workers, seeded and corrected from what the service says.

import type { Redis } from "ioredis";
import type { RateLimiterRedis } from "rate-limiter-flexible";
import type { Clock } from "../deliver/core/clock.ts";
import type { QuotaState } from "../deliver/core/quota.ts";
import type { RateLevel } from "../deliver/core/rate.ts";
import { isError } from "../encoding/kinds.ts";
import { HALVE, LEARN, REST, SHOULD_ASK, TAKE, TAKEN } from "./budget-scripts.ts";
import { loadLimiter } from "./peers.ts";
import { type Grant, type Passage, Turnstile } from "./turnstile.ts";

/** Recipients per second, or `"quota"`: what the service allows. */
export type QueueRate = number | "quota";

/** What a budget is made of. */
export interface BudgetOptions {
  /** A connection of the budget's own: the limiter gives it a command. */
  readonly client: Redis;
  readonly clock: Clock;
  /** What stands before its names in Redis. */
  readonly prefix: string;
  /** No limit when undefined. */
  readonly rate: QueueRate | undefined;
  /** Recipients of the daily quota that are left to others; undefined when the quota is not kept. */
  readonly reserve: number | undefined;
  /** Asks the service. Numbers are absent where it does not tell them. */
  readonly askService: () => Promise<QuotaState>;
}

const ANSWER_HOLDS_MS = 60_000;
const LOOK_EVERY_MS = 10_000;
// After "Daily message quota exceeded" of our own: the service's count is looked at again before long.
const DAY_USED_UP_MS = 60_000;
// Between two looks for a rate that somebody else is about to learn.
const SOON_MS = 20;
// Share of a second that goes out together.
const TOGETHER_SECONDS = 0.02;
const NO_LIMIT = 1e9;

/** The budget, as one worker sees it. */
export class Budget {
  readonly #options: BudgetOptions;
  readonly #key: string;
  readonly #limiter: RateLimiterRedis;
  readonly #turnstile: Turnstile;
  #level: RateLevel = { rate: 1, level: 0 };
  #callOff: () => void = () => {};
  #closed = false;
  #learning: Promise<void> | undefined;

  private constructor(options: BudgetOptions, limiter: RateLimiterRedis) {
    const { clock, prefix } = options;
    this.#options = options;
    this.#key = `${prefix}:budget`;
    this.#limiter = limiter;
    this.#turnstile = new Turnstile({
      clock,
      ask: (recipients) => this.#ask(recipients),
      together: () => this.#level.rate * TOGETHER_SECONDS,
    });
  }

  /** Makes a budget. It learns its numbers when they are needed first. */
  static async open(options: BudgetOptions): Promise<Budget> {
    const { RateLimiterRedis: Limiter } = await loadLimiter();
    const { client: storeClient, prefix: keyPrefix } = options;
    // Points and duration mean nothing to our script but that more points than one are a refusal.
    const limiter = new Limiter({ storeClient, keyPrefix, points: 1, duration: 1, customIncrTtlLuaScript: TAKE });
    const budget = new Budget(options, limiter);
    if (budget.limited) budget.#lookLater(0);
    return budget;
  }

  /** Whether there is anything to keep to. */
  get limited(): boolean {
    return this.#options.rate !== undefined || this.#options.reserve !== undefined;
  }

  /** The rate that is let through, as it was when it was last looked at. */
  get state(): RateLevel {
    return this.limited ? this.#level : { rate: Number.POSITIVE_INFINITY, level: 0 };
  }

  /** Resolves when so many recipients may go, or when the day is used up. */
  take(recipients: number, signal: AbortSignal): Promise<Passage> {
    if (!this.limited) return Promise.resolve(signal.aborted ? { kind: "aborted" } : { kind: "go" });
    return this.#turnstile.take(recipients, signal);
  }

  /** The service said that the rate is exceeded. @returns whether that halved it for all workers */
  async halve(): Promise<boolean> {
    if (!this.limited) return false;
    const halved = (await HALVE(this.#options.client, [this.#key], [])) === 1;
    await this.#look();
    return halved;
  }

  /** Lets all workers rest: the service takes nothing more for so many milliseconds. */
  async rest(ms: number): Promise<void> {
    if (this.limited) await REST(this.#options.client, [this.#key], [ms]);
  }

  /** Leaves no timer behind. */
  close(): void {
    this.#closed = true;
    this.#callOff();
  }

  async #ask(recipients: number): Promise<Grant> {
    const { consumedPoints, msBeforeNext } = await this.#consume(recipients);
    switch (consumedPoints) {
      case TAKEN.go:
        return { kind: "go", in: msBeforeNext };
      case TAKEN.rest:
        return { kind: "day", in: msBeforeNext };
      case TAKEN.day:
        return { kind: "day", in: DAY_USED_UP_MS };
      case TAKEN.unset:
        await this.#learn();
        return { kind: "later", in: SOON_MS };
      default:
        return { kind: "later", in: msBeforeNext };
    }
  }

  // The limiter rejects with its answer when that is a refusal, and with an error when there is none.
  async #consume(recipients: number): Promise<{ readonly consumedPoints: number; readonly msBeforeNext: number }> {
    try {
      return await this.#limiter.consume("budget", recipients);
    } catch (refusal) {
      if (isError(refusal) || !isAnswer(refusal)) throw refusal;
      return refusal;
    }
  }

  #lookLater(ms: number): void {
    if (this.#closed) return;
    this.#callOff = this.#options.clock.after(ms, () => {
      this.#learn()
        .catch(() => {})
        .finally(() => this.#lookLater(LOOK_EVERY_MS));
    });
  }

  // One at a time, whoever wants it.
  #learn(): Promise<void> {
    this.#learning ??= this.#learnOnce().finally(() => {
      this.#learning = undefined;
    });
    return this.#learning;
  }

  async #learnOnce(): Promise<void> {
    const { client, rate, reserve, prefix, askService } = this.#options;
    const asks = rate === "quota" || reserve !== undefined;
    const fixed = rate === "quota" ? "" : (rate ?? NO_LIMIT);
    if (!asks) await LEARN(client, [this.#key], [fixed, "", "", ""]);
    else {
      const before = await SHOULD_ASK(client, [this.#key, `${prefix}:asking`], [ANSWER_HOLDS_MS]);
      if (typeof before === "string") {
        const { maxRate, max24Hour, used = 0 } = await askService().catch((): QuotaState => ({}));
        const max = max24Hour === undefined || !Number.isFinite(max24Hour) ? "" : max24Hour - (reserve ?? 0);
        const found = rate === "quota" ? rateOf(maxRate) : fixed;
        await LEARN(client, [this.#key], [found, max, used, before]);
      }
    }
    await this.#look();
  }

  async #look(): Promise<void> {
    const [allowed, rate, next] = await this.#options.client.hmget(this.#key, "allowed", "rate", "next");
    const known = Number(allowed ?? rate ?? 1);
    const owed = Math.max(0, Number(next ?? 0) - this.#options.clock.wall());
    this.#level = { rate: known, level: (-owed / 1_000) * known };
  }
}

function rateOf(maxRate: number | undefined): number | "" {
  return maxRate === undefined ? "" : Math.min(maxRate, NO_LIMIT);
}

function isAnswer(value: unknown): value is { readonly consumedPoints: number; readonly msBeforeNext: number } {
  return typeof value === "object" && value !== null && "consumedPoints" in value && "msBeforeNext" in value;
}

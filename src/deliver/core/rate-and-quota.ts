// The rates of a sender: one that was given, one that comes from the service's quota, and the daily count with it.

import { type Attempted, attempt, type Deadlines } from "./attempt.ts";
import type { Clock } from "./clock.ts";
import { Lifetime, onAbort } from "./lifetime.ts";
import type { RateOption } from "./options.ts";
import { QuotaCounter, type QuotaOptions, type QuotaState } from "./quota.ts";
import type { Pacer } from "./rate.ts";
import { RateLimiter } from "./rate.ts";
import type { MailTransport, QuotaAnswer, QuotaNumbers, SendHooks } from "./transport.ts";

/** What keeps rate and quota is made of. */
export interface RateAndQuotaOptions {
  readonly transport: MailTransport;
  readonly clock: Clock;
  readonly deadlines: Required<Deadlines>;
  readonly rate: RateOption | undefined;
  readonly share: number;
  readonly quota: QuotaOptions | undefined;
  /** Called after every question to the service, with the reason when there was no usable answer. */
  readonly onAsked: (refusal: QuotaRefusal | undefined) => void;
}

/** Why the service did not tell its quota. */
export interface QuotaRefusal {
  readonly code: string;
  /** Of a client or a connection; the service's code says enough. */
  readonly message?: string;
}

// Until the service has reported its rate, the one that every account has: the sandbox's.
const LEAST_RATE = 1;

/** Keeps rates and quota. */
export class RateAndQuota {
  readonly counter: QuotaCounter;
  readonly #options: RateAndQuotaOptions;
  readonly #given: RateLimiter;
  #fromQuota: RateLimiter | undefined;
  #asking: Promise<void> | undefined;
  #recounting: Promise<void> | undefined;
  readonly #lives = new Set<Lifetime>();

  constructor(options: RateAndQuotaOptions) {
    this.#options = options;
    const { rate, share, clock } = options;
    this.counter = new QuotaCounter(clock, options.quota);
    const limit = typeof rate === "number" ? rate / share : Number.POSITIVE_INFINITY;
    this.#given = new RateLimiter(limit, clock);
  }

  /** The limiter of the sender itself. */
  get current(): Pacer {
    const { rate } = this.#options;
    if (typeof rate === "object") return rate;
    return rate === "quota" ? (this.#fromQuota ?? this.#given) : this.#given;
  }

  /** Whether the daily quota is kept. */
  get keepsQuota(): boolean {
    return this.#options.quota !== undefined || this.#fromQuota !== undefined || this.#options.rate === "quota";
  }

  /**
   * A rate for one send or one run. A number other than the sender's becomes a limiter, which all of its calls share.
   */
  paced(rate: RateOption | undefined): RateOption | undefined {
    if (typeof rate !== "number" || rate === this.#options.rate) return rate;
    return new RateLimiter(rate / this.#options.share, this.#options.clock);
  }

  /** The limiter for a rate: the sender's own when none was paced. Asks for the quota when that is due. */
  limiter(rate: RateOption | undefined = this.#options.rate): Pacer | Promise<Pacer> {
    if (rate === "quota") this.#fromQuota ??= new RateLimiter(LEAST_RATE / this.#options.share, this.#options.clock);
    const limiter = rate === "quota" ? (this.#fromQuota ?? this.#given) : typeof rate === "object" ? rate : this.#given;
    if (rate !== "quota" && this.#options.quota === undefined) return limiter;
    return this.#ask().then(() => limiter);
  }

  /** The quota as it is known, asked for when the last answer is older than a minute. */
  async state(): Promise<QuotaState> {
    await this.#ask();
    await this.#asking;
    return this.counter.state;
  }

  /**
   * Asks again when nothing is under way, for all who wait for it: what was under way the last time may be counted twice,
   * by the service and here. Ends early with the call.
   */
  async recount(life: Lifetime): Promise<void> {
    this.#recounting ??= this.#recount().finally(() => {
      this.#recounting = undefined;
    });
    const recounting = this.#recounting;
    await new Promise<void>((resolve) => {
      const forget = onAbort(life, resolve);
      recounting.finally(() => {
        forget();
        resolve();
      });
    });
  }

  async #recount(): Promise<void> {
    await this.counter.drained();
    this.#asking = this.#askService();
    await this.#asking;
  }

  // The first answer is waited for; later ones come while the old one still holds.
  #ask(): Promise<void> {
    const first = this.#asking === undefined;
    if (!this.counter.shouldAsk()) return first ? Promise.resolve() : this.#known();
    this.#asking = this.#askService();
    return this.#known();
  }

  #known(): Promise<void> {
    const state = this.counter.state;
    return state.used === undefined && this.#asking !== undefined ? this.#asking : Promise.resolve();
  }

  async #askService(): Promise<void> {
    const { transport, clock, deadlines, share, onAsked } = this.#options;
    const life = new Lifetime(clock, undefined);
    this.#lives.add(life);
    life.begin(deadlines.total);
    const before = this.counter.total;
    const ask = async (hooks: SendHooks) => (await transport.quota?.(hooks)) ?? NO_QUOTA;
    const answer = answerOf(await attempt(ask, { clock, deadlines, life }));
    life.end();
    this.#lives.delete(life);
    if (!("numbers" in answer)) {
      this.counter.giveUpDoubt();
      return onAsked(answer);
    }
    this.counter.learn(answer.numbers, this.counter.total - before);
    this.#fromQuota?.setRate((this.counter.rate ?? LEAST_RATE) / share);
    onAsked(undefined);
  }

  /** Stops what is being asked. */
  close(): void {
    for (const life of this.#lives) life.stop("send.closed");
  }
}

const NO_QUOTA: QuotaRefusal = { code: "send.client", message: "the transport has no quota to ask for" };

function answerOf(attempted: Attempted<QuotaAnswer>): QuotaAnswer {
  if (attempted.kind === "done") return trustedAnswer(attempted.value);
  if (attempted.kind === "stopped") return { code: attempted.code, message: "the question for the quota was stopped" };
  return { code: "send.client", message: "the question for the quota ended with an error" };
}

// Transports are written by others: a number that is none would stop the sender, or let it go as fast as it likes.
function trustedAnswer(value: unknown): QuotaAnswer {
  try {
    const { numbers, code, message } = { ...readable(value) };
    if (typeof numbers === "object" && numbers !== null) return { numbers: trustedNumbers({ ...readable(numbers) }) };
    if (typeof code === "string") return { code, ...(typeof message === "string" ? { message } : {}) };
  } catch {
    // a getter or a proxy throws
  }
  return { code: "send.response", message: "the transport did not say what its quota is" };
}

function trustedNumbers({ max24Hour, maxRate, sentLast24Hours }: Readonly<Record<string, unknown>>): QuotaNumbers {
  return {
    ...(isFiniteNumber(max24Hour) ? { max24Hour } : {}),
    ...(isFiniteNumber(maxRate) ? { maxRate } : {}),
    ...(isFiniteNumber(sentLast24Hours) ? { sentLast24Hours } : {}),
  };
}

function isFiniteNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function readable(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

// The account's rate and daily quota as one budget of all workers, seeded and corrected from what the service says; and
// the line of one worker in front of it.
import type { Redis } from "ioredis";
import type { Clock } from "../core/clock.ts";
import { sleep } from "../core/lifetime.ts";
import { WaitingLine } from "../core/line.ts";
import type { QuotaState } from "../core/quota.ts";
import type { RateLevel } from "../core/rate.ts";
import { HALVE, LEARN, REST, SHOULD_ASK, TAKE, TAKEN } from "./budget-scripts.ts";

/** When a message may go. */
export interface TakenPlace {
  /** Milliseconds until then. */
  readonly in: number;
  /** The same by a clock that all workers share. */
  readonly place: number;
}

/** What the budget says to messages. */
export type Grant =
  /** The first of them have these places. */
  | { readonly kind: "go"; readonly places: readonly TakenPlace[] }
  /** Not yet: ask again in so many milliseconds. */
  | { readonly kind: "later"; readonly in: number }
  /** The day is used up: no send for so many milliseconds. */
  | { readonly kind: "day"; readonly in: number };

/** How a message came through. */
export type Passage =
  /** It may go; where there is a `turn`, it is awaited right before the first byte. */
  | { readonly kind: "go"; readonly turn?: () => Promise<void> }
  | { readonly kind: "aborted" }
  /** Sent back: the day is used up, for so many milliseconds. */
  | { readonly kind: "day"; readonly in: number };

/** What a {@link SharedRateLine} needs. */
export interface SharedRateOptions {
  readonly clock: Clock;
  /** Asks for messages of so many recipients. */
  readonly ask: (recipients: readonly number[]) => Promise<Grant>;
  /** Recipients that are asked for at once. One message is asked for whatever its size. */
  readonly together: () => number;
}

type Admitted = ({ readonly kind: "go" } & TakenPlace) | Extract<Grant, { kind: "day" }>;

// A budget that cannot be asked is asked again.
const AFTER_AN_ERROR_MS = 500;

// Arguments of one question.
const MOST_AT_ONCE = 500;

/** The line in front of a budget that all workers share: one question at a time, for several messages where it is slow. */
export class SharedRateLine {
  readonly #options: SharedRateOptions;
  readonly #line = new WaitingLine<Admitted>((recipients) => this.#admit(recipients));
  readonly #spacing: Spacing;
  /** What the last question gave, and the recipients that each place is for. */
  #granted: Grant = { kind: "later", in: 0 };
  #places: { readonly recipients: number; readonly taken: TakenPlace }[] = [];
  #asking = false;

  constructor(options: SharedRateOptions) {
    this.#options = options;
    this.#spacing = new Spacing(options.clock);
  }

  get waiting(): number {
    return this.#line.size;
  }

  /** Resolves when the message may go, or is sent back. */
  async take(recipients: number, signal: AbortSignal): Promise<Passage> {
    const entered = this.#line.enter(recipients, signal);
    if (!this.#asking) void this.#serve();
    const grant = await entered;
    if (grant === undefined) return { kind: "aborted" };
    if (grant.kind === "day") return grant;
    const turn = this.#spacing.turnOf(grant.place);
    const isAborted = grant.in > 0 && (await sleep(this.#options.clock, grant.in, signal)) === "aborted";
    return isAborted ? { kind: "aborted" } : { kind: "go", turn };
  }

  async #serve(): Promise<void> {
    this.#asking = true;
    while (this.#line.size > 0) {
      const recipients = this.#first();
      const grant = await this.#ask(recipients);
      if (grant.kind === "later") await sleep(this.#options.clock, Math.max(1, grant.in));
      else this.#letThrough(grant, recipients);
    }
    this.#asking = false;
  }

  #first(): readonly number[] {
    const together = this.#options.together();
    const first: number[] = [];
    let recipients = 0;
    for (const weight of this.#line.weights()) {
      recipients += weight;
      if (first.length > 0 && (recipients > together || first.length === MOST_AT_ONCE)) break;
      first.push(weight);
    }
    return first;
  }

  async #ask(recipients: readonly number[]): Promise<Grant> {
    try {
      return await this.#options.ask(recipients);
    } catch {
      return { kind: "later", in: AFTER_AN_ERROR_MS };
    }
  }

  #letThrough(grant: Grant, recipients: readonly number[]): void {
    const places = grant.kind === "go" ? grant.places : [];
    this.#granted = grant;
    this.#places = places.map((taken, index) => ({ recipients: recipients[index] ?? 0, taken }));
    this.#line.advance();
    this.#granted = { kind: "later", in: 0 };
  }

  // The place of who left meanwhile goes to the next one, when it is for as many recipients.
  #admit(recipients: number): Admitted | undefined {
    const grant = this.#granted;
    if (grant.kind === "day") return grant;
    if (grant.kind === "later") return undefined;
    for (let one = this.#places.shift(); one !== undefined; one = this.#places.shift()) {
      if (one.recipients >= recipients) return { kind: "go", ...one.taken };
    }
    return undefined;
  }
}

// SES counts in a sliding second.
const SECOND_MS = 1_000;
// The places of a second at the full rate: they lie a little wider apart than the rate says (INFLOW of the scripts).
const SECOND_OF_PLACES_MS = SECOND_MS / 0.97;
// Longer than most wait for their mark.
const GIVEN_UP_MS = 2_000;

/**
 * Lets no more be written within a second than places were taken for within one. Between taking a place and writing there
 * is a mark on record: when a disk pauses, or the process, many messages have waited for it and are late together. Who is
 * late is made up for at once as far as the second before was not used, so that a pause costs no rate.
 */
export class Spacing {
  readonly #clock: Clock;
  #last: Promise<void> = Promise.resolve();
  /** Places that nothing was written for yet. */
  readonly #taken: number[] = [];
  /** Places in their order and when they were written, from the last one that is a second before the newest. */
  readonly #written: { readonly place: number; at: number }[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What the message of a place awaits right before its first byte. Called once for each place, in their order. */
  turnOf(place: number): () => Promise<void> {
    this.#taken.push(place);
    return () => {
      this.#last = this.#last.then(() => this.#next(place));
      return this.#last;
    };
  }

  async #next(own: number): Promise<void> {
    const written = this.#written;
    const newest = written.at(-1);
    const place = Math.max(this.#first(own), newest?.place ?? Number.NEGATIVE_INFINITY);
    const over = place - SECOND_OF_PLACES_MS;
    while ((written[1]?.place ?? Number.POSITIVE_INFINITY) <= over) written.shift();
    const before = written[0];
    const wait = before === undefined || before.place > over ? 0 : before.at + SECOND_MS - this.#clock.now();
    if (wait > 0) await sleep(this.#clock, wait);
    const at = this.#clock.now();
    if (newest?.place === place) newest.at = at;
    else written.push({ place, at });
  }

  // Marks come out of order: who comes first has the first place. Places of who gave up are dropped in the end.
  #first(own: number): number {
    const taken = this.#taken;
    while ((taken[0] ?? own) < own - GIVEN_UP_MS) taken.shift();
    return taken.shift() ?? own;
  }
}

/** Recipients per second, or `"quota"`: what the service allows. */
export type QueueRate = number | "quota";

/** What a budget is made of. */
export interface BudgetOptions {
  readonly client: Redis;
  readonly clock: Clock;
  /** The prefix of its names in Redis. */
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
// Between two looks for a rate that another worker is about to learn.
const SOON_MS = 20;
// Share of a second that is asked for at once: an answer may take as long before places stay unused.
const TOGETHER_SECONDS = 0.1;
const NO_LIMIT = 1e9;

/** The budget, as one worker sees it. */
export class Budget {
  readonly #options: BudgetOptions;
  readonly #key: string;
  readonly #line: SharedRateLine;
  #level: RateLevel = { rate: 1, level: 0 };
  #callOff: () => void = () => {};
  #closed = false;
  #learning: Promise<void> | undefined;

  /** It learns its numbers at once, so that they are known when they are needed first. */
  constructor(options: BudgetOptions) {
    const { clock, prefix } = options;
    this.#options = options;
    this.#key = `${prefix}:budget`;
    this.#line = new SharedRateLine({
      clock,
      ask: (recipients) => this.#ask(recipients),
      together: () => this.#level.rate * TOGETHER_SECONDS,
    });
    if (this.limited) this.#lookLater(0);
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
    return this.#line.take(recipients, signal);
  }

  /** The service said that the rate is exceeded. @returns whether that halved it for all workers */
  async halve(): Promise<boolean> {
    if (!this.limited) return false;
    const halved = (await HALVE(this.#options.client, [this.#key], [])) === 1;
    await this.#look();
    return halved;
  }

  /** Pauses all workers: the service accepts nothing for so many milliseconds. */
  async rest(ms: number): Promise<void> {
    if (this.limited) await REST(this.#options.client, [this.#key], [ms]);
  }

  /** Leaves no timer behind. */
  close(): void {
    this.#closed = true;
    this.#callOff();
  }

  async #ask(recipients: readonly number[]): Promise<Grant> {
    const answer = await TAKE(this.#options.client, [this.#key], recipients);
    const [said, ms, ...places]: readonly unknown[] = Array.isArray(answer) ? answer : [];
    switch (said) {
      case TAKEN.go:
        return { kind: "go", places: places.map((place) => placeAt(Number(place), Number(ms))) };
      case TAKEN.rest:
        return { kind: "day", in: Number(ms) };
      case TAKEN.day:
        return { kind: "day", in: DAY_USED_UP_MS };
      case TAKEN.unset:
        await this.#learn();
        return { kind: "later", in: SOON_MS };
      default:
        return { kind: "later", in: Number(ms ?? AFTER_AN_ERROR_MS) };
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

function placeAt(place: number, now: number): TakenPlace {
  return { in: Math.max(0, Math.ceil(place - now)), place };
}

function rateOf(maxRate: number | undefined): number | "" {
  return maxRate === undefined ? "" : Math.min(maxRate, NO_LIMIT);
}

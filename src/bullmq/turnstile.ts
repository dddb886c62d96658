// The line of one worker in front of a budget that all workers share: one question at a time, for as many messages at
// once as make no burst.
import type { Clock } from "../deliver/core/clock.ts";

/** What the budget says. */
export type Grant =
  /** They may go, in so many milliseconds. */
  | { readonly kind: "go"; readonly in: number }
  /** Not yet: ask again in so many milliseconds. */
  | { readonly kind: "later"; readonly in: number }
  /** The day is used up: nobody goes for so many milliseconds. */
  | { readonly kind: "day"; readonly in: number };

/** How somebody came through. */
export type Passage =
  | { readonly kind: "go" }
  | { readonly kind: "aborted" }
  /** Sent back: the day is used up, for so many milliseconds. */
  | { readonly kind: "day"; readonly in: number };

/** What a turnstile needs. */
export interface TurnstileOptions {
  readonly clock: Clock;
  /** Asks for recipients. Messages that are asked for together go together. */
  readonly ask: (recipients: number) => Promise<Grant>;
  /** Recipients that may go together. One message goes whatever its size. */
  readonly together: () => number;
}

interface Waiter {
  readonly recipients: number;
  readonly pass: (passage: Passage) => void;
}

// A budget that cannot be asked is asked again.
const AFTER_AN_ERROR = 500;

/** Lets messages through, first come, first served. */
export class Turnstile {
  readonly #options: TurnstileOptions;
  readonly #waiting = new Set<Waiter>();
  #asking = false;

  constructor(options: TurnstileOptions) {
    this.#options = options;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Resolves when the message may go, or is sent back. */
  take(recipients: number, signal: AbortSignal): Promise<Passage> {
    if (signal.aborted) return Promise.resolve({ kind: "aborted" });
    return new Promise((resolve) => {
      const pass = (passage: Passage) => {
        signal.removeEventListener("abort", onAbort);
        resolve(passage);
      };
      const waiter: Waiter = { recipients, pass };
      const onAbort = () => {
        this.#waiting.delete(waiter);
        pass({ kind: "aborted" });
      };
      signal.addEventListener("abort", onAbort, { once: true });
      this.#waiting.add(waiter);
      if (!this.#asking) void this.#serve();
    });
  }

  async #serve(): Promise<void> {
    this.#asking = true;
    while (this.#waiting.size > 0) {
      const { waiters, recipients } = this.#first();
      const grant = await this.#ask(recipients);
      if (grant.kind === "later") await this.#sleep(grant.in);
      else if (grant.kind === "day") this.#sendBack(grant.in);
      else this.#letThrough(waiters, grant.in);
    }
    this.#asking = false;
  }

  // Those at the head whose recipients make no burst together.
  #first(): { readonly waiters: readonly Waiter[]; readonly recipients: number } {
    const together = this.#options.together();
    const waiters: Waiter[] = [];
    let recipients = 0;
    for (const waiter of this.#waiting) {
      if (waiters.length > 0 && recipients + waiter.recipients > together) break;
      waiters.push(waiter);
      recipients += waiter.recipients;
    }
    return { waiters, recipients };
  }

  async #ask(recipients: number): Promise<Grant> {
    try {
      return await this.#options.ask(recipients);
    } catch {
      return { kind: "later", in: AFTER_AN_ERROR };
    }
  }

  #letThrough(waiters: readonly Waiter[], ms: number): void {
    for (const waiter of waiters) this.#waiting.delete(waiter);
    const go = () => {
      for (const waiter of waiters) waiter.pass({ kind: "go" });
    };
    if (ms <= 0) go();
    else this.#options.clock.after(ms, go);
  }

  #sendBack(ms: number): void {
    for (const waiter of this.#waiting) waiter.pass({ kind: "day", in: ms });
    this.#waiting.clear();
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#options.clock.after(Math.max(1, ms), resolve);
    });
  }
}

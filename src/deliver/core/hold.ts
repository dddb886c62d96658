// A hold: after a refusal that every message would get, nothing is tried for a while, then one message is, and its
// outcome says whether all go on.

import type { Clock } from "./clock.ts";
import { wholeMs } from "./clock.ts";
import type { RefusalScope } from "./outcome.ts";

/** Why nothing is tried. Holds no part of a message. */
export interface HoldReason {
  /** The service's code, or `send.quota`, `send.credentials`. */
  readonly code: string;
  /** One line for people; addresses in it are blotted out. */
  readonly message: string;
  readonly scope: RefusalScope;
  /** The set, where the refusal concerns one and the call named it. */
  readonly configurationSet?: string;
}

/** Who makes a call. The one after a wait is a probe. */
export interface Ticket {
  /** Changes whenever all go on: what a call of before says is out of date. */
  readonly epoch: number;
}

/** What a hold answers to a caller who wants to make a call. */
export type HoldEntry =
  | { readonly kind: "go"; readonly ticket: Ticket }
  /** Nothing is tried for so many milliseconds. */
  | { readonly kind: "held"; readonly reason: HoldReason; readonly left: number }
  /** A probe is on its way. */
  | { readonly kind: "wait"; readonly reason: HoldReason };

/** How long nothing is tried. Milliseconds. */
export interface HoldWaits {
  readonly first: number;
  /** The wait doubles with every probe that is refused too, up to this. */
  readonly max: number;
  /** As long as this, whatever the others say: another source knows. */
  readonly exactly?: number | undefined;
}

/** Open for all, shut for a while, or open for one. */
export class Hold {
  readonly #clock: Pick<Clock, "now">;
  #reason: HoldReason | undefined;
  #until = 0;
  #wait = 0;
  #epoch = 0;
  #probe: Ticket | undefined;
  readonly #waiting = new Set<() => void>();

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  /** Why not everybody may go; undefined when all may. */
  get reason(): HoldReason | undefined {
    return this.#reason;
  }

  /** Milliseconds until a call may go; 0 when one may now, unless a probe is on its way. */
  get left(): number {
    return this.#reason === undefined ? 0 : wholeMs(this.#until - this.#clock.now());
  }

  /** Whether {@link enter} would let a call go. */
  get isOpen(): boolean {
    return this.#reason === undefined || (this.left === 0 && this.#probe === undefined);
  }

  enter(): HoldEntry {
    const ticket: Ticket = { epoch: this.#epoch };
    if (this.#reason === undefined) return { kind: "go", ticket };
    const { left } = this;
    if (left > 0) return { kind: "held", reason: this.#reason, left };
    if (this.#probe !== undefined) return { kind: "wait", reason: this.#reason };
    this.#probe = ticket;
    return { kind: "go", ticket };
  }

  /** Whether a call that was let go may still go: it may have been shut meanwhile. */
  admits(ticket: Ticket): boolean {
    return this.#reason === undefined || ticket === this.#probe;
  }

  /** The next one is a probe, at once: the reason is known from before. */
  tryNow(reason: HoldReason): void {
    this.#reason = reason;
    this.#until = this.#clock.now();
  }

  /**
   * A call was refused.
   *
   * @returns the new wait in milliseconds; undefined when that changed nothing: it is shut already, or the call began
   * before all went on again
   */
  refuse(ticket: Ticket, reason: HoldReason, { first, max, exactly }: HoldWaits): number | undefined {
    const isProbe = ticket === this.#probe;
    if (!isProbe && (this.#reason !== undefined || ticket.epoch !== this.#epoch)) return undefined;
    const isSame = isProbe && (this.#reason?.code === "send.quota") === (reason.code === "send.quota");
    const own = isSame && this.#wait > 0 ? this.#wait * 2 : first;
    this.#wait = wholeMs(exactly ?? Math.min(own, Math.max(first, max)));
    this.#until = this.#clock.now() + this.#wait;
    this.#reason = reason;
    this.#probe = undefined;
    this.#wake();
    return this.#wait;
  }

  /** The service took the call, or refused its message alone. @returns whether all go on because of it */
  accept(ticket: Ticket): boolean {
    if (ticket !== this.#probe) return false;
    this.#probe = undefined;
    this.#reason = undefined;
    this.#wait = 0;
    this.#epoch++;
    this.#wake();
    return true;
  }

  /** The call said nothing about the reason: the next one is the probe. */
  release(ticket: Ticket): void {
    if (ticket !== this.#probe) return;
    this.#probe = undefined;
    this.#wake();
  }

  /** Resolves when the probe has an outcome, or when the signal is aborted. */
  outcome(signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.#probe === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      const end = () => {
        this.#waiting.delete(end);
        signal.removeEventListener("abort", end);
        resolve();
      };
      signal.addEventListener("abort", end, { once: true });
      this.#waiting.add(end);
    });
  }

  #wake(): void {
    for (const end of [...this.#waiting]) end();
  }
}

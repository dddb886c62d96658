// Holds: after a refusal that every message would get, nothing is tried for a while, then one message is, and its outcome
// says whether all go on. A refusal of the account holds up all calls of a sender, one of a configuration set those of that
// set.

import { type Clock, wholeMs } from "./clock.ts";
import { type Abortable, onAbort } from "./lifetime.ts";
import type { RefusalScope } from "./outcome.ts";
import type { RawCall } from "./transport.ts";

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

  /** Resolves when the probe has an outcome, or when it is aborted. */
  outcome(signal: Abortable): Promise<void> {
    if (signal.aborted || this.#probe === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      const end = () => {
        this.#waiting.delete(end);
        forget();
        resolve();
      };
      const forget = onAbort(signal, end);
      this.#waiting.add(end);
    });
  }

  #wake(): void {
    for (const end of [...this.#waiting]) end();
  }
}

/**
 * How long a sender tries nothing after a refusal that every message would get. Milliseconds.
 *
 * @example
 * sesSender({ client, pauses: { refusal: 1_000, max: 60_000 } });
 */
export interface Pauses {
  /** After a refusal of the account or of a configuration set, doubled each time up to `max`. 5,000 when absent. */
  readonly refusal?: number;
  /** After the daily quota was used up. 300,000 when absent. */
  readonly quota?: number;
  /** No wait is longer. 300,000 when absent, or the longer of the other two. */
  readonly max?: number;
}

export const pauseDefaults: Required<Pauses> = { refusal: 5_000, quota: 300_000, max: 300_000 };

/** What changed, for events. */
export type HoldChange =
  | ({ readonly type: "paused"; readonly retryAfter: number } & HoldReason)
  | ({ readonly type: "resumed" } & HoldReason);

/** All holds of a sender. */
export class Holds {
  readonly #clock: Clock;
  readonly #pauses: Required<Pauses>;
  readonly #changed: (change: HoldChange) => void;
  readonly #account: Hold;
  // By the name of the set; without one by the sender's address, whose identity may have its own set.
  readonly #sets = new Map<string, Hold>();

  constructor(clock: Clock, pauses: Required<Pauses>, changed: (change: HoldChange) => void) {
    this.#clock = clock;
    this.#pauses = pauses;
    this.#changed = changed;
    this.#account = new Hold(clock);
  }

  /** Whether the account is held. */
  get isHeld(): boolean {
    return this.#account.reason !== undefined;
  }

  /** The hold of a call's configuration set, if there ever was one. */
  setOf(send: RawCall): Hold | undefined {
    return this.#sets.size === 0 ? undefined : this.#sets.get(keyOf(send));
  }

  get account(): Hold {
    return this.#account;
  }

  /** @returns milliseconds until a further call is of use */
  refused(send: RawCall, tickets: Tickets, given: HoldReason, exactly: number | undefined): number {
    const name = send.fields.configurationSet;
    const isSet = given.scope === "configuration-set";
    const reason = isSet && name !== undefined ? { ...given, configurationSet: name } : given;
    const hold = isSet ? this.#madeFor(send) : this.#account;
    const first = reason.code === "send.quota" ? this.#pauses.quota : this.#pauses.refusal;
    const ticket = (isSet ? tickets.set : tickets.account) ?? { epoch: 0 };
    const wait = hold.refuse(ticket, reason, { first, max: this.#pauses.max, exactly });
    if (wait !== undefined) this.#changed({ type: "paused", ...reason, retryAfter: wait });
    return wait ?? (hold.left || first);
  }

  accepted(hold: Hold, ticket: Ticket | undefined): void {
    const { reason } = hold;
    if (ticket !== undefined && hold.accept(ticket) && reason !== undefined) {
      this.#changed({ type: "resumed", ...reason });
    }
  }

  #madeFor(send: RawCall): Hold {
    const key = keyOf(send);
    const hold = this.#sets.get(key) ?? new Hold(this.#clock);
    this.#sets.set(key, hold);
    return hold;
  }
}

function keyOf({ source, fields: { configurationSet } }: RawCall): string {
  return configurationSet ?? `<${source}>`;
}

interface Tickets {
  readonly account: Ticket | undefined;
  readonly set: Ticket | undefined;
}

/** The way of one call through the holds. */
export class Pass {
  readonly #holds: Holds;
  readonly #send: RawCall;
  #account: Ticket | undefined;
  #set: Ticket | undefined;

  constructor(holds: Holds, send: RawCall) {
    this.#holds = holds;
    this.#send = send;
  }

  /** Whether the call may be made now: nothing was shut since it was let in. */
  get isValid(): boolean {
    const set = this.#holds.setOf(this.#send);
    if (this.#account === undefined || !this.#holds.account.admits(this.#account)) return false;
    return set === undefined || (this.#set === undefined ? set.reason === undefined : set.admits(this.#set));
  }

  /** Asks to be let in. @returns what holds it up; undefined when it may go */
  enter(): Exclude<HoldEntry, { readonly kind: "go" }> | undefined {
    this.leave();
    const account = this.#holds.account.enter();
    if (account.kind !== "go") return account;
    const set = this.#holds.setOf(this.#send)?.enter();
    if (set !== undefined && set.kind !== "go") {
      this.#holds.account.release(account.ticket);
      return set;
    }
    this.#account = account.ticket;
    this.#set = set?.ticket;
    return undefined;
  }

  /** Resolves when the probe that it waits for has an outcome, or when it is aborted. */
  async probed(signal: Abortable): Promise<void> {
    await this.#holds.account.outcome(signal);
    await this.#holds.setOf(this.#send)?.outcome(signal);
  }

  /** The service took the message, or refused it alone. */
  accepted(): void {
    this.#holds.accepted(this.#holds.account, this.#account);
    const set = this.#holds.setOf(this.#send);
    if (set !== undefined) this.#holds.accepted(set, this.#set);
  }

  /**
   * The service refused more than the message.
   *
   * @param exactly - how long, in milliseconds, when the service says so
   * @returns milliseconds until a further call is of use
   */
  refused(reason: HoldReason, exactly?: number): number {
    // A refusal of the set is the account's consent.
    if (reason.scope === "configuration-set") this.#holds.accepted(this.#holds.account, this.#account);
    return this.#holds.refused(this.#send, { account: this.#account, set: this.#set }, reason, exactly);
  }

  /** The call is over, whatever came of it. */
  leave(): void {
    if (this.#account !== undefined) this.#holds.account.release(this.#account);
    if (this.#set !== undefined) this.#holds.setOf(this.#send)?.release(this.#set);
    this.#account = undefined;
    this.#set = undefined;
  }
}

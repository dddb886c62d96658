// What holds up the calls of a sender: a refusal of the account holds up all of them, one of a configuration set those
// of that set.

import type { Clock } from "./clock.ts";
import { Hold, type HoldEntry, type HoldReason, type Ticket } from "./hold.ts";
import type { RawCall } from "./transport.ts";

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

  /** Resolves when the probe that it waits for has an outcome, or when the signal is aborted. */
  async probed(signal: AbortSignal): Promise<void> {
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

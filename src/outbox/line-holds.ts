// Whether messages may go out: after a refusal that every message would get none does for a while, then one, and its
// outcome says whether all do. A sender may keep this rule too; the line does not rely on it.
import type { Clock } from "../deliver/core/clock.ts";
import { Hold, type HoldReason, type Ticket } from "../deliver/core/hold.ts";
import { pauseDefaults } from "../deliver/core/holds.ts";
import { ACCOUNT, type HoldRow } from "./held.ts";
import type { OutboxRecord } from "./record.ts";

/** A change of the holds, to be written down and told. */
export type HeldChange =
  | { readonly kind: "held"; readonly name: string; readonly reason: HoldReason; readonly wait: number }
  | { readonly kind: "free"; readonly name: string; readonly reason: HoldReason };

/** Somebody who was let go. */
export interface Leave {
  readonly account: Ticket;
  readonly set: { readonly hold: Hold; readonly ticket: Ticket } | undefined;
}

/** What a refusal says about how long it holds. */
export interface Refused {
  readonly reason: HoldReason;
  /** Milliseconds, where the sender knows. */
  readonly retryAfter: number | undefined;
}

// While a message of the set is on its way, the others look again after so long.
const LOOK_AGAIN_MS = 1_000;

/** The holds of an outbox. */
export class LineHolds {
  readonly #clock: Pick<Clock, "now">;
  readonly #account: Hold;
  readonly #sets = new Map<string, Hold>();

  /** @param rows what held the line when the last owner ended: one message of each is tried at once */
  constructor(clock: Pick<Clock, "wall">, rows: readonly HoldRow[]) {
    this.#clock = elapsed(clock);
    this.#account = new Hold(this.#clock);
    for (const { name, since: _, until: __, ...reason } of rows) {
      if (name === ACCOUNT) this.#account.tryNow(reason);
      else this.#madeFor(name).tryNow(reason);
    }
  }

  /** Whether any message may go. */
  get isOpen(): boolean {
    return this.#account.isOpen;
  }

  /** Milliseconds until one may; 0 without a hold. */
  get left(): number {
    return this.#account.left;
  }

  /** @returns leave to go; milliseconds to wait when the message's set is held; undefined when nobody may go */
  enter(recordOf: () => Pick<OutboxRecord, "fields" | "envelope"> | undefined): Leave | number | undefined {
    const account = this.#account.enter();
    if (account.kind !== "go") return undefined;
    // Without a hold of a set the record need not be read.
    const record = this.#sets.size === 0 ? undefined : recordOf();
    const hold = record === undefined ? undefined : this.#sets.get(nameOf(record));
    const set = hold?.enter();
    if (hold === undefined || set === undefined) return { account: account.ticket, set: undefined };
    if (set.kind === "go") return { account: account.ticket, set: { hold, ticket: set.ticket } };
    this.#account.release(account.ticket);
    return set.kind === "held" ? set.left : LOOK_AGAIN_MS;
  }

  /** The message was refused for a reason that holds for others. @returns milliseconds for it to wait, and what changed */
  refused({ account, set }: Leave, record: OutboxRecord, { reason, retryAfter }: Refused) {
    const isSet = reason.scope === "configuration-set";
    const name = isSet ? nameOf(record) : ACCOUNT;
    const hold = isSet ? this.#madeFor(name) : this.#account;
    const changes: HeldChange[] = isSet ? this.#accept(this.#account, account, ACCOUNT) : [];
    const { refusal, quota, max } = pauseDefaults;
    const first = reason.code === "send.quota" ? quota : refusal;
    const ticket = isSet ? (set?.ticket ?? { epoch: 0 }) : account;
    const wait = hold.refuse(ticket, reason, { first, max, exactly: retryAfter });
    if (wait !== undefined) changes.push({ kind: "held", name, reason, wait });
    return { wait: wait ?? retryAfter ?? (hold.left || first), changes };
  }

  /** The service took the message, or refused it alone. */
  accepted({ account, set }: Leave, record: OutboxRecord): readonly HeldChange[] {
    const own = set === undefined ? [] : this.#accept(set.hold, set.ticket, nameOf(record));
    return [...this.#accept(this.#account, account, ACCOUNT), ...own];
  }

  /** The message is back, whatever came of it. */
  released({ account, set }: Leave): void {
    this.#account.release(account);
    set?.hold.release(set.ticket);
  }

  #accept(hold: Hold, ticket: Ticket, name: string): HeldChange[] {
    const { reason } = hold;
    return hold.accept(ticket) && reason !== undefined ? [{ kind: "free", name, reason }] : [];
  }

  #madeFor(name: string): Hold {
    const hold = this.#sets.get(name) ?? new Hold(this.#clock);
    this.#sets.set(name, hold);
    return hold;
  }
}

function nameOf({ fields, envelope }: Pick<OutboxRecord, "fields" | "envelope">): string {
  return fields.configurationSet ?? `<${envelope.from}>`;
}

// Neither a clock that is set back nor a machine that sleeps lengthens a wait.
function elapsed({ wall }: Pick<Clock, "wall">): Pick<Clock, "now"> {
  let before = 0;
  let [time, steady] = [wall(), performance.now()];
  let last = time;
  return {
    now() {
      const [newTime, newSteady] = [wall(), performance.now()];
      if (newTime < last) {
        before += Math.max(last - time, newSteady - steady);
        [time, steady] = [newTime, newSteady];
      }
      last = newTime;
      return before + Math.max(newTime - time, newSteady - steady);
    },
  };
}

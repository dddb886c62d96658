// Whether messages may go out: after a refusal that every message would get none does for a while, then one, and its
// outcome says whether all do. A sender may keep this rule too; the line does not rely on it.
import type { Clock } from "../core/clock.ts";
import { Hold, type HoldReason, pauseDefaults, type Ticket } from "../core/holds.ts";
import type { RefusalScope } from "../core/outcome.ts";
import { SenderClosedError } from "../core/sender.ts";
import { OutboxError } from "./error.ts";
import type { OutboxHub } from "./events.ts";
import { countRecords, type OutboxCounts, type OutboxRecord } from "./record.ts";
import { type Connection, jsonOf, numberOf, type Row, textOf } from "./sqlite.ts";

/** A change of the holds, to be written down and reported. */
export type LineHoldChange =
  | { readonly kind: "held"; readonly name: string; readonly reason: HoldReason; readonly wait: number }
  | { readonly kind: "free"; readonly name: string; readonly reason: HoldReason };

/** A call that was let go. */
export interface SendingPermit {
  readonly account: Ticket;
  readonly set: { readonly hold: Hold; readonly ticket: Ticket } | undefined;
}

/** What a refusal says about how long it holds. */
export interface HoldingRefusal {
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

  /** @returns a permit; milliseconds to wait when the message's set is held; undefined when no message may go */
  enter(recordOf: () => Pick<OutboxRecord, "fields" | "envelope"> | undefined): SendingPermit | number | undefined {
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
  refused({ account, set }: SendingPermit, record: OutboxRecord, { reason, retryAfter }: HoldingRefusal) {
    const isSet = reason.scope === "configuration-set";
    const name = isSet ? nameOf(record) : ACCOUNT;
    const hold = isSet ? this.#madeFor(name) : this.#account;
    const changes: LineHoldChange[] = isSet ? this.#accept(this.#account, account, ACCOUNT) : [];
    const { refusal, quota, max } = pauseDefaults;
    const first = reason.code === "send.quota" ? quota : refusal;
    const ticket = isSet ? (set?.ticket ?? { epoch: 0 }) : account;
    const wait = hold.refuse(ticket, reason, { first, max, exactly: retryAfter });
    if (wait !== undefined) changes.push({ kind: "held", name, reason, wait });
    return { wait: wait ?? retryAfter ?? (hold.left || first), changes };
  }

  /** The service took the message, or refused it alone. */
  accepted({ account, set }: SendingPermit, record: OutboxRecord): readonly LineHoldChange[] {
    const own = set === undefined ? [] : this.#accept(set.hold, set.ticket, nameOf(record));
    return [...this.#accept(this.#account, account, ACCOUNT), ...own];
  }

  /** The message is back, whatever came of it. */
  released({ account, set }: SendingPermit): void {
    this.#account.release(account);
    set?.hold.release(set.ticket);
  }

  #accept(hold: Hold, ticket: Ticket, name: string): LineHoldChange[] {
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

// What holds the line, as it is in the file: for whoever looks at the outbox, and for its next owner.

/** Why messages wait, and until when. Times are milliseconds since 1970. */
export interface OutboxHold extends HoldReason {
  /** The first refusal. */
  readonly since: number;
  /** When one message tries again. In the past while the outbox has no owner, or while that one is on its way. */
  readonly until: number;
}

/** The state of an outbox. */
export interface OutboxStatus {
  readonly counts: OutboxCounts;
  /** What holds the line: the account's refusal, and those of configuration sets. Empty when all go out. */
  readonly held: readonly OutboxHold[];
}

/** What is held: nothing but a key, which says for whom. */
export interface HoldRow extends OutboxHold {
  readonly name: string;
}

/** The account's name among the holds. Sets have their own; without one it is the sender's address in brackets. */
export const ACCOUNT = "";

/** For the owner: added to files of before, which other releases read as ever. */
export function makeHoldTable(db: Connection): void {
  db.exec(`CREATE TABLE IF NOT EXISTS hold (
    name TEXT PRIMARY KEY, reason TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER NOT NULL
  ) STRICT`);
}

/** A hold as it is written; `since` stays that of the first refusal. */
export interface NewHold {
  readonly name: string;
  readonly reason: HoldReason;
  readonly since: number;
  readonly until: number;
}

export function writeHold(db: Connection, { name, reason, since, until }: NewHold): void {
  const sql = `INSERT INTO hold VALUES (?, ?, ?, ?)
    ON CONFLICT (name) DO UPDATE SET reason = excluded.reason, until = excluded.until`;
  db.run(sql, name, JSON.stringify(reason), since, until);
}

export function removeHold(db: Connection, name: string): void {
  db.run("DELETE FROM hold WHERE name = ?", name);
}

export function readHolds(db: Connection): readonly HoldRow[] {
  if (db.get("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'hold'") === undefined) return [];
  return db.all("SELECT name, reason, since, until FROM hold ORDER BY name").map(readHold);
}

function readHold(row: Row): HoldRow {
  const reason = jsonOf(row, "reason");
  if (!isReason(reason)) throw new OutboxError("outbox.damaged", "a record cannot be read: a hold has no reason");
  return Object.freeze({
    ...{ name: textOf(row, "name"), ...reason },
    ...{ since: numberOf(row, "since"), until: numberOf(row, "until") },
  });
}

const SCOPES: readonly RefusalScope[] = ["account", "configuration-set"];

function isReason(value: unknown): value is HoldReason {
  if (typeof value !== "object" || value === null || !("code" in value) || !("message" in value)) return false;
  return "scope" in value && SCOPES.some((scope) => scope === value.scope) && typeof value.code === "string";
}

/** The state of the outbox. */
export function readStatus(db: Connection): OutboxStatus {
  const held = readHolds(db).map(({ name: _, ...hold }) => Object.freeze(hold));
  return Object.freeze({ counts: countRecords(db), held: Object.freeze(held) });
}

// Until a file that could not be written is tried again.
const RETRY_MS = 1_000;

/**
 * Open, or shut: while the file cannot be written, or for good when the sender is closed. Goes by a monotonic clock.
 */
export class SendingSwitch {
  readonly #hub: OutboxHub;
  #stalledUntil: number | undefined;

  constructor(hub: OutboxHub) {
    this.#hub = hub;
  }

  isOpen(): boolean {
    return performance.now() >= (this.#stalledUntil ?? 0);
  }

  /** Something could not be written. For good when the sender is closed: it accepts nothing. */
  stall(error: unknown): void {
    const isNew = this.#stalledUntil === undefined;
    const closed = error instanceof SenderClosedError;
    this.#stalledUntil =
      closed || this.#stalledUntil === Number.POSITIVE_INFINITY
        ? Number.POSITIVE_INFINITY
        : performance.now() + RETRY_MS;
    const known = closed || error instanceof OutboxError;
    if (isNew) this.#hub.emit("stalled", known ? { code: error.code } : {});
  }

  /** Something could be written. */
  resume(): void {
    if (this.#stalledUntil === undefined || this.#stalledUntil === Number.POSITIVE_INFINITY) return;
    this.#stalledUntil = undefined;
    this.#hub.emit("resumed");
  }
}

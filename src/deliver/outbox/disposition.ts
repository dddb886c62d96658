// What an outcome of the sender means for the record: final, or once more, when, and for whom. Pure. It knows the words of
// the sender's policy (again now, later or never, and whom a refusal concerns) and no code of any service.
import { wholeMs } from "../core/clock.ts";
import type { AttemptRefused } from "../core/outcome.ts";
import {
  type CallResult,
  combineGroups,
  type Failed,
  type GroupResult,
  type SendResult,
  sendCodes,
} from "../core/result.ts";
import type { HoldingRefusal } from "./holds.ts";
import { groupsOf, type OutboxRecord } from "./record.ts";

/** How often and when it is tried again. Times are milliseconds. */
export interface RetrySchedule {
  readonly onAmbiguous: "report" | "retry";
  readonly maxAttempts: number;
  readonly retries: { readonly base: number; readonly cap: number };
}

/** What becomes of a record. */
export type Disposition =
  | { readonly kind: "final"; readonly state: "sent" | "unknown" | "dead"; readonly result: SendResult }
  | SendAgain;

/** It goes back in line. */
export interface SendAgain {
  readonly kind: "again";
  readonly result: SendResult;
  /** Undefined for everybody. */
  readonly pending: readonly string[] | undefined;
  /** Milliseconds from now. */
  readonly wait: number;
  /** Whether the attempt counts: what says nothing about the message does not bring it nearer to its end. */
  readonly counted: boolean;
  /** A reason that holds for other messages too; undefined when it is this one's own. */
  readonly refused: HoldingRefusal | undefined;
  readonly code: string;
}

/** @param record as it was handed to the sender, this attempt counted */
export function dispositionOf(record: OutboxRecord, latest: SendResult, schedule: RetrySchedule): Disposition {
  const { envelope, pending, attempts } = record;
  const done = doneBefore(record);
  const groups = [...done, ...groupsOf(latest, pending ?? envelope.to)];
  const result = combineGroups(groups, latest.attempts + (done.length === 0 ? 0 : (record.result?.attempts ?? 0)));
  const open = groups.filter((group) => isOpen(group, schedule));
  const [first] = open;
  if (first === undefined) return { kind: "final", state: finalState(groups), result };
  const refused = refusedIn(open, record);
  const excused = refused !== undefined || open.every((group) => standingOf(group.result) === "now");
  if (!excused && attempts >= schedule.maxAttempts) return { kind: "final", state: finalState(groups), result };
  return {
    ...{ kind: "again", result, refused, counted: !excused, code: refused?.reason.code ?? codeOf(first.result) },
    pending: open.length === groups.length ? undefined : open.flatMap((group) => group.recipients),
    wait: excused ? (refused?.retryAfter ?? 0) : waitAfter(attempts, schedule),
  };
}

/** The groups of a split message that have their final outcome from earlier attempts. */
function doneBefore({ result, pending }: OutboxRecord): readonly GroupResult[] {
  if (result === undefined || pending === undefined) return [];
  const still = new Set(pending);
  return (result.groups ?? []).filter(({ recipients }) => !recipients.some((one) => still.has(one)));
}

// Ends that the process itself asked for. They say nothing about the message.
const STOPPED: ReadonlySet<string> = new Set(["send.closed", "send.aborted"]);

// Results without a scope that concern everybody, whatever the service.
const OF_THE_ACCOUNT: ReadonlySet<string> = new Set(["send.quota", "send.credentials"]);

/** Where a group is: done, unknown, or refused and to be sent again now, later or never. */
function standingOf(result: CallResult): "sent" | "unknown" | AttemptRefused["again"] {
  if (result.status !== "failed") return result.status;
  if (STOPPED.has(result.code)) return "now";
  return result.retryable || scopeOf(result) !== "message" ? "later" : "never";
}

function scopeOf({ scope, code }: Failed): AttemptRefused["scope"] {
  return scope ?? (OF_THE_ACCOUNT.has(code) ? "account" : "message");
}

function isOpen({ result }: GroupResult, { onAmbiguous }: RetrySchedule): boolean {
  const standing = standingOf(result);
  return standing === "unknown" ? onAmbiguous === "retry" : standing === "now" || standing === "later";
}

// What is refused to everybody is not the message's fault either. The account's reason outweighs that of a set.
function refusedIn(groups: readonly GroupResult[], { fields }: OutboxRecord): HoldingRefusal | undefined {
  const all = groups.flatMap(({ result }) => {
    const scope = result.status === "failed" ? scopeOf(result) : "message";
    return result.status !== "failed" || scope === "message" ? [] : [{ result, scope }];
  });
  const found = all.find(({ scope }) => scope === "account") ?? all[0];
  if (found === undefined) return undefined;
  const { result, scope } = found;
  const set = scope === "account" ? undefined : fields.configurationSet;
  const own = { code: result.code, message: result.message, scope };
  const reason = set === undefined ? own : { ...own, configurationSet: set };
  const { retryAfter } = result;
  return { reason, retryAfter: retryAfter === undefined ? undefined : wholeMs(retryAfter) };
}

// No jitter: the sender spreads its calls already, and one outbox has one sender.
function waitAfter(attempts: number, { retries: { base, cap } }: RetrySchedule): number {
  return wholeMs(Math.min(cap, base * 2 ** Math.min(attempts - 1, 30)));
}

// The doubt outweighs the no: whoever looks at a record must see that some of it may have arrived.
function finalState(groups: readonly GroupResult[]): "sent" | "unknown" | "dead" {
  if (groups.some(({ result }) => result.status === "unknown")) return "unknown";
  return groups.some(({ result }) => result.status === "failed") ? "dead" : "sent";
}

/** The code of a result, for events: its own, or that of its cause; of several groups, none. */
export function codeOf(result: SendResult): string {
  if (result.status === "failed") return result.code;
  return result.status === "unknown" ? result.cause.code : result.status;
}

const OURS: ReadonlySet<string> = new Set(sendCodes);

/** Whether the service looked at the message: it took it, or found fault with it alone. */
export function wasLookedAt(result: SendResult): boolean {
  const all = result.groups?.map((group) => group.result) ?? [result];
  return all.some((one) => one.status === "sent" || (one.status === "failed" && isOfService(one)));
}

// A code that is not one of the sender's own is the service's. Without an attempt it was not asked.
function isOfService(result: Failed): boolean {
  return standingOf(result) === "never" && result.attempts > 0 && !OURS.has(result.code);
}

/** Whether the sender is closed. */
export function isSenderClosed({ kind, result }: Disposition): boolean {
  return kind === "again" && result.status === "failed" && result.code === "send.closed";
}

/** Whether the process itself stopped the send, and nothing of it went out by what the sender says. */
export function wasStopped({ kind, result }: Disposition): boolean {
  return kind === "again" && result.status === "failed" && STOPPED.has(result.code);
}

/** A no that the outbox itself says. */
export function refused(code: string, message: string): Failed {
  return Object.freeze({ status: "failed", code, message, retryable: false, attempts: 0 });
}

// What an outcome of the sender means for the record: final, or once more, when, and for whom. Pure.

import { wholeMs } from "../deliver/core/clock.ts";
import { combineGroups, type Failed, type GroupResult, type SendResult } from "../deliver/core/result.ts";
import { scopeOf } from "../deliver/ses/refusals.ts";
import type { Refused } from "./line-holds.ts";
import { groupsOf, type OutboxRecord } from "./record.ts";

/** How often and when it is tried again. Times are milliseconds. */
export interface Patience {
  readonly onAmbiguous: "report" | "retry";
  readonly maxAttempts: number;
  readonly retries: { readonly base: number; readonly cap: number };
}

/** What becomes of a record. */
export type Verdict =
  | { readonly kind: "final"; readonly state: "sent" | "unknown" | "dead"; readonly result: SendResult }
  | Again;

/** It goes back in line. */
export interface Again {
  readonly kind: "again";
  readonly result: SendResult;
  /** Undefined for everybody. */
  readonly pending: readonly string[] | undefined;
  /** Milliseconds from now. */
  readonly wait: number;
  /** Whether the attempt counts: what says nothing about the message does not bring it nearer to its end. */
  readonly counted: boolean;
  /** A reason that holds for other messages too; undefined when it is this one's own. */
  readonly refused: Refused | undefined;
  readonly code: string;
}

/** @param record as it was handed to the sender, this attempt counted */
export function judge(record: OutboxRecord, latest: SendResult, patience: Patience): Verdict {
  const { envelope, pending, attempts } = record;
  const groups = [...doneBefore(record), ...groupsOf(latest, pending ?? envelope.to)];
  const result = combineGroups(groups);
  const open = groups.filter((group) => isOpen(group, patience));
  const [first] = open;
  if (first === undefined) return { kind: "final", state: finalState(groups), result };
  const refused = refusedIn(open, record);
  const excused = refused !== undefined || open.every((group) => isExcused(group.result));
  if (!excused && attempts >= patience.maxAttempts) return { kind: "final", state: finalState(groups), result };
  return {
    ...{ kind: "again", result, refused, counted: !excused, code: refused?.reason.code ?? codeOf(first) },
    pending: open.length === groups.length ? undefined : open.flatMap((group) => group.recipients),
    wait: excused ? (refused?.retryAfter ?? 0) : waitAfter(attempts, patience),
  };
}

/** The groups of a split message that earlier attempts settled. */
function doneBefore({ result, pending }: OutboxRecord): readonly GroupResult[] {
  if (result === undefined || pending === undefined) return [];
  const still = new Set(pending);
  return (result.groups ?? []).filter(({ recipients }) => !recipients.some((one) => still.has(one)));
}

function isOpen({ result }: GroupResult, { onAmbiguous }: Patience): boolean {
  if (result.status === "unknown") return onAmbiguous === "retry";
  if (result.status !== "failed") return false;
  return result.retryable || result.code === "send.aborted" || scopeOf(result) !== undefined;
}

// An end that the process itself asked for: not the message's fault.
const EXCUSED: ReadonlySet<string> = new Set(["send.closed", "send.aborted"]);

function isExcused(result: GroupResult["result"]): boolean {
  return result.status === "failed" && EXCUSED.has(result.code);
}

// What is refused to everybody is not the message's fault either. The account's reason outweighs that of a set.
function refusedIn(groups: readonly GroupResult[], { fields }: OutboxRecord): Refused | undefined {
  const all = groups.flatMap(({ result }) => {
    const scope = result.status === "failed" ? scopeOf(result) : undefined;
    return result.status !== "failed" || scope === undefined ? [] : [{ result, scope }];
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
function waitAfter(attempts: number, { retries: { base, cap } }: Patience): number {
  return wholeMs(Math.min(cap, base * 2 ** Math.min(attempts - 1, 30)));
}

// The doubt outweighs the no: whoever looks at a record must see that some of it may have arrived.
function finalState(groups: readonly GroupResult[]): "sent" | "unknown" | "dead" {
  if (groups.some(({ result }) => result.status === "unknown")) return "unknown";
  return groups.some(({ result }) => result.status === "failed") ? "dead" : "sent";
}

function codeOf({ result }: GroupResult): string {
  if (result.status === "failed") return result.code;
  return result.status === "unknown" ? result.cause.code : result.status;
}

/** A no that the outbox itself says. */
export function refused(code: string, message: string): Failed {
  return Object.freeze({ status: "failed", code, message, retryable: false, attempts: 0 });
}

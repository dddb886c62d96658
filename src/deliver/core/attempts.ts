// One call, from its first attempt to its outcome: what is tried again, and what stays reported once an attempt may have
// been taken.
import { type Attempted, attempt, type Deadlines, MarkError } from "./attempt.ts";
import { type Clock, wholeMs } from "./clock.ts";
import { type HoldReason, type Holds, Pass } from "./holds.ts";
import { type Lifetime, type StopCode, sleep } from "./lifetime.ts";
import type {
  AttemptCause,
  AttemptOutcome,
  AttemptRefused,
  AttemptSent,
  AttemptUnknown,
  RefusalScope,
  RefusedRecipient,
} from "./outcome.ts";
import { trustedOutcome } from "./outcome.ts";
import { CallRetries, type RetryPolicy } from "./policy.ts";
import type { QuotaCounter } from "./quota.ts";
import { type Pacer, RateLimiter } from "./rate.ts";
import {
  type CallResult,
  type Failed,
  type GroupResult,
  ownMessageId,
  type SendCause,
  sha256,
  type Unknown,
} from "./result.ts";
import type { MailTransport, RawCall } from "./transport.ts";

/** One attempt that is about to write its first byte. */
export interface AttemptInfo {
  /** 1 for the first attempt of the call. */
  readonly attempt: number;
  /** Who gets this call; those of one group, where the message is split. */
  readonly recipients: readonly string[];
  /** Aborted when the attempt ends without having waited for the mark. */
  readonly signal: AbortSignal;
}

/** Called before any byte of an attempt can leave; when it rejects, nothing is sent. */
export type BeforeFirstByte = (info: AttemptInfo) => Promise<void> | void;

/** What the calls of a sender share. */
export interface CallFrame extends RetryPolicy {
  readonly transport: MailTransport;
  readonly clock: Clock;
  readonly deadlines: Required<Deadlines>;
  readonly holds: Holds;
  /** Milliseconds to wait when the daily quota, as it is kept here, is used up. */
  readonly quotaPause: number;
  /** Undefined when the daily quota is not kept. */
  readonly quota: QuotaCounter | undefined;
  /** Asks for the quota again once nothing is under way. */
  readonly recount: (life: Lifetime) => Promise<void>;
  readonly note: (what: "retry" | "throttled", attempts: number, code: string) => void;
}

/** What one call takes from its sender. */
export interface CallTerms {
  readonly rate: Pacer;
  readonly life: Lifetime;
  readonly beforeFirstByte: BeforeFirstByte | undefined;
}

type No = AttemptRefused | AttemptUnknown;

/** One call and how far it is. */
class Call {
  attempts = 0;
  /** Once set, "failed" is no longer true: an earlier attempt may have been taken. */
  doubt: AttemptUnknown | undefined;
  readonly send: RawCall;
  readonly pass: Pass;
  readonly retries: CallRetries;
  /** When it began to wait for the outcome of another attempt. */
  waitsSince: number | undefined;

  constructor(send: RawCall, frame: CallFrame) {
    this.send = send;
    this.pass = new Pass(frame.holds, send);
    this.retries = new CallRetries(frame);
  }
}

/** Sends until there is an outcome, for all recipients or for groups of them. Never rejects. */
export async function deliver(send: RawCall, frame: CallFrame, terms: CallTerms): Promise<readonly GroupResult[]> {
  const call = new Call(send, frame);
  const { life } = terms;
  const count = send.recipients.length;
  try {
    for (;;) {
      const holding = heldUp(call, frame, life);
      const ending = holding instanceof Promise ? await holding : holding;
      if (ending !== undefined) return await conclude(call, ending);
      // Nothing waits between the last look at the quota and the claim.
      while (!life.aborted && frame.quota?.isUnsure(count)) await frame.recount(life);
      const held = dayIsFull(call, frame);
      if (held !== undefined) return await conclude(call, held);
      const settle = frame.quota?.claim(count);
      const came = await once(call, frame, terms);
      // What may have been taken counts: the quota is rather kept too strictly than passed.
      settle?.(came.kind === "sent" || came.kind === "unknown" ? "counted" : "free");
      // Another call was refused meanwhile, for a reason that holds up this one too.
      if (came.kind === "overtaken") continue;
      if (came.kind === "ended") return await conclude(call, came);
      if (came.kind === "sent") {
        call.pass.accepted();
        return sentGroups(call, came);
      }
      const last = await beforeNext(call, came, frame, terms);
      if (last !== undefined) return await conclude(call, last);
    }
  } finally {
    call.pass.leave();
  }
}

/** Waits for the next attempt. @returns how the call ends when there is none */
async function beforeNext(
  call: Call,
  no: No,
  frame: CallFrame,
  { rate, life }: CallTerms,
): Promise<Ending | undefined> {
  const wait = react(call, no, frame, rate);
  if (wait === undefined) return ended(call, no);
  frame.note("retry", call.attempts, causeOf(no).code);
  if ((await sleep(frame.clock, wait, life)) === "elapsed") return undefined;
  // At the deadline the reason for the retries is worth more than the deadline's name.
  return life.code === "send.deadline" ? ended(call, no) : stoppedBy(life);
}

/**
 * Waits while another attempt shows whether all go on. Refused here, before the service would, while nothing is
 * tried.
 */
function heldUp(call: Call, frame: CallFrame, life: Lifetime): Ending | undefined | Promise<Ending | undefined> {
  if (call.pass.isValid) return undefined;
  const held = call.pass.enter();
  if (held === undefined) return undefined;
  return held.kind === "held" ? holdEnding(held.reason, held.left) : afterProbe(call, held.reason, frame, life);
}

async function afterProbe(
  call: Call,
  reason: HoldReason,
  frame: CallFrame,
  life: Lifetime,
): Promise<Ending | undefined> {
  const { clock, deadlines } = frame;
  call.waitsSince ??= clock.now();
  const left = call.waitsSince + deadlines.total - clock.now();
  const callOff = clock.after(Math.max(0, left), () => life.stop("send.deadline"));
  await call.pass.probed(life);
  callOff();
  if (life.code === "send.deadline") return holdEnding(reason, RETRY_SOON_MS);
  return life.code === undefined ? heldUp(call, frame, life) : stoppedBy(life);
}

// The other attempt took longer than this call may.
const RETRY_SOON_MS = 1_000;

function holdEnding({ code, message, scope }: HoldReason, left: number): Ending {
  return { kind: "ended", code, message, retryable: !OF_THE_SET_UP.has(code), scope, retryAfter: wholeMs(left) };
}

// Credentials or a region that are not there come by a change of the configuration, not by trying again.
const OF_THE_SET_UP: ReadonlySet<string> = new Set(["send.client", "send.credentials"]);

/** One attempt, when the rate lets it go. */
async function once(
  call: Call,
  frame: CallFrame,
  { rate, life, beforeFirstByte }: CallTerms,
): Promise<AttemptOutcome | Ending | { readonly kind: "overtaken" }> {
  const { send } = call;
  const { recipients } = send;
  const isFree = rate instanceof RateLimiter && !life.aborted && rate.pass(recipients.length);
  if (!isFree && !(await rate.take(recipients.length, life.signal))) return stoppedBy(life);
  if (!call.pass.isValid) return { kind: "overtaken" };
  const { transport, clock, deadlines, budget } = frame;
  const number = ++call.attempts;
  if (number === 1) budget.earn();
  life.begin(deadlines.total);
  const mark = beforeFirstByte && markOf(beforeFirstByte, number, recipients);
  const attempted = await attempt((hooks) => transport.send(send, hooks), { clock, deadlines, life, mark });
  if (attempted.kind === "threw" && attempted.error instanceof MarkError) return stoppedBy(life);
  return outcomeOf(attempted, recipients);
}

function markOf(beforeFirstByte: BeforeFirstByte, number: number, recipients: readonly string[]) {
  return (signal: () => AbortSignal) =>
    beforeFirstByte({
      ...{ attempt: number, recipients },
      get signal() {
        return signal();
      },
    });
}

// What was written decides where the transport itself said nothing.
function outcomeOf(attempted: Attempted<AttemptOutcome>, recipients: readonly string[]): AttemptOutcome {
  if (attempted.kind === "done") return trustedOutcome(attempted.value, recipients);
  const isStopped = attempted.kind === "stopped";
  if (isStopped && attempted.soFar !== undefined) return trustedOutcome(attempted.soFar, recipients);
  const code = isStopped ? attempted.code : "send.client";
  const message = isStopped ? STOPPED[attempted.code] : "the transport ended with an error of its own";
  if (attempted.written !== "none") return { kind: "unknown", cause: { code, message } };
  return { kind: "refused", again: code === "send.deadline" ? "now" : "never", scope: "message", code, message };
}

const STOPPED: Readonly<Record<StopCode, string>> = {
  "send.deadline": "the deadline passed without an answer",
  "send.aborted": "the caller aborted the send",
  "send.closed": "the sender was closed",
};

/** Milliseconds to wait before the next attempt; undefined when there is none. */
function react(call: Call, no: No, frame: CallFrame, rate: Pacer): number | undefined {
  if (no.kind === "unknown") call.doubt = no;
  else if (no.throttled !== undefined) {
    if (no.throttled === "rate") {
      rate.throttled();
      // A caller that gets the rate is known, and may send.
      call.pass.accepted();
    }
    frame.note("throttled", call.attempts, causeOf(no).code);
  }
  return call.retries.after(no, rate.limited ? "paced" : "free");
}

// Kept here: the service would refuse it.
function dayIsFull({ send, pass }: Call, { quota, quotaPause }: CallFrame): Ending | undefined {
  if (quota?.allows(send.recipients.length) !== false) return undefined;
  pass.leave();
  const message = "the quota of recipients in 24 hours is used up";
  const retryAfter = wholeMs(quotaPause);
  return { kind: "ended", code: "send.quota", message, retryable: true, scope: "account", retryAfter };
}

/** How a call ends without having been sent. */
interface Ending {
  readonly kind: "ended";
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
  readonly cause?: AttemptCause;
  readonly requestId?: string;
  readonly httpStatus?: number;
  readonly scope?: RefusalScope;
  readonly retryAfter?: number;
}

/** Reports to the other calls what the last attempt says about them, and to this one how long that holds. */
function ended(call: Call, no: No): Ending {
  if (no.kind === "unknown") return { kind: "ended", ...no.cause, retryable: false };
  const { code, message, again, scope, requestId, httpStatus, retryAfter, answered } = no;
  const ending: Ending = {
    ...{ kind: "ended", code, message, cause: causeOf(no), retryable: again !== "never" },
    ...(requestId === undefined ? {} : { requestId }),
    ...(httpStatus === undefined ? {} : { httpStatus }),
  };
  if (scope !== "message") {
    return { ...ending, scope, retryAfter: call.pass.refused({ code, message, scope }, retryAfter) };
  }
  // The service read the message and found fault with it alone.
  if (again !== "now" && answered === true) call.pass.accepted();
  return retryAfter === undefined ? ending : { ...ending, retryAfter: wholeMs(retryAfter) };
}

function stoppedBy({ code = "send.aborted" }: Lifetime): Ending {
  const message = "the send was stopped before it was written";
  return { kind: "ended", code, message, retryable: code !== "send.aborted" };
}

async function conclude(call: Call, ending: Ending): Promise<readonly GroupResult[]> {
  const { attempts, doubt, send } = call;
  return [group(send.recipients, doubt === undefined ? failed(attempts, ending) : await unknown(call, doubt))];
}

function group(recipients: readonly string[], result: CallResult): GroupResult {
  return Object.freeze({ recipients, result: Object.freeze(result) });
}

// Whoever was refused alone is in a separate group, with all who were refused for the same reason: none is dropped.
function sentGroups({ attempts, send }: Call, outcome: AttemptSent): readonly GroupResult[] {
  const { messageId, requestId, refused = [] } = outcome;
  const sent: CallResult = {
    ...{ status: "sent", messageId, attempts },
    ...(requestId === undefined ? {} : { requestId }),
  };
  if (refused.length === 0) return [group(send.recipients, sent)];
  const out = new Set(refused.map(({ recipient }) => recipient));
  const accepted = Object.freeze(send.recipients.filter((one) => !out.has(one)));
  const reasons = new Map<string, RefusedRecipient[]>();
  for (const one of refused) {
    const key = JSON.stringify([one.again, one.code, one.message]);
    const same = reasons.get(key);
    if (same === undefined) reasons.set(key, [one]);
    else same.push(one);
  }
  const others = [...reasons.values()].map((same) => refusedGroup(same, attempts));
  return accepted.length === 0 ? others : [group(accepted, sent), ...others];
}

function refusedGroup(same: readonly RefusedRecipient[], attempts: number): GroupResult {
  const [{ code, message, again } = NO_REASON] = same;
  const ending: Ending = { kind: "ended", code, message, retryable: again === "later" };
  return group(Object.freeze(same.map(({ recipient }) => recipient)), failed(attempts, ending));
}

const NO_REASON = { code: "send.response", message: "the service gave no reason", again: "never" } as const;

function failed(attempts: number, { kind: _, cause, ...ending }: Ending): Failed {
  const { code, message, httpStatus } = ending;
  const known = cause ?? { code, message, ...(httpStatus === undefined ? {} : { httpStatus }) };
  return { status: "failed", ...ending, attempts, ...(attempts === 0 ? {} : { cause: Object.freeze({ ...known }) }) };
}

function causeOf(no: No): SendCause {
  if (no.kind === "unknown") return no.cause;
  if (no.cause !== undefined) return no.cause;
  const { code, message, httpStatus } = no;
  return { code, message, ...(httpStatus === undefined ? {} : { httpStatus }) };
}

async function unknown({ send, attempts }: Call, { cause, requestId }: AttemptUnknown): Promise<Unknown> {
  const id = ownMessageId(send.raw);
  const { tags } = send.fields;
  return {
    status: "unknown",
    attempts,
    cause: Object.freeze({ ...cause }),
    sha256: await sha256(send.raw),
    ...(id === undefined ? {} : { ownMessageId: id }),
    ...(tags === undefined ? {} : { tags: Object.freeze({ ...tags }) }),
    ...(requestId === undefined ? {} : { requestId }),
  };
}

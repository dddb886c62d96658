// One call, from its first attempt to its outcome: which verdict is tried again, after how long, and what stays said
// once an attempt may have been taken.
import { attempt, type Deadlines } from "./attempt.ts";
import { backoff, type RetryBudget, type RetryOptions } from "./backoff.ts";
import { classify, type Verdict } from "./classify.ts";
import type { Clock, Random } from "./clock.ts";
import { sleep } from "./clock.ts";
import { ownMessageId, sha256 } from "./fingerprint.ts";
import type { HoldReason } from "./hold.ts";
import { type Holds, Pass } from "./holds.ts";
import type { Lifetime } from "./lifetime.ts";
import type { Pacer } from "./pacer.ts";
import type { QuotaCounter } from "./quota.ts";
import type { RefusalScope } from "./refusals.ts";
import type { CallResult, Failed, SendCause, Unknown } from "./send-result.ts";
import { wholeMs } from "./whole-ms.ts";
import type { RawSend, Wire } from "./wire/wire.ts";

/** What the calls of a sender share. */
export interface CallFrame {
  readonly wire: Wire;
  readonly clock: Clock;
  readonly random: Random;
  readonly retries: Required<RetryOptions>;
  readonly deadlines: Required<Deadlines>;
  readonly onAmbiguous: "report" | "retry";
  readonly budget: RetryBudget;
  readonly holds: Holds;
  /** Milliseconds to wait when the daily quota, as it is kept here, is used up. */
  readonly quotaPause: number;
  /** Undefined when the daily quota is not kept. */
  readonly quota: QuotaCounter | undefined;
  /** Asks for the quota again once nothing is under way. */
  readonly recount: (signal: AbortSignal) => Promise<void>;
  /** The service's clock against ours, in milliseconds, once it is known to differ. */
  readonly time: { skew: number | undefined };
  readonly note: (what: "retry" | "throttled", attempts: number, code: string) => void;
}

type No = Exclude<Verdict, { readonly kind: "sent" }>;

/** One call and how far it is. */
class Call {
  attempts = 0;
  retries = 0;
  again = 0;
  corrected = false;
  /** Once set, "failed" is no longer true: an earlier attempt may have been taken. */
  doubt: No | undefined;
  readonly send: RawSend;
  readonly pass: Pass;
  /** When it began to wait for the outcome of somebody else's attempt. */
  waitsSince: number | undefined;

  constructor(send: RawSend, holds: Holds) {
    this.send = send;
    this.pass = new Pass(holds, send);
  }
}

/** Sends until there is an outcome. Never rejects. */
export async function deliver(send: RawSend, frame: CallFrame, rate: Pacer, life: Lifetime): Promise<CallResult> {
  const call = new Call(send, frame.holds);
  try {
    return await attempts(call, frame, rate, life);
  } finally {
    call.pass.leave();
  }
}

async function attempts(call: Call, frame: CallFrame, rate: Pacer, life: Lifetime): Promise<CallResult> {
  for (;;) {
    const holding = await heldUp(call, frame, life);
    if (holding !== undefined) return conclude(call, holding);
    // Nothing waits between the last look at the quota and the claim.
    while (!life.signal.aborted && frame.quota?.isUnsure(call.send.recipients.length)) await frame.recount(life.signal);
    const held = dayIsFull(call, frame);
    if (held !== undefined) return conclude(call, held);
    const settle = frame.quota?.claim(call.send.recipients.length);
    const verdict = await paced(call, frame, rate, life);
    // What may have been taken counts: the quota is rather kept too strictly than passed.
    settle?.(verdict.kind === "sent" || verdict.kind === "ambiguous" ? "counted" : "free");
    // Another call was refused meanwhile, for a reason that holds up this one too.
    if (verdict.kind === "overtaken") continue;
    if (isHalt(verdict)) return conclude(call, verdict);
    if (verdict.kind === "sent") {
      const { messageId, requestId } = verdict;
      const detail = requestId === undefined ? {} : { requestId };
      call.pass.accepted();
      return Object.freeze({ status: "sent", messageId, attempts: call.attempts, ...detail });
    }
    const wait = react(call, verdict, frame, rate);
    if (wait === undefined) return conclude(call, ended(call, verdict));
    frame.note("retry", call.attempts, verdict.code);
    if ((await sleep(frame.clock, wait, life.signal)) === "aborted") {
      return conclude(call, ended(call, stopped(life, verdict)));
    }
  }
}

/**
 * Waits while somebody else's attempt shows whether all go on. Refused here, before the service would, while nothing is
 * tried.
 */
async function heldUp(call: Call, frame: CallFrame, life: Lifetime): Promise<Halt | undefined> {
  const { clock, deadlines } = frame;
  const { pass } = call;
  while (!pass.isValid) {
    const held = pass.enter();
    if (held === undefined) return undefined;
    if (held.kind === "held") return haltOf(held.reason, held.left);
    call.waitsSince ??= clock.now();
    const left = call.waitsSince + deadlines.total - clock.now();
    const callOff = clock.after(Math.max(0, left), () => life.stop("send.deadline"));
    await pass.probed(life.signal);
    callOff();
    if (life.code === "send.deadline") return haltOf(held.reason, RETRY_SOON_MS);
    if (life.code !== undefined) return stoppedBy(life);
  }
  return undefined;
}

// Somebody else's attempt took longer than this call may.
const RETRY_SOON_MS = 1_000;

function haltOf({ code, message, scope }: HoldReason, left: number): Halt {
  return { kind: "held", code, message, scope, retryAfter: wholeMs(left) };
}

async function paced(
  call: Call,
  frame: CallFrame,
  rate: Pacer,
  life: Lifetime,
): Promise<Verdict | Halt | { readonly kind: "overtaken" }> {
  if (!(await rate.take(call.send.recipients.length, life.signal))) return stoppedBy(life);
  if (!call.pass.isValid) return { kind: "overtaken" };
  return once(call, frame, life);
}

async function once(call: Call, frame: CallFrame, life: Lifetime): Promise<Verdict> {
  const { wire, clock, deadlines, budget, time } = frame;
  if (call.attempts++ === 0) budget.earn();
  life.begin(deadlines.total);
  const skew = time.skew === undefined ? {} : { skew: time.skew };
  const seen = await attempt((options) => wire.send(call.send, options), { clock, deadlines, life, ...skew });
  return classify({ api: wire.api, ...seen, time: clock.wall() });
}

/** Milliseconds to wait before the next attempt; undefined when there is none. */
function react(call: Call, verdict: No, frame: CallFrame, rate: Pacer): number | undefined {
  const { retries, budget, random, onAmbiguous, time } = frame;
  switch (verdict.kind) {
    case "stop":
    case "refused":
    case "quota":
      return undefined;
    case "skewed":
      // Once: a clock that is wrong after the correction is not the reason.
      if (call.corrected) return undefined;
      call.corrected = true;
      time.skew = verdict.skew;
      return 0;
    case "ambiguous":
      call.doubt = verdict;
      if (onAmbiguous === "report" || call.again >= retries.ambiguous || !budget.take()) return undefined;
      return backoff(call.again++, retries, random);
    case "throttled": {
      if (verdict.rate) rate.throttled();
      // Who is told of the rate is known, and may send.
      if (verdict.rate) call.pass.accepted();
      frame.note("throttled", call.attempts, verdict.code);
      // Under a rate of our own the retries are paced already, and wait as long as the call may last.
      if (verdict.rate && rate.limited) return call.retries < 4 * retries.max ? nextWait(call, frame) : undefined;
      return call.retries < retries.max && budget.take() ? nextWait(call, frame) : undefined;
    }
    case "retry": {
      const most = mostRetries(verdict, retries);
      return call.retries < most && budget.take() ? nextWait(call, frame) : undefined;
    }
  }
}

// An endpoint that starts again is away for seconds, and a connection that never was costs it nothing.
const AWAY = new Set(["ECONNREFUSED", "ECONNRESET", "EHOSTUNREACH", "ENETUNREACH", "EAI_AGAIN"]);

function mostRetries({ code, absent }: No, { max, loopback }: Required<RetryOptions>): number {
  if (absent === true) return loopback;
  return AWAY.has(code) ? 2 * max : max;
}

function nextWait(call: Call, { retries, random }: CallFrame): number {
  return backoff(call.retries++, retries, random);
}

// Kept here: the service would refuse it.
function dayIsFull({ send, pass }: Call, { quota, quotaPause }: CallFrame): Halt | undefined {
  if (quota?.allows(send.recipients.length) !== false) return undefined;
  pass.leave();
  return { ...DAY_IS_USED_UP, retryAfter: wholeMs(quotaPause) };
}

/** An end without another attempt. */
type Halt = Ending & { readonly kind: "held" | "stopped" };

function isHalt(verdict: Verdict | Halt): verdict is Halt {
  return verdict.kind === "held" || verdict.kind === "stopped";
}

/** How a call ends without having been sent. */
type Ending = Pick<No, "code" | "message" | "httpStatus" | "requestId" | "reason" | "setUp"> & {
  readonly kind: No["kind"] | "held" | "stopped";
  readonly retryAfter?: number;
  readonly scope?: RefusalScope;
};

/** Tells the others what the last attempt says about them, and the call how long that holds. */
function ended(call: Call, ending: Ending): Ending {
  const scope = scopeOfEnding(ending);
  if (scope !== undefined) {
    return {
      ...ending,
      scope,
      retryAfter: call.pass.refused({ code: codeOf(ending), message: ending.message, scope }),
    };
  }
  // The service read the message and found fault with it alone.
  if (ending.kind === "stop" && ending.httpStatus !== undefined) call.pass.accepted();
  return ending;
}

function scopeOfEnding({ kind, scope, code, setUp }: Ending): RefusalScope | undefined {
  if (kind === "refused") return scope;
  // A clock that was corrected, and is wrong all the same.
  if (kind === "quota" || kind === "skewed") return "account";
  // Without credentials no message goes out, nor with a client that can make no request.
  if (kind === "stop" && setUp === true) return "account";
  return (kind === "stop" || kind === "retry") && code === "send.credentials" ? "account" : undefined;
}

const DAY_IS_USED_UP = {
  kind: "held",
  code: "send.quota",
  message: "the quota of recipients in 24 hours is used up",
  scope: "account",
} as const;

function stoppedBy(life: Lifetime): Halt {
  return { kind: "stopped", code: life.code ?? "send.aborted", message: "the send was stopped before it was written" };
}

// At the deadline the reason for the retries is worth more than the deadline's name.
function stopped(life: Lifetime, verdict: No): Ending {
  return life.code === "send.deadline" ? verdict : stoppedBy(life);
}

async function conclude(call: Call, ending: Ending): Promise<CallResult> {
  const { attempts, doubt } = call;
  return Object.freeze(doubt === undefined ? failed(attempts, ending) : await unknown(call, doubt));
}

const RETRYABLE: ReadonlySet<Ending["kind"]> = new Set(["retry", "throttled", "quota", "held", "stopped"]);

function failed(attempts: number, ending: Ending): Failed {
  const { kind, message, httpStatus, requestId, scope, retryAfter } = ending;
  const known = codeOf(ending);
  return {
    status: "failed",
    code: known,
    message,
    retryable: (RETRYABLE.has(kind) || scope !== undefined) && !isFinal(known, kind),
    attempts,
    ...(requestId === undefined ? {} : { requestId }),
    ...(httpStatus === undefined ? {} : { httpStatus }),
    ...(scope === undefined ? {} : { scope }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(attempts === 0 ? {} : { cause: causeOf(ending) }),
  };
}

// Credentials or a region that are not there come by a change of the configuration, not by trying again.
function isFinal(code: string, kind: Ending["kind"]): boolean {
  return code === "send.aborted" || code === "send.client" || (code === "send.credentials" && kind !== "retry");
}

// The service's own code when it answered. What the system calls its errors differs between runtimes.
function codeOf({ kind, code, httpStatus }: Ending): string {
  if (kind === "quota") return "send.quota";
  if (kind === "held") return code;
  if (httpStatus !== undefined || code.startsWith("send.")) return code;
  return kind === "stop" ? "send.client" : "send.connection";
}

function causeOf({ code, message, httpStatus, reason }: Ending): SendCause {
  if (reason !== undefined) return Object.freeze({ ...reason });
  return Object.freeze({ code, message, ...(httpStatus === undefined ? {} : { httpStatus }) });
}

async function unknown({ send, attempts }: Call, doubt: No): Promise<Unknown> {
  const id = ownMessageId(send.raw);
  const { tags } = send.fields;
  return {
    status: "unknown",
    attempts,
    cause: causeOf(doubt),
    sha256: await sha256(send.raw),
    ...(id === undefined ? {} : { ownMessageId: id }),
    ...(tags === undefined ? {} : { tags: Object.freeze({ ...tags }) }),
    ...(doubt.requestId === undefined ? {} : { requestId: doubt.requestId }),
  };
}

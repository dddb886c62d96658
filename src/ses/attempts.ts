// One call, from its first attempt to its outcome: which verdict is tried again, after how long, and what stays said
// once an attempt may have been taken.
import { attempt, type Deadlines } from "./attempt.ts";
import { backoff, type RetryBudget, type RetryOptions } from "./backoff.ts";
import { classify, type Verdict } from "./classify.ts";
import type { Clock, Random } from "./clock.ts";
import { sleep } from "./clock.ts";
import { ownMessageId, sha256 } from "./fingerprint.ts";
import type { Lifetime } from "./lifetime.ts";
import type { Pacer } from "./pacer.ts";
import { PAUSE_MS, type Pause } from "./pause.ts";
import type { QuotaCounter } from "./quota.ts";
import type { CallResult, Failed, SendCause, Unknown } from "./send-result.ts";
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
  readonly pause: Pause;
  /** Undefined when the daily quota is not kept. */
  readonly quota: QuotaCounter | undefined;
  /** Asks for the quota again once nothing is under way. */
  readonly recount: (signal: AbortSignal) => Promise<void>;
  /** The service's clock against ours, in milliseconds, once it is known to differ. */
  readonly time: { skew: number | undefined };
  readonly note: (what: "retry" | "throttled" | "paused", attempts: number, code: string) => void;
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

  constructor(send: RawSend) {
    this.send = send;
  }
}

/** Sends until there is an outcome. Never rejects. */
export async function deliver(send: RawSend, frame: CallFrame, rate: Pacer, life: Lifetime): Promise<CallResult> {
  const call = new Call(send);
  for (;;) {
    // Nothing waits between the last look and the claim.
    while (!life.signal.aborted && frame.quota?.isUnsure(send.recipients.length)) await frame.recount(life.signal);
    const held = heldBack(call, frame);
    if (held !== undefined) return conclude(call, held);
    const settle = frame.quota?.claim(send.recipients.length);
    const verdict = await paced(call, frame, rate, life);
    // What may have been taken counts: the quota is rather kept too strictly than passed.
    settle?.(verdict.kind === "sent" || verdict.kind === "ambiguous" ? "counted" : "free");
    if (isHalt(verdict)) return conclude(call, verdict);
    if (verdict.kind === "sent") {
      const { messageId, requestId } = verdict;
      const detail = requestId === undefined ? {} : { requestId };
      return Object.freeze({ status: "sent", messageId, attempts: call.attempts, ...detail });
    }
    const wait = react(call, verdict, frame, rate);
    if (wait === undefined) return conclude(call, verdict);
    frame.note("retry", call.attempts, verdict.code);
    if ((await sleep(frame.clock, wait, life.signal)) === "aborted") return conclude(call, stopped(life, verdict));
  }
}

async function paced(call: Call, frame: CallFrame, rate: Pacer, life: Lifetime): Promise<Verdict | Halt> {
  if (!(await rate.take(call.send.recipients.length, life.signal))) return stoppedBy(life);
  // Another call may have been told meanwhile that the day is used up.
  return resting(frame) ?? once(call, frame, life);
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
      return undefined;
    case "quota":
      frame.pause.begin();
      frame.note("paused", call.attempts, verdict.code);
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

// Refused here, before the service would: nothing is tried while the sender rests, or when the day is used up.
function heldBack(call: Call, frame: CallFrame): Halt | undefined {
  const full = frame.quota?.allows(call.send.recipients.length) === false;
  return resting(frame) ?? (full ? { ...DAY_IS_USED_UP, retryAfter: PAUSE_MS } : undefined);
}

function resting({ pause }: CallFrame): Halt | undefined {
  const retryAfter = pause.left;
  return retryAfter > 0 ? { ...DAY_IS_USED_UP, retryAfter } : undefined;
}

/** An end without another attempt. */
type Halt = Ending & { readonly kind: "held" | "stopped" };

function isHalt(verdict: Verdict | Halt): verdict is Halt {
  return verdict.kind === "held" || verdict.kind === "stopped";
}

/** How a call ends without having been sent. */
type Ending = Pick<No, "code" | "message" | "httpStatus" | "requestId" | "reason"> & {
  readonly kind: No["kind"] | "held" | "stopped";
  readonly retryAfter?: number;
};

const DAY_IS_USED_UP = {
  kind: "held",
  code: "send.quota",
  message: "the quota of recipients in 24 hours is used up",
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
  const { kind, message, httpStatus, requestId } = ending;
  const known = codeOf(ending);
  return {
    status: "failed",
    code: known,
    message,
    retryable: RETRYABLE.has(kind) && known !== "send.aborted",
    attempts,
    ...(requestId === undefined ? {} : { requestId }),
    ...(httpStatus === undefined ? {} : { httpStatus }),
    ...(kind === "quota" ? { retryAfter: PAUSE_MS } : {}),
    ...(ending.retryAfter === undefined ? {} : { retryAfter: ending.retryAfter }),
    ...(attempts === 0 ? {} : { cause: causeOf(ending) }),
  };
}

// The service's own code when it answered. What the system calls its errors differs between runtimes.
function codeOf({ kind, code, httpStatus }: Ending): string {
  if (kind === "quota") return "send.quota";
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

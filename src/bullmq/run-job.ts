// One run of one job: what is found on record, one attempt at the message, what is put on record. Knows neither Redis
// nor BullMQ: what happens to a message when somebody dies in between is decided here.

import type { HoldReason } from "../deliver/core/hold.ts";
import type { Pacer, RateLevel } from "../deliver/core/rate.ts";
import type { Failed, SendResult, Unknown } from "../deliver/core/result.ts";
import { blot, ownMessageId, sha256 } from "../deliver/core/result.ts";
import { scopeOf } from "../deliver/ses/refusals.ts";
import { isError } from "../encoding/kinds.ts";
import { MessageError } from "../issues.ts";
import { sesV2 } from "../limits/profiles.ts";
import { envelope } from "../message/envelope.ts";
import type { Message } from "../message/types.ts";
import { collect } from "../mime/output.ts";
import { ContentError, type JobRendering } from "./decode-job.ts";
import type { Gate } from "./gate.ts";
import { ACCOUNT_FIELD, setField } from "./hold-fields.ts";
import type { JobData } from "./job-data.ts";
import type { Begun, Ground, Holder, Ledger, Settled } from "./ledger.ts";
import type { Passage } from "./turnstile.ts";

/** A job as a run sees it. */
export interface RunningJob extends Holder {
  readonly data: JobData;
  /** How often a worker died over it, or lost its lock. */
  readonly stalls: number;
  readonly rendering: JobRendering;
}

/** What runs share. */
export interface RunFrame {
  readonly ledger: Ledger;
  readonly budget: {
    take(recipients: number, signal: AbortSignal): Promise<Passage>;
    halve(): Promise<unknown>;
    readonly limited: boolean;
    readonly state: RateLevel;
  };
  /** Told what an attempt says about other messages. */
  readonly holds: {
    refused(attempt: string, reason: HoldReason, field: string): Promise<number>;
    tried(attempt: string, said: "consent" | "nothing", fields: readonly string[]): Promise<void>;
  };
  /** The configuration set of messages that name none. */
  readonly configurationSet?: string | undefined;
  readonly compose: (data: JobData) => Promise<Message>;
  readonly send: (m: Message, job: RunningJob, pacer: Pacer) => Promise<SendResult>;
  readonly onAmbiguous: "report" | "retry";
  /** Runs that may end with a failure that can pass, before it counts. */
  readonly runs: number;
  /** Workers that may die while they make a message ready that nothing else can be blamed for, before it is given up. */
  readonly deaths: number;
  /** Messages after a death make themselves ready one by one. */
  readonly suspects: Pick<Gate, "enter">;
  /** Messages between mark and outcome: what a death leaves unknown. Others are made ready and finished meanwhile. */
  readonly calls: Pick<Gate, "enter">;
}

/** How a run ended. */
export type RunEnd =
  /** There is an outcome; `settled` says whether it came from this run. */
  | { readonly kind: "outcome"; readonly result: SendResult; readonly settled: Settled | "found" }
  /** Not now, and nothing lost: the job goes back to where it was. */
  | { readonly kind: "wait" }
  /** The day is used up, for so many milliseconds. */
  | { readonly kind: "day"; readonly in: number }
  /** Refused as every message would be, for so many milliseconds: the job `delays`, or goes back to where it was. */
  | { readonly kind: "held"; readonly in: number; readonly reason: HoldReason; readonly how: "delays" | "waits" }
  /** Failed in a way that can pass: another run, the `run`th one has ended. */
  | { readonly kind: "again"; readonly run: number; readonly result: Failed }
  /** The job is somebody else's, or gone. */
  | { readonly kind: "left" };

/** Runs a job to its end. Rejects when the ledger cannot be asked: what is on record is then looked at again. */
export async function runJob(job: RunningJob, frame: RunFrame): Promise<RunEnd> {
  // Only after a death there can be something on record; everybody else is told by the mark.
  if (job.stalls === 0) return runOnce(job, frame, async () => {});
  const leave = await frame.suspects.enter();
  let isReady = false;
  const onReady = async () => {
    if (isReady) return;
    isReady = true;
    // Before the next one begins: of its death this one is innocent.
    await frame.ledger.ready(job.id).catch(() => {});
    leave?.();
  };
  try {
    return (await settleEarlier(job, frame)) ?? (await runOnce(job, frame, onReady));
  } finally {
    await onReady();
  }
}

/** @param onReady called when the message is made ready: what dies from then on does not die of that */
async function runOnce(job: RunningJob, frame: RunFrame, onReady: () => Promise<void>): Promise<RunEnd> {
  const m = await composed(job, frame);
  if ("status" in m) return notTaken(job, "unmarked", m, frame);
  return attempt(job, m, frame, onReady);
}

// Each time may have been a copy.
const MOST_STALLS = 10;

// A worker that dies takes all of its messages with it, and one of them may be why. Which one is told only by deaths
// while one was made ready alone; the first death is nobody's.
async function settleEarlier(job: RunningJob, frame: RunFrame): Promise<RunEnd | undefined> {
  const { ledger, deaths, onAmbiguous } = frame;
  const { result, marked, tries } = await ledger.look(job.id);
  if (result !== undefined) return { kind: "outcome", result, settled: "found" };
  const isPoison = tries >= deaths;
  // Somebody was at it and is gone: nobody knows. Sent again it is where that was asked for, but not for ever.
  if (marked !== undefined && (onAmbiguous === "report" || isPoison || job.stalls >= MOST_STALLS)) {
    return settle(job, "doubt", await interrupted(job, frame), frame);
  }
  if (isPoison) {
    const message = "the process ended each time the message was made ready";
    return settle(job, "unmarked", failure("send.poison", message), frame);
  }
  await ledger.tried(job.id);
  return undefined;
}

async function interrupted(job: RunningJob, { compose }: RunFrame): Promise<Unknown> {
  const raw = await compose(job.data)
    .then((m) => collect(m, { ...job.rendering, maxBytes: sesV2.bytes }))
    .catch(() => undefined);
  const id = raw === undefined ? undefined : ownMessageId(raw);
  const tags = job.data.f?.tags;
  return Object.freeze({
    status: "unknown",
    attempts: 1,
    cause: { code: "send.interrupted", message: "the process ended while the message was on its way" },
    sha256: raw === undefined ? "" : await sha256(raw),
    ...(id === undefined ? {} : { ownMessageId: id }),
    ...(tags === undefined ? {} : { tags }),
  });
}

async function composed({ data }: RunningJob, { compose }: RunFrame): Promise<Message | Failed> {
  try {
    return await compose(data);
  } catch (error) {
    if (error instanceof MessageError) return failure(error.code, blot(error.message));
    if (error instanceof ContentError) return { ...failure("send.content", error.message), retryable: true };
    throw error;
  }
}

function failure(code: string, message: string): Failed {
  return { status: "failed", code, message, retryable: false, attempts: 0 };
}

/** What the pacer of a run saw. */
interface Seen {
  /** The mark of this attempt is on record. */
  marked: boolean;
  begun?: Exclude<Begun, "go" | "try">;
  /** Others wait for the outcome of this attempt. */
  tries?: boolean;
  dayUsedUp?: number;
  /** The ledger could not be asked. */
  error?: unknown;
  /** The place among the calls: one for all attempts and groups. */
  place?: ReturnType<Gate["enter"]>;
}

async function attempt(job: RunningJob, m: Message, frame: RunFrame, onReady: () => Promise<void>): Promise<RunEnd> {
  const seen: Seen = { marked: false };
  try {
    const field = setField(job.data.f?.configurationSet ?? frame.configurationSet, envelope(m).from);
    const result = await frame.send(m, job, pacerOf(job, seen, field, frame, onReady)).catch(refused);
    const held = await holding(job, result, field, seen, frame);
    return await record(job, result, held, seen, frame);
  } finally {
    (await seen.place)?.();
  }
}

type HeldEnd = Extract<RunEnd, { readonly kind: "held" }>;

/** What the outcome says about other messages, told to all workers; undefined when nothing holds this one up. */
async function holding(
  job: RunningJob,
  result: SendResult,
  field: string,
  seen: Seen,
  { holds, configurationSet }: RunFrame,
): Promise<HeldEnd | undefined> {
  const no = refusalIn(result);
  // Without an attempt the worker's own sender said it, which keeps to the same rule.
  if (no !== undefined && no.attempts === 0) return heldFor(no.retryAfter ?? 0, no, "waits");
  const isSet = no?.scope === "configuration-set";
  if (seen.tries === true && (no === undefined || isSet)) {
    const fields = isSet ? [ACCOUNT_FIELD] : [ACCOUNT_FIELD, field];
    // When that cannot be told, another one tries after a while.
    await holds.tried(job.attempt, isSet || isConsent(result) ? "consent" : "nothing", fields).catch(() => {});
  }
  if (no === undefined) return undefined;
  const set = isSet ? (job.data.f?.configurationSet ?? configurationSet) : undefined;
  const { code, message, scope } = no;
  const reason = { code, message, scope, ...(set === undefined ? {} : { configurationSet: set }) };
  const wait = await holds.refused(job.attempt, reason, isSet ? field : ACCOUNT_FIELD).catch(() => no.retryAfter ?? 0);
  // The day is used up by all of them: this one keeps its place. Any other reason may be its own after all.
  return heldFor(wait, reason, code === "send.quota" ? "waits" : "delays");
}

function heldFor(wait: number, { code, message, scope, configurationSet }: HoldReason, how: HeldEnd["how"]): HeldEnd {
  const set = configurationSet === undefined ? {} : { configurationSet };
  return { kind: "held", in: wait, reason: { code, message, scope, ...set }, how };
}

function refusalIn(result: SendResult): (Failed & Pick<HoldReason, "scope" | "configurationSet">) | undefined {
  if (result.status !== "failed") return undefined;
  const scope = scopeOf(result);
  return scope === undefined ? undefined : { ...result, scope };
}

// The service looked at the message: it took it, or found fault with it alone.
function isConsent(result: SendResult): boolean {
  const all = result.groups?.map((group) => group.result) ?? [result];
  return all.some(
    (one) => one.status === "sent" || (one.status === "failed" && !one.retryable && one.httpStatus !== undefined),
  );
}

async function record(
  job: RunningJob,
  result: SendResult,
  held: HeldEnd | undefined,
  seen: Seen,
  frame: RunFrame,
): Promise<RunEnd> {
  // Bytes may be out: whatever else was seen, that is what is told.
  if (result.status !== "failed") return settle(job, "marked", result, frame);
  if (seen.error !== undefined) throw seen.error;
  if (typeof seen.begun === "object") {
    const { hold, in: wait } = seen.begun;
    const end: RunEnd = hold === undefined ? { kind: "wait" } : heldFor(wait, hold, "waits");
    return back(job, end, result, frame);
  }
  switch (seen.begun) {
    case "lost":
    case "gone":
      return { kind: "left" };
    case "doubt":
      return settle(job, "doubt", await interrupted(job, frame), frame);
    case "done":
      return found(job, frame);
  }
  if (seen.dayUsedUp !== undefined) return back(job, { kind: "day", in: seen.dayUsedUp }, result, frame);
  if (held !== undefined) return back(job, held, result, frame);
  const stopped = result.code === "send.closed" || result.code === "send.aborted";
  if (stopped) return back(job, { kind: "wait" }, result, frame);
  return notTaken(job, seen.marked ? "marked" : "unmarked", result, frame);
}

function pacerOf(
  job: RunningJob,
  seen: Seen,
  field: string,
  { ledger, budget, calls }: RunFrame,
  onReady: () => Promise<void>,
): Pacer {
  return {
    limited: budget.limited,
    get state() {
      return budget.state;
    },
    throttled: () => void budget.halve().catch(() => {}),
    async take(recipients, signal) {
      await onReady();
      seen.place ??= calls.enter(signal);
      if ((await seen.place) === undefined) return false;
      const passage = await budget.take(recipients, signal);
      if (passage.kind === "day") seen.dayUsedUp = passage.in;
      if (passage.kind !== "go") return false;
      // The last thing before the first byte: from here on the message may be out, and that is on record.
      const begun = await ledger.begin(job, field).catch((error: unknown) => {
        seen.error = error;
      });
      const goes = begun === "go" || begun === "try";
      if (begun === "try") seen.tries = true;
      if (goes) seen.marked = true;
      else if (begun !== undefined) seen.begun = begun;
      return goes && !signal.aborted;
    },
  };
}

// What never was a send is a definite no, too.
function refused(error: unknown): Failed {
  if (error instanceof MessageError) return failure(error.code, blot(error.message));
  if (codeOf(error) === "send.closed") return { ...failure("send.closed", "the worker is closing"), retryable: true };
  return { ...failure("send.content", "a content could not be read"), retryable: true };
}

function codeOf(error: unknown): unknown {
  return isError(error) && "code" in error ? error.code : undefined;
}

async function found(job: RunningJob, { ledger }: RunFrame): Promise<RunEnd> {
  const { result } = await ledger.look(job.id);
  return result === undefined ? { kind: "left" } : { kind: "outcome", result, settled: "found" };
}

// Nothing was taken, so the mark goes. Where somebody had to say "unknown" meanwhile, this is the truth about it.
async function back(job: RunningJob, end: RunEnd, result: Failed, frame: RunFrame): Promise<RunEnd> {
  const runs = await frame.ledger.back(job, "free");
  return runs === undefined ? settle(job, "marked", result, frame) : end;
}

/** A definite no: another run when that can help, else the outcome. */
async function notTaken(job: RunningJob, ground: Ground, result: Failed, frame: RunFrame): Promise<RunEnd> {
  if (!result.retryable) return settle(job, ground, result, frame);
  const run = await frame.ledger.back(job, "counts");
  if (run !== undefined && run < frame.runs) return { kind: "again", run, result };
  return settle(job, run === undefined ? "marked" : "unmarked", result, frame);
}

async function settle(job: RunningJob, ground: Ground, result: SendResult, { ledger }: RunFrame): Promise<RunEnd> {
  const settled = await ledger.settle(job, ground, { result, data: job.data });
  return { kind: "outcome", result, settled };
}

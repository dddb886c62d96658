// One run of one job: what is found on record, one attempt at the message, what is put on record. Knows neither Redis
// nor BullMQ: what happens to a message when a worker dies in between is decided here.

import { MessageError } from "../../issues.ts";
import { isError } from "../../mail/octets/kinds.ts";
import { collectChecked } from "../../mail/render/output.ts";
import { mailIn, type Rendered } from "../../mail/render/render.ts";
import type { HoldReason } from "../core/holds.ts";
import type { Release, Slots } from "../core/line.ts";
import type { SendOptions } from "../core/options.ts";
import type { Pacer, RateLevel } from "../core/rate.ts";
import type { Failed, SendResult, Unknown } from "../core/result.ts";
import { blot, ownMessageId, sha256 } from "../core/result.ts";
import type { Passage } from "./budget.ts";
import { ContentError, type JobData, type JobRendering } from "./job.ts";
import { ACCOUNT_FIELD, setField } from "./keys.ts";
import type { Begun, Ground, Holder, Ledger, Settled } from "./ledger.ts";

/** A job as a run sees it. */
export interface RunningJob extends Holder {
  readonly data: JobData;
  /** How often a worker died over it, or lost its lock. */
  readonly stalls: number;
  readonly rendering: JobRendering;
}

/** What a run tells the sender besides the message. */
export type RunTerms = Required<Pick<SendOptions, "beforeFirstByte">> & { readonly rate: Pacer };

/** What runs share. */
export interface RunFrame {
  readonly ledger: Ledger;
  readonly budget: {
    take(recipients: number, signal: AbortSignal): Promise<Passage>;
    halve(): Promise<unknown>;
    readonly limited: boolean;
    readonly state: RateLevel;
  };
  /** Called with what an attempt says about other messages. */
  readonly holds: {
    refused(attempt: string, reason: HoldReason, field: string): Promise<number>;
    tried(attempt: string, said: "consent" | "nothing", fields: readonly string[]): Promise<void>;
  };
  /** The configuration set of messages that name none. */
  readonly configurationSet?: string | undefined;
  /** Makes the message again and renders it; called once in a run. */
  readonly render: (job: RunningJob) => Promise<Rendered>;
  readonly send: (m: Rendered, job: RunningJob, terms: RunTerms) => Promise<SendResult>;
  /** Bytes of the largest message that could have been sent. */
  readonly maxBytes: number;
  readonly onAmbiguous: "report" | "retry";
  /** Runs that may end with a failure that can pass, before it counts. */
  readonly runs: number;
  /** Workers that may die while they make a message ready that nothing else can be blamed for, before it is given up. */
  readonly deaths: number;
  /** Messages after a death make themselves ready one by one. */
  readonly suspects: Pick<Slots, "take">;
  /** Messages between mark and outcome: what a death leaves unknown. Others are made ready and finished meanwhile. */
  readonly calls: Pick<Slots, "take">;
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
  /** The job belongs to another worker, or is gone. */
  | { readonly kind: "left" };

/** Runs a job to its end. Rejects when the ledger cannot be asked: what is on record is then looked at again. */
export async function runJob(job: RunningJob, frame: RunFrame): Promise<RunEnd> {
  // Only after a death can there be something on record; otherwise the mark decides.
  if (job.stalls === 0) return runOnce(job, frame, async () => {});
  const leave = await frame.suspects.take(1);
  let isReady = false;
  const onReady = async () => {
    if (isReady) return;
    isReady = true;
    // Before the next one begins: this message did not cause the death of the worker that comes then.
    await frame.ledger.ready(job.id).catch(() => {});
    leave?.();
  };
  try {
    return (await settleEarlier(job, frame)) ?? (await runOnce(job, frame, onReady));
  } finally {
    await onReady();
  }
}

/** @param onReady - called when the message is made ready: what dies from then on does not die of that */
async function runOnce(job: RunningJob, frame: RunFrame, onReady: () => Promise<void>): Promise<RunEnd> {
  const rendered = await renderedOrFailed(job, frame);
  if ("status" in rendered) return notTaken(job, "unmarked", rendered, frame);
  const run = new Run(job, rendered, frame, onReady);
  try {
    const result = await frame.send(rendered, job, run).catch(refused);
    return await concluded(run, result, await run.end());
  } finally {
    await run.leave();
  }
}

async function renderedOrFailed(job: RunningJob, { render }: RunFrame): Promise<Rendered | Failed> {
  try {
    return await render(job);
  } catch (error) {
    if (error instanceof MessageError) return failure(error.code, blot(error.message));
    if (error instanceof ContentError) return { ...failure("send.content", error.message), retryable: true };
    throw error;
  }
}

// Each time may have been a copy.
const MOST_STALLS = 10;

// A worker that dies takes all of its messages with it, and one of them may be why. Which one is shown only by deaths
// while one was made ready alone; the first death counts against none.
async function settleEarlier(job: RunningJob, frame: RunFrame): Promise<RunEnd | undefined> {
  const { ledger, deaths, onAmbiguous, render } = frame;
  const { result, marked, tries } = await ledger.look(job.id);
  if (result !== undefined) return { kind: "outcome", result, settled: "found" };
  const isPoison = tries >= deaths;
  // Another worker began it and is gone: the outcome is unknown. It is sent again where that was asked for, but not for ever.
  if (marked !== undefined && (onAmbiguous === "report" || isPoison || job.stalls >= MOST_STALLS)) {
    const rendered = await render(job).catch(() => undefined);
    return settle(job, "doubt", await interrupted(job, rendered, frame), frame);
  }
  if (isPoison) {
    const message = "the process ended each time the message was made ready";
    return settle(job, "unmarked", failure("send.poison", message), frame);
  }
  await ledger.tried(job.id);
  return undefined;
}

async function interrupted(job: RunningJob, m: Rendered | undefined, { maxBytes }: RunFrame): Promise<Unknown> {
  const raw = m === undefined ? undefined : await collectChecked(m, { maxBytes }).catch(() => undefined);
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

function failure(code: string, message: string): Failed {
  return { status: "failed", code, message, retryable: false, attempts: 0 };
}

/** The state of a run's mark when its send has ended. */
type MarkState =
  /** It was not requested: nothing was about to be written. */
  | { readonly kind: "none" }
  | { readonly kind: "begun"; readonly begun: Begun }
  /** Redis confirmed it too late, when the send was stopped already: nothing was written. */
  | { readonly kind: "late"; readonly begun: Begun }
  /** The ledger could not be asked. */
  | { readonly kind: "error"; readonly error: unknown };

/** How a run's part in the send ended. */
interface Seen {
  readonly mark: MarkState;
  /** The day was used up, for so many milliseconds. */
  readonly dayUsedUp: number | undefined;
}

/** One message on its way: what paces it, and the mark before its first byte. */
class Run implements RunTerms {
  readonly job: RunningJob;
  readonly rendered: Rendered;
  readonly frame: RunFrame;
  /** The field of the message's configuration set among the holds. */
  readonly set: string;
  readonly rate: Pacer;
  /** Once for all attempts and groups: what is on record holds for the whole run. */
  readonly beforeFirstByte: () => Promise<void>;
  #mark: Promise<MarkState> | undefined;
  #isConfirmed = false;
  #place: Promise<Release | undefined> | undefined;
  #dayUsedUp: number | undefined;
  /** Of attempts that the rate let go and that have not written. */
  readonly #turns: (() => Promise<void>)[] = [];

  constructor(job: RunningJob, rendered: Rendered, frame: RunFrame, onReady: () => Promise<void>) {
    const { data } = job;
    this.job = job;
    this.rendered = rendered;
    this.frame = frame;
    this.set = setField(data.f?.configurationSet ?? frame.configurationSet, mailIn(rendered).envelope.from);
    const { budget, calls } = frame;
    this.rate = {
      limited: budget.limited,
      get state() {
        return budget.state;
      },
      throttled: () => void budget.halve().catch(() => {}),
      take: async (recipients, signal) => {
        await onReady();
        // No share of the rate is reserved while it waits for its turn.
        this.#place ??= calls.take(1, signal);
        if ((await this.#place) === undefined) return false;
        const passage = await budget.take(recipients, signal);
        if (passage.kind === "day") this.#dayUsedUp = passage.in;
        if (passage.kind === "go" && passage.turn !== undefined) this.#turns.push(passage.turn);
        return passage.kind === "go";
      },
    };
    this.beforeFirstByte = async () => {
      this.#mark ??= this.#begin();
      const mark = await this.#mark;
      if (mark.kind !== "begun" || !isGo(mark.begun)) throw new Error("the message is not marked as on its way");
      await this.#turns.shift()?.();
    };
  }

  /** What the run saw, when its send has ended. Waits until the ledger has answered: nothing may cross its answer. */
  async end(): Promise<Seen> {
    const isLate = this.#mark !== undefined && !this.#isConfirmed;
    const mark = (await this.#mark) ?? { kind: "none" };
    const state: MarkState = isLate && mark.kind === "begun" ? { ...mark, kind: "late" } : mark;
    return { mark: state, dayUsedUp: this.#dayUsedUp };
  }

  /** Gives the place to the next one. */
  async leave(): Promise<void> {
    (await this.#place)?.();
  }

  async #begin(): Promise<MarkState> {
    try {
      const begun = await this.frame.ledger.begin(this.job, this.set);
      return { kind: "begun", begun };
    } catch (error) {
      return { kind: "error", error };
    } finally {
      this.#isConfirmed = true;
    }
  }
}

function isGo(begun: Begun): begun is "go" | "try" {
  return begun === "go" || begun === "try";
}

async function concluded(run: Run, result: SendResult, seen: Seen): Promise<RunEnd> {
  const held = await holding(run, result, seen);
  return record(run, result, held, seen);
}

type HeldEnd = Extract<RunEnd, { readonly kind: "held" }>;

/** What the outcome says about other messages, for all workers; undefined when nothing holds this one up. */
async function holding(run: Run, result: SendResult, { mark }: Seen): Promise<HeldEnd | undefined> {
  const { job, set: field, frame } = run;
  const { holds, configurationSet } = frame;
  const no = refusalIn(result);
  // Without an attempt the worker's own sender said it, which keeps to the same rule.
  if (no !== undefined && no.attempts === 0) return heldFor(no.retryAfter ?? 0, no, "waits");
  const isSet = no?.scope === "configuration-set";
  const tries = (mark.kind === "begun" || mark.kind === "late") && mark.begun === "try";
  if (tries && (no === undefined || isSet)) {
    const fields = isSet ? [ACCOUNT_FIELD] : [ACCOUNT_FIELD, field];
    // When that cannot be reported, another one tries after a while.
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
  if (result.status !== "failed" || result.scope === undefined) return undefined;
  return { ...result, scope: result.scope };
}

// The service looked at the message: it took it, or found fault with it alone.
function isConsent(result: SendResult): boolean {
  const all = result.groups?.map((group) => group.result) ?? [result];
  return all.some(
    (one) => one.status === "sent" || (one.status === "failed" && !one.retryable && one.httpStatus !== undefined),
  );
}

async function record(run: Run, result: SendResult, held: HeldEnd | undefined, seen: Seen): Promise<RunEnd> {
  const { job, frame, rendered } = run;
  const { mark, dayUsedUp } = seen;
  // Bytes may be out: whatever else was seen, that is reported. Without a mark when the transport asked for none.
  if (result.status !== "failed") return settle(job, mark.kind === "none" ? "unmarked" : "marked", result, frame);
  if (mark.kind === "error") throw mark.error;
  const begun = mark.kind === "none" || isGo(mark.begun) ? undefined : mark.begun;
  if (typeof begun === "object") {
    const { hold, in: wait } = begun;
    const end: RunEnd = hold === undefined ? { kind: "wait" } : heldFor(wait, hold, "waits");
    return back(job, end, result, frame);
  }
  switch (begun) {
    case "lost":
    case "gone":
      return { kind: "left" };
    case "doubt":
      return settle(job, "doubt", await interrupted(job, rendered, frame), frame);
    case "done":
      return found(job, frame);
  }
  if (dayUsedUp !== undefined) return back(job, { kind: "day", in: dayUsedUp }, result, frame);
  if (held !== undefined) return back(job, held, result, frame);
  // A late answer of the ledger is not a failure of the message.
  const stopped = mark.kind === "late" || result.code === "send.closed" || result.code === "send.aborted";
  if (stopped) return back(job, { kind: "wait" }, result, frame);
  return notTaken(job, mark.kind === "none" ? "unmarked" : "marked", result, frame);
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

// Nothing was taken, so the mark goes. Where another worker had to report "unknown" meanwhile, this is the truth about it.
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

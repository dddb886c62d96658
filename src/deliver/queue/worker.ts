// A worker: takes jobs from BullMQ, composes and sends, and finishes each job as its outcome says.

import type { Job, Worker } from "bullmq";
import type { Redis } from "ioredis";
import { milliseconds, readOptionsOf, shapeOf } from "../../given.ts";
import { isError } from "../../mail/octets/kinds.ts";
import { renderMail } from "../../mail/render/render.ts";
import { systemClock, wholeMs } from "../core/clock.ts";
import { type Events, Listeners, type SenderCounts } from "../core/events.ts";
import type { HoldReason } from "../core/holds.ts";
import { Slots } from "../core/line.ts";
import type { SendResult } from "../core/result.ts";
import { makeSender, type Sender } from "../core/sender.ts";
import { Budget } from "./budget.ts";
import { type Bullmq, connect, loadBullmq } from "./connection.ts";
import { BlobReader, openRef } from "./contents.ts";
import { RedisHolds } from "./holds.ts";
import { type Contents, decodeMessage, readJobData, renderingOf } from "./job.ts";
import { budgetPrefix, holdsKey, queueKeys } from "./keys.ts";
import { RedisLedger, type Unsaved, UnsavedLedger } from "./ledger.ts";
import { type RunEnd, type RunFrame, type RunningJob, runJob } from "./run-job.ts";
import { inHand, type Keep, type MailWorkerOptions, readWorkerOptions, type WorkerSettings } from "./worker-options.ts";

/** What happened to a message or to the worker. */
export interface MailWorkerEvent extends Partial<HoldReason> {
  readonly type:
    | SendResult["status"]
    /** `unknown` was said of a message whose worker was alive after all: this is the truth. */
    | "corrected"
    /** Failed in a way that can pass; another run follows. */
    | "again"
    | "throttled"
    /** Every message is refused, or the day is used up: this worker takes no jobs for `in`. `message` says why. */
    | "paused"
    /** It takes jobs again. */
    | "resumed"
    /** Redis, or BullMQ, reported an error. */
    | "error"
    | "closed";
  /** The job. */
  readonly id?: string;
  readonly campaign?: string;
  readonly result?: SendResult;
  readonly code?: string;
  /** Milliseconds until it goes on. */
  readonly in?: number;
  readonly counts: SenderCounts;
}

/** Takes messages from a queue and sends them. */
export interface MailWorker {
  readonly events: Events<MailWorkerEvent>;
  readonly counts: SenderCounts;
  /**
   * Takes no more jobs, lets what is in flight come to its end, and gives the others back to the queue. Ends after
   * `timeout` ms (60,000 when absent) even when Redis is away.
   *
   * @returns outcomes that Redis did not confirm: there these messages will be `unknown`.
   */
  close(options?: { readonly timeout?: number }): Promise<{ readonly unsaved: readonly Unsaved[] }>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts a worker over a client of SES (of the AWS SDK v3, v1 or v2, or one of `sesHttpClient`) or over a transport.
 *
 * At most once by default: a message whose worker died while it was on its way is `unknown`, and not sent again.
 *
 * @throws QueueError `queue.peer` when a package is missing; OptionError with every option that cannot be used
 * @example
 * const worker = await mailWorker({ connection: "redis://127.0.0.1:6379", client: new SESClient({}) });
 * process.once("SIGTERM", () => worker.close({ timeout: 20_000 }));
 */
export async function mailWorker(options: MailWorkerOptions): Promise<MailWorker> {
  const settings = readWorkerOptions(options);
  const peers = await loadBullmq();
  const client = await connect(settings.connection);
  const sender = makeSender(settings.transport, settings.sender);
  const budget = new Budget({
    ...{ client, clock: systemClock, rate: settings.rate, reserve: settings.reserve },
    prefix: budgetPrefix(settings.prefix, settings.account),
    askService: () => sender.quota(),
  });
  return new RedisMailWorker({ settings, sender, peers, client, budget });
}

interface Parts {
  readonly settings: WorkerSettings;
  readonly sender: Sender;
  readonly peers: Bullmq;
  readonly client: Redis;
  readonly budget: Budget;
}

const FIRST_RUN_MS = 5_000;
const LONGEST_WAIT_MS = 300_000;
const SAVING_MS = 1_000;
// Beyond the deadline of a call: time to tell what came of it.
const LEASE_MORE_MS = 5_000;
const CLOSE_MS = 60_000;
const CLOSE = shapeOf<{ readonly timeout?: number }>({ timeout: milliseconds });

class RedisMailWorker implements MailWorker {
  readonly events = new Listeners<MailWorkerEvent>();
  readonly #parts: Parts;
  readonly #worker: Worker;
  readonly #ledger: UnsavedLedger;
  readonly #frame: RunFrame;
  readonly #name = `${process.pid}-${crypto.randomUUID().slice(0, 8)}`;
  #attempts = 0;
  #callOffRest: (() => void) | undefined;
  #closing: Promise<{ readonly unsaved: readonly Unsaved[] }> | undefined;

  constructor(parts: Parts) {
    const { settings, sender, client, peers } = parts;
    const { name, prefix, concurrency, lock, keep } = settings;
    this.#parts = parts;
    this.#ledger = new UnsavedLedger(ledgerOf(parts));
    this.#frame = frameOf(parts, this.#ledger);
    sender.events.on(({ type, code }) => {
      if (type === "throttled") this.#emit({ type, ...(code === undefined ? {} : { code }) });
    });
    this.#worker = new peers.Worker(name, (job, token) => this.#process(job, token ?? ""), {
      ...{ connection: client, prefix, concurrency: inHand(concurrency), lockDuration: lock, stalledInterval: lock },
      // The run reports who died too often over a message: it knows what is on record.
      maxStalledCount: Number.MAX_SAFE_INTEGER,
      runRetryDelay: 1_000,
      removeOnComplete: keepJobs(keep.sent),
      removeOnFail: keepJobs(keep.unsent),
    });
    this.#worker.on("error", (error) => this.#emit({ type: "error", code: codeOf(error) }));
  }

  get counts(): SenderCounts {
    const { sender, budget } = this.#parts;
    return { ...sender.counts, ...budget.state };
  }

  async close(options: { readonly timeout?: number } = {}) {
    const { timeout = CLOSE_MS } = readOptionsOf(options, CLOSE);
    this.#closing ??= this.#close(timeout);
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(timeout: number): Promise<{ readonly unsaved: readonly Unsaved[] }> {
    const { sender, budget, client } = this.#parts;
    this.#callOffRest?.();
    const start = systemClock.now();
    const stopped = this.#worker.close();
    // Those who wait for the rate hear it through the sender; those in flight have their time.
    await sender.close({ timeout });
    await within(Math.max(SAVING_MS, timeout - (systemClock.now() - start)), stopped);
    budget.close();
    client.disconnect();
    this.#emit({ type: "closed" });
    return { unsaved: this.#ledger.unsaved };
  }

  // What it gives and throws is for BullMQ alone.
  async #process(job: Job, lock: string): Promise<string> {
    const running = this.#runningJob(job, lock);
    if (running === undefined) return this.#finishedBefore(job);
    const end = await runJob(running, this.#frame).catch((error: unknown): RunEnd => {
      this.#emit({ type: "error", id: running.id, code: codeOf(error) });
      return { kind: "left" };
    });
    switch (end.kind) {
      case "outcome":
        return this.#finish(running, end);
      case "day":
        await Promise.all([this.#rest(end.in, DAY), this.#parts.budget.rest(end.in).catch(() => {})]);
        return this.#giveBack(running, job, lock);
      case "held":
        return this.#hold(running, job, lock, end);
      case "wait":
        return this.#giveBack(running, job, lock);
      case "again": {
        const longest = Math.min(LONGEST_WAIT_MS, FIRST_RUN_MS * 2 ** (end.run - 1));
        const wait = wholeMs(longest * (0.5 + Math.random() / 2));
        this.#emit({ type: "again", ...nameOf(running), result: end.result, code: end.result.code, in: wait });
        return this.#delay(running, job, lock, wait);
      }
      case "left":
        throw new this.#parts.peers.WaitingError();
    }
  }

  #runningJob({ id = "", data, timestamp, opts, stalledCounter }: Job, lock: string): RunningJob | undefined {
    const known = readJobData(data);
    if (known === undefined) return undefined;
    const attempt = `${this.#name}-${this.#attempts++}`;
    const rendering = renderingOf(id, known, timestamp + (opts.delay ?? 0));
    return { id, lock, attempt, data: known, stalls: stalledCounter, rendering };
  }

  /** Who sent it died before BullMQ heard of it: the message is gone from the job, the outcome is there. */
  async #finishedBefore({ id = "" }: Job): Promise<string> {
    const { result } = await this.#ledger.look(id);
    if (result?.status === "sent") return result.status;
    throw this.#failure("the job holds no message of this library");
  }

  #finish(job: RunningJob, { result, settled }: Extract<RunEnd, { kind: "outcome" }>): string {
    const { status } = result;
    const code = codeOfResult(result);
    const event = { ...nameOf(job), result, ...(code === undefined ? {} : { code }) };
    // Of a job that is gone this is all that is left.
    if (settled === "done" || settled === "gone") this.#emit({ type: status, ...event });
    if (settled === "corrected") this.#emit({ type: "corrected", ...event });
    // The job is no longer ours: whoever has it finishes it.
    if (settled !== "done" && settled !== "found") throw new this.#parts.peers.WaitingError();
    if (status === "sent") return status;
    throw this.#failure(code === undefined ? status : `${status}: ${code}`);
  }

  #failure(message: string): Error {
    const error = new this.#parts.peers.UnrecoverableError(message);
    // BullMQ would keep the stack with the job.
    Object.defineProperty(error, "stack", { value: undefined });
    return error;
  }

  /** For all messages: this worker rests, as the others do when they hear of it. For those of a set, they alone wait. */
  async #hold(running: RunningJob, job: Job, lock: string, end: Extract<RunEnd, { kind: "held" }>): Promise<never> {
    const { reason, how } = end;
    const isSet = reason.scope === "configuration-set";
    if (!isSet) await this.#rest(end.in, reason);
    // What was refused comes after the others: it may be the reason.
    return isSet || how === "delays" ? this.#delay(running, job, lock, end.in) : this.#giveBack(running, job, lock);
  }

  async #delay(running: RunningJob, job: Job, lock: string, wait: number): Promise<never> {
    await this.#moved(running, job.moveToDelayed(Date.now() + wholeMs(wait), lock));
    throw new this.#parts.peers.DelayedError();
  }

  async #giveBack(running: RunningJob, job: Job, lock: string): Promise<never> {
    await this.#moved(running, job.moveToWait(lock));
    throw new this.#parts.peers.WaitingError();
  }

  // BullMQ would end the job with an error that is thrown here, without an outcome. A job that could not be moved is
  // left as it is: when its lock is over it is found again.
  async #moved({ id }: RunningJob, move: Promise<unknown>): Promise<void> {
    await move.catch((error: unknown) => this.#emit({ type: "error", id, code: codeOf(error) }));
  }

  /** This worker takes no jobs for a while. */
  async #rest(ms: number, reason: HoldReason): Promise<void> {
    if (this.#callOffRest !== undefined || this.#closing !== undefined) return;
    this.#callOffRest = systemClock.after(ms, () => {
      this.#callOffRest = undefined;
      if (this.#closing !== undefined) return;
      this.#emit({ type: "resumed", code: reason.code, scope: reason.scope });
      void this.#worker.resume();
    });
    this.#emit({ type: "paused", ...reason, in: ms });
    await this.#worker.pause(true);
  }

  #emit(event: Omit<MailWorkerEvent, "counts">): void {
    this.events.emit(Object.freeze({ ...event, counts: this.counts }));
  }
}

const DAY: HoldReason = {
  code: "send.quota",
  message: "the quota of recipients in 24 hours is used up",
  scope: "account",
};

function ledgerOf({ settings, client }: Parts): RedisLedger {
  const { name, prefix, account, sender } = settings;
  const { onAmbiguous, deadlines } = sender;
  const lease = deadlines.total + LEASE_MORE_MS;
  return new RedisLedger(client, queueKeys(prefix, name), {
    ...{ onAmbiguous, account, holds: holdsKey(prefix, account), lease },
  });
}

function frameOf({ settings, sender, client, budget }: Parts, ledger: UnsavedLedger): RunFrame {
  const { name, prefix, account, runs, deaths, concurrency, render } = settings;
  const { onAmbiguous, pauses, limits, fields } = settings.sender;
  const keys = queueKeys(prefix, name);
  const contents = contentsOf(new BlobReader(client, keys), settings);
  return {
    ...{ ledger, budget, onAmbiguous, runs, deaths },
    holds: new RedisHolds({ client, keys, prefix, account, pauses }),
    configurationSet: fields.configurationSet,
    maxBytes: limits.bytes,
    suspects: new Slots(1),
    calls: new Slots(concurrency),
    render: async ({ data, rendering }) => renderMail(await decodeMessage(data, contents), { ...render, ...rendering }),
    send: (m, { data }, { rate, beforeFirstByte }) => sender.send(m, { ...data.f, rate, beforeFirstByte }),
  };
}

function contentsOf(blobs: BlobReader, { resolve }: WorkerSettings): Contents {
  return { ref: (ref) => openRef(ref, resolve), blob: (hash) => blobs.read(hash) };
}

function nameOf({ id, data: { c: campaign } }: RunningJob) {
  return { id, ...(campaign === undefined ? {} : { campaign }) };
}

function codeOfResult(result: SendResult): string | undefined {
  if (result.status === "failed") return result.code;
  return result.status === "unknown" ? result.cause.code : undefined;
}

function codeOf(error: unknown): string {
  if (!isError(error)) return "unknown";
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}

function keepJobs({ seconds, count }: Keep) {
  // BullMQ: -1 is however many.
  return seconds === undefined ? { count: count ?? -1 } : { age: seconds, ...(count === undefined ? {} : { count }) };
}

/** Waits for a promise, but not longer than so many milliseconds. */
async function within(ms: number, promise: Promise<unknown>): Promise<void> {
  let callOff = () => {};
  const late = new Promise<void>((resolve) => {
    callOff = systemClock.after(ms, resolve);
  });
  await Promise.race([promise, late]).finally(callOff);
}

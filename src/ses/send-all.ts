// Many messages: taken from an iterable only as fast as they can be sent, and told of as they are done.
import { MessageError } from "../issues.ts";
import type { Message } from "../message/types.ts";
import { blot } from "./classify.ts";
import type { Failed, SendResult } from "./send-result.ts";
import type { SendOptions } from "./sender-options.ts";

/** Counts of a run. */
export interface Progress {
  /** Messages taken from the iterable. */
  readonly taken: number;
  readonly sent: number;
  readonly failed: number;
  readonly unknown: number;
  readonly partial: number;
  /** True when the run ended before the iterable did, because the daily quota is used up. */
  readonly stopped: boolean;
}

/** Options of a run. */
export interface SendAllOptions extends SendOptions {
  /** Messages taken and not yet done. The sender's own concurrency when absent. */
  readonly concurrency?: number;
  /** Called after every result, with counts. */
  readonly onProgress?: (progress: Progress) => void;
}

/** A result, and which message it belongs to. */
export type SendAllResult = SendResult & {
  /** Place in the iterable, from 0. */
  readonly index: number;
  /** The message itself. Not enumerable: printing a result prints no mail. */
  readonly mail: Message;
};

/** What a run needs of the sender. */
export interface RunContext {
  readonly concurrency: number;
  readonly send: (m: Message, options: SendOptions) => Promise<SendResult>;
  /** Told once, when the run ends because the daily quota is used up. */
  readonly stopped: () => void;
  /** Told of every result that was copied, to know the copy for the result that it is. */
  readonly copied: (copy: SendResult, result: SendResult) => void;
}

/**
 * Sends what an iterable gives. A message that cannot be sent is a result too, and does not stop the others. The
 * daily quota does: nothing more is taken then, what was taken and not sent is given back as `failed`.
 *
 * @throws what the iterable throws, after the results of what it gave before.
 */
export async function* sendAll(
  messages: Iterable<Message> | AsyncIterable<Message>,
  options: SendAllOptions,
  context: RunContext,
): AsyncGenerator<SendAllResult, void, undefined> {
  const { concurrency = context.concurrency, onProgress, ...own } = options;
  if (!(concurrency >= 1)) throw new RangeError("concurrency is at least 1");
  const source = iteratorOf(messages);
  const run = new Run(source, (m) => context.send(m, own), context);
  try {
    for (;;) {
      const result = await run.next(concurrency);
      if (result === undefined) break;
      onProgress?.(run.progress);
      yield result;
    }
    run.throwIfFailed();
  } finally {
    await run.end();
  }
}

function iteratorOf(messages: Iterable<Message> | AsyncIterable<Message>): AsyncIterator<Message> | Iterator<Message> {
  return Symbol.asyncIterator in messages ? messages[Symbol.asyncIterator]() : messages[Symbol.iterator]();
}

class Run {
  readonly #source: AsyncIterator<Message> | Iterator<Message>;
  readonly #send: (m: Message) => Promise<SendResult>;
  readonly #context: Pick<RunContext, "stopped" | "copied">;
  readonly #done: SendAllResult[] = [];
  readonly #counts = { taken: 0, sent: 0, failed: 0, unknown: 0, partial: 0, stopped: false };
  #underWay = 0;
  #pulling = false;
  #ended = false;
  #failure: { readonly error: unknown } | undefined;
  #wake: () => void = () => {};

  constructor(
    source: AsyncIterator<Message> | Iterator<Message>,
    send: (m: Message) => Promise<SendResult>,
    context: Pick<RunContext, "stopped" | "copied">,
  ) {
    this.#source = source;
    this.#send = send;
    this.#context = context;
  }

  get progress(): Progress {
    return Object.freeze({ ...this.#counts });
  }

  /** The next result; undefined when there is none to come. */
  async next(concurrency: number): Promise<SendAllResult | undefined> {
    for (;;) {
      // Results that nobody has taken yet count too: a slow reader slows the sending down.
      if (this.#underWay + this.#done.length < concurrency) void this.#pull();
      const result = this.#done.shift();
      if (result !== undefined) return result;
      if (this.#underWay === 0 && !this.#pulling && this.#ended) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  // One at a time: iterables need not bear two calls of next() at once.
  async #pull(): Promise<void> {
    if (this.#pulling || this.#ended) return;
    this.#pulling = true;
    try {
      const { done, value } = await this.#source.next();
      if (done) this.#ended = true;
      else void this.#start(value);
    } catch (error) {
      this.#ended = true;
      this.#failure = { error };
    }
    this.#pulling = false;
    this.#wake();
  }

  async #start(m: Message): Promise<void> {
    const index = this.#counts.taken++;
    this.#underWay++;
    const result = await this.#send(m).catch(refusal);
    this.#underWay--;
    this.#counts[result.status]++;
    const copy = Object.defineProperty({ ...result, index, mail: m }, "mail", { enumerable: false });
    this.#context.copied(copy, result);
    this.#done.push(copy);
    if (!this.#ended && isQuotaUsedUp(result)) this.#stop();
    this.#wake();
  }

  #stop(): void {
    this.#ended = true;
    this.#counts.stopped = true;
    this.#context.stopped();
    // Not waited for: a source that is about to give something closes after that.
    this.#closeSource().catch((error: unknown) => {
      this.#failure ??= { error };
    });
  }

  async #closeSource(): Promise<void> {
    await this.#source.return?.();
  }

  throwIfFailed(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** Takes nothing more, and waits for what is under way: it cannot be called back. */
  async end(): Promise<void> {
    const finished = this.#ended;
    this.#ended = true;
    while (this.#underWay > 0 || this.#pulling) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (!finished) await this.#closeSource();
  }
}

function isQuotaUsedUp(result: SendResult): boolean {
  const all = result.groups?.map((group) => group.result) ?? [result];
  return all.some((one) => one.status === "failed" && one.code === "send.quota");
}

// What never was a send is a definite no, too.
function refusal(error: unknown): Failed {
  const code = error instanceof MessageError ? error.code : codeOf(error);
  const message = error instanceof MessageError ? blot(error.message) : "the message could not be read or sent";
  return { status: "failed", code, message, retryable: code === "send.closed", attempts: 0 };
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "send.client";
}

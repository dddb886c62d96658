// Many messages: taken from an iterable only as fast as they can be sent, and reported as they are done.

import { argumentError } from "../../given.ts";
import { MessageError } from "../../issues.ts";
import type { Message } from "../../mail/message/types.ts";
import { isError } from "../../mail/octets/kinds.ts";
import { isRendered, mailIn, type Rendered } from "../../mail/render/render.ts";
import { onAbort } from "./lifetime.ts";
import type { Progress, SendAllOptions, SendOptions } from "./options.ts";
import type { Failed, SendResult } from "./result.ts";
import { blot } from "./result.ts";

/** Messages for a run: checked, or rendered already. */
export type Mails = Iterable<Message | Rendered> | AsyncIterable<Message | Rendered>;

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
  readonly send: (m: Message | Rendered, options: SendOptions) => Promise<SendResult>;
  /** Called once, when the run ends before its source: the code of the reason. */
  readonly stopped: (code: string) => void;
}

/**
 * Sends what an iterable gives. A message that cannot be sent is a result too, and does not stop the others. The
 * daily quota, a refusal of the account or of the run's configuration set, an abort and the end of the sender do:
 * nothing more is taken then, what was taken and not sent is given back as `failed`. A reader that leaves stops it too. After that, and after an abort, an asynchronous source is not
 * waited for; what it gives late is not sent.
 *
 * @throws what the iterable throws, after the results of what it gave before.
 */
export async function* sendAll(
  messages: Mails,
  options: SendAllOptions,
  context: RunContext,
): AsyncGenerator<SendAllResult, void, undefined> {
  const { concurrency = context.concurrency, onProgress, ...own } = options;
  const source = sourceOf(messages);
  const run = new Run(source, (m) => context.send(m, own), context);
  const forget = onAbort(own.signal, () => run.abort());
  if (own.signal?.aborted) run.abort();
  try {
    for (;;) {
      const result = await run.next(concurrency);
      if (result === undefined) break;
      onProgress?.(run.progress);
      yield result;
    }
    run.throwIfFailed();
  } finally {
    forget();
    await run.end();
  }
}

interface Source {
  readonly messages: AsyncIterator<Message | Rendered> | Iterator<Message | Rendered>;
  /** Whether it may be long before it gives the next. */
  readonly isSlow: boolean;
}

function sourceOf(messages: Mails): Source {
  if (!isIterable(messages))
    throw argumentError(["messages"], "expected an iterable of messages", "give one message to send()");
  return Symbol.asyncIterator in messages
    ? { messages: messages[Symbol.asyncIterator](), isSlow: true }
    : { messages: messages[Symbol.iterator](), isSlow: false };
}

function isIterable(value: unknown): boolean {
  return typeof value === "object" && value !== null && (Symbol.asyncIterator in value || Symbol.iterator in value);
}

class Run {
  readonly #source: Source;
  readonly #send: (m: Message | Rendered) => Promise<SendResult>;
  readonly #context: Pick<RunContext, "stopped">;
  readonly #done: SendAllResult[] = [];
  readonly #counts = { taken: 0, sent: 0, failed: 0, unknown: 0, partial: 0, stopped: false };
  #underWay = 0;
  #pulling = false;
  #ended = false;
  /** Whether what the source gives is wanted. */
  #wanted: "always" | "at once" | "never" = "always";
  #failure: { readonly error: unknown } | undefined;
  #wake: () => void = () => {};

  constructor(
    source: Source,
    send: (m: Message | Rendered) => Promise<SendResult>,
    context: Pick<RunContext, "stopped">,
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
      // Results that are not taken yet count too: a slow reader slows the sending down.
      if (this.#underWay + this.#done.length < concurrency) void this.#pull();
      const result = this.#done.shift();
      if (result !== undefined) return result;
      if (this.#underWay === 0 && !this.#awaitsSource && this.#ended) return undefined;
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
      const { done, value } = await this.#source.messages.next();
      if (done) this.#ended = true;
      else if (this.#awaitsSource) void this.#start(value);
    } catch (error) {
      this.#ended = true;
      if (this.#awaitsSource) this.#failure = { error };
    }
    this.#pulling = false;
    this.#wake();
  }

  get #awaitsSource(): boolean {
    return this.#pulling && (this.#wanted === "always" || (this.#wanted === "at once" && !this.#source.isSlow));
  }

  async #start(m: Message | Rendered): Promise<void> {
    const index = this.#counts.taken++;
    this.#underWay++;
    const result = await this.#send(m).catch(refusal);
    this.#underWay--;
    this.#counts[result.status]++;
    const mail = isRendered(m) ? mailIn(m).message : m;
    const copy = Object.defineProperty({ ...result, index, mail }, "mail", { enumerable: false });
    this.#done.push(copy);
    const reason = stopOf(result);
    if (!this.#ended && reason !== undefined) this.#stop(reason);
    this.#wake();
  }

  /** Accepts nothing more; the signal itself stops what is under way. */
  abort(): void {
    this.#wanted = "at once";
    if (!this.#ended) this.#stop("send.aborted");
    this.#wake();
  }

  #stop(reason: string): void {
    this.#ended = true;
    this.#counts.stopped = true;
    this.#context.stopped(reason);
    // Not waited for: a source that is about to give something closes after that.
    this.#closeSource().catch((error: unknown) => {
      this.#failure ??= { error };
    });
  }

  async #closeSource(): Promise<void> {
    // A generator that is the reason for its end is still running.
    await Promise.resolve();
    await this.#source.messages.return?.();
  }

  throwIfFailed(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** Accepts nothing more, and waits for what is under way: it cannot be recalled. */
  async end(): Promise<void> {
    const finished = this.#ended;
    this.#ended = true;
    this.#wanted = "never";
    while (this.#underWay > 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (finished) return;
    const closing = this.#closeSource();
    // A generator closes when it has given what it is about to give: the consumer may not see that.
    if (this.#pulling && this.#source.isSlow) closing.catch(() => {});
    else await closing;
  }
}

const STOPS: ReadonlySet<string> = new Set(["send.quota", "send.closed"]);

/** Why nothing more would be sent after this result; undefined when that is not so. */
function stopOf(result: SendResult): string | undefined {
  const all = result.groups?.map((group) => group.result) ?? [result];
  // All messages of a run go out under the same configuration set.
  const stops = all.filter((one) => one.status === "failed").filter(({ code, scope }) => scope ?? STOPS.has(code));
  return stops[0]?.code;
}

// What never was a send is a definite no, too.
function refusal(error: unknown): Failed {
  const code = error instanceof MessageError ? error.code : codeOf(error);
  const message = error instanceof MessageError ? blot(error.message) : "the message could not be read or sent";
  return { status: "failed", code, message, retryable: code === "send.closed", attempts: 0 };
}

function codeOf(error: unknown): string {
  const code = isError(error) && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "send.client";
}

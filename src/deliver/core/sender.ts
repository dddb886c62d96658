// The sender: a line with room for so many, a rate, attempts, and one result for everything that was let in.
import { argumentError, readOptionsOf, shapeOf } from "../../given.ts";
import type { Limits } from "../../mail/limits/profiles.ts";
import type { Message } from "../../mail/message/types.ts";
import { isRendered, type Rendered } from "../../mail/render/render.ts";
import { refuseRenderOptions } from "../../mail/render/render-options.ts";
import { type BeforeFirstByte, type CallFrame, deliver } from "./attempts.ts";
import { callFieldsOf } from "./call-fields.ts";
import { EventHub, type SenderCounts, type SenderEvents } from "./events.ts";
import { Holds } from "./holds.ts";
import { Lifetime, unlessAborted } from "./lifetime.ts";
import { type Release, Slots } from "./line.ts";
import {
  atLeast,
  type RateOption,
  readSendAllOptions,
  readSenderOptions,
  readSendOptions,
  type SendAllOptions,
  type SenderOptions,
  type SenderSettings,
  type SendOptions,
} from "./options.ts";
import { RetryBudget } from "./policy.ts";
import { type Preparation, type PreparedSend, prepareMessage, prepareRaw, type RawMail } from "./prepared-send.ts";
import type { QuotaState } from "./quota.ts";
import { type QuotaRefusal, RateAndQuota } from "./rate-and-quota.ts";
import { type CallResult, combineGroups, type GroupResult, type SendResult, withRendering } from "./result.ts";
import { type Mails, type SendAllResult, sendAll } from "./send-all.ts";
import type { MailTransport, TransportFacts } from "./transport.ts";

/** What `close()` leaves. */
export interface Leftovers {
  /** What was in line and not begun, or was stopped: nothing of it is lost. */
  readonly left: readonly { readonly item: Message | RawMail; readonly result: SendResult }[];
}

/** Sends messages over a transport. */
export interface Sender {
  /**
   * Sends a message; waits in line when there is no free slot.
   *
   * @returns what became of it. Rejects only for what never was a send: a MessageError, an error of a content that
   * could not be read, a SenderClosedError.
   */
  send(m: Message | Rendered, options?: SendOptions): Promise<SendResult>;
  /** Sends raw bytes to an envelope, as {@link Sender.send} does. Recipients come from the envelope alone. */
  sendRaw(mail: RawMail, options?: SendOptions): Promise<SendResult>;
  /** As {@link Sender.send}, or undefined at once when the line is full. */
  trySend(m: Message | Rendered, options?: SendOptions): Promise<SendResult> | undefined;
  /** Sends all of them, as many at once as `concurrency` says; gives results as they come. */
  sendAll(messages: Mails, options?: SendAllOptions): AsyncIterable<SendAllResult>;
  /**
   * Sends the groups of an earlier, split send that are not `sent`, `unknown` ones included. They get the bytes that
   * the others got: what was rendered is sent as it is, a message is rendered as `earlier.rendering` says.
   *
   * @throws RangeError when the groups are not of this message's envelope; OptionError for what is not the result of a send
   */
  resume(m: Message | Rendered, earlier: SendResult, options?: SendOptions): Promise<SendResult>;
  /** The account's quota, at most a minute old. Empty when the permission for it is missing. */
  quota(): Promise<QuotaState>;
  /** The region of the client, when it knows it. */
  region(): Promise<string | undefined>;
  /**
   * Lets what is in flight come to its end, for `timeout` ms at most (the total deadline when absent), and gives back
   * what was not begun. The client is left open: it is the caller's.
   *
   * @throws OptionError for a timeout that is not a number of milliseconds
   */
  close(options?: { readonly timeout?: number }): Promise<Leftovers>;
  readonly events: SenderEvents;
  readonly counts: SenderCounts;
  /**
   * What its transport takes and serves. An outbox that sees it checks messages against it when they are stored, and
   * relies on `beforeFirstByte` of a send being awaited before the first byte.
   */
  readonly transport: TransportFacts;
  /** What it checks messages against: its own limits when it was given some, else those of its transport. */
  readonly limits: Limits;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Thrown by a closed sender. */
export class SenderClosedError extends Error {
  override readonly name = "SenderClosedError";
  readonly code = "send.closed";
  constructor() {
    super("the sender is closed");
  }
}

const STATUSES: ReadonlySet<unknown> = new Set<SendResult["status"]>(["sent", "failed", "unknown", "partial"]);

// Without this, what is not a result would count as one of which nothing was sent, and all of it would go out.
function requireResult(earlier: unknown): void {
  const isResult =
    typeof earlier === "object" && earlier !== null && "status" in earlier && STATUSES.has(earlier.status);
  if (!isResult) throw argumentError(["earlier"], "expected the result of an earlier send", "give what send() gave");
}

/**
 * Makes a sender over a transport, such as an SMTP server behind a transporter of nodemailer.
 *
 * At most once by default: what the service may have taken is reported as `unknown`, and not sent again.
 *
 * @throws OptionError for options that are unusable, all of them at once
 * @example
 * const relay = sender({ transport: smtpTransport(createTransport({ host: "smtp.example.com" })), rate: 5 });
 * const result = await relay.send(message({ from, to, subject: "Hello", text: "Hello" }));
 */
export function sender(options: SenderOptions): Sender {
  const { transport, settings } = readSenderOptions(options);
  return makeSender(transport, settings);
}

/** A sender over a transport, with options that are read. */
export function makeSender(transport: MailTransport, settings: SenderSettings): Sender {
  return new TransportSender(transport, settings);
}

const CLOSE = shapeOf<{ readonly timeout?: number }>({ timeout: atLeast(0) });

const NO_OPTIONS: SendOptions = Object.freeze({});

interface Terms {
  readonly rate: RateOption | undefined;
  readonly signal: AbortSignal | undefined;
  readonly beforeFirstByte: BeforeFirstByte | undefined;
}

class TransportSender implements Sender {
  readonly #transport: MailTransport;
  readonly #settings: SenderSettings;
  readonly #slots: Slots;
  readonly #rateAndQuota: RateAndQuota;
  readonly #frame: CallFrame;
  readonly #hub: EventHub;
  readonly #lives = new Set<Lifetime>();
  #running = 0;
  /** How a message is made ready when its send has no options. */
  readonly #usual: Preparation;
  #onIdle: () => void = () => {};
  readonly #left: Leftovers["left"][number][] = [];
  readonly #tally = { calls: 0, sent: 0, failed: 0, unknown: 0, throttled: 0, retries: 0 };
  #closing: Promise<Leftovers> | undefined;

  constructor(transport: MailTransport, settings: SenderSettings) {
    const { clock, deadlines, retries, pauses, rate, share, quota } = settings;
    this.#transport = transport;
    this.#settings = settings;
    this.#usual = this.#preparationWith(NO_OPTIONS);
    this.#slots = new Slots(settings.concurrency, settings.queue);
    this.#hub = new EventHub(() => this.counts);
    const onAsked = (refusal: QuotaRefusal | undefined) => this.#hub.emit("quota", refusal ?? {});
    this.#rateAndQuota = new RateAndQuota({ transport, clock, deadlines, rate, share, quota, onAsked });
    const rateAndQuota = this.#rateAndQuota;
    this.#frame = {
      ...{ transport, clock, deadlines, retries, random: settings.random, onAmbiguous: settings.onAmbiguous },
      budget: new RetryBudget(retries),
      holds: new Holds(clock, pauses, ({ type, ...detail }) => this.#hub.emit(type, detail)),
      quotaPause: pauses.quota,
      // A run with its own rate may begin to keep it.
      get quota() {
        return rateAndQuota.keepsQuota ? rateAndQuota.counter : undefined;
      },
      recount: (life) => rateAndQuota.recount(life),
      note: (what, attempts, code) => {
        if (what === "retry") this.#tally.retries++;
        if (what === "throttled") this.#tally.throttled++;
        this.#hub.emit(what, { attempts, code });
      },
    };
  }

  get events(): SenderEvents {
    return this.#hub;
  }

  get counts(): SenderCounts {
    const { sent, failed, unknown, throttled, retries } = this.#tally;
    const { rate, level } = this.#rateAndQuota.current.state;
    const { queued, inFlight } = this.#slots;
    return { queued, inFlight, sent, failed, unknown, throttled, retries, rate, level };
  }

  get transport(): TransportFacts {
    const { name, limits, fields, unserved } = this.#transport;
    return Object.freeze({ name, limits, fields, ...(unserved === undefined ? {} : { unserved }) });
  }

  get limits(): Limits {
    return this.#settings.limits;
  }

  async send(m: Message | Rendered, options?: SendOptions): Promise<SendResult> {
    const given = this.#read(options);
    return this.#deliver(this.#prepare(m, given), given);
  }

  async sendRaw(mail: RawMail, options?: SendOptions): Promise<SendResult> {
    const given = this.#read(options);
    return this.#deliver(prepareRaw(mail, this.#preparation(given)), given);
  }

  trySend(m: Message | Rendered, options?: SendOptions): Promise<SendResult> | undefined {
    const given = this.#read(options);
    const prepared = this.#prepare(m, given);
    return this.#slots.hasRoom(prepared.bytes) ? this.#deliver(prepared, given) : undefined;
  }

  async resume(m: Message | Rendered, earlier: SendResult, options?: SendOptions): Promise<SendResult> {
    // The date and the seed of the first time: all groups show the same Message-ID.
    const given = this.#read(options);
    requireResult(earlier);
    const prepared = this.#prepare(m, given, earlier);
    const done = earlier.groups ?? [];
    if (done.length === 0) return earlier.status === "sent" ? earlier : this.#deliver(prepared, given);
    const missing = done.filter(({ result }) => result.status !== "sent");
    if (missing.length === 0) return earlier;
    const combine = (rest: readonly (readonly GroupResult[])[]) => {
      const again = new Map(rest.map((groups, index) => [missing[index], groups]));
      return combineGroups(
        done.flatMap((group) => again.get(group) ?? group),
        earlier.attempts + attemptsOf(rest),
      );
    };
    const groups = missing.map(({ recipients }) => recipients);
    refuseOthers(groups, prepared);
    const part = { ...prepared, groups };
    return this.#deliver(part, given, combine);
  }

  sendAll(messages: Mails, options: SendAllOptions = {}) {
    const { concurrency } = this.#settings;
    const given = readSendAllOptions(options);
    const rate = this.#rateAndQuota.paced(given.rate);
    const send = (m: Message | Rendered, own: SendOptions) => this.send(m, rate === undefined ? own : { ...own, rate });
    // What holds up the whole sender was reported already; the day as it is kept here was not.
    const stopped = (code: string) => {
      if (code === "send.quota" && !this.#frame.holds.isHeld) this.#hub.emit("paused", { code, scope: "account" });
    };
    return sendAll(messages, given, { concurrency, send, stopped });
  }

  quota(): Promise<QuotaState> {
    return this.#rateAndQuota.state();
  }

  region(): Promise<string | undefined> {
    return this.#transport.region?.() ?? Promise.resolve(undefined);
  }

  async close(options: { readonly timeout?: number } = {}): Promise<Leftovers> {
    const { timeout = this.#settings.deadlines.total } = readOptionsOf(options, CLOSE);
    this.#closing ??= this.#drain(timeout);
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #drain(timeout: number): Promise<Leftovers> {
    for (const life of this.#lives) if (!life.begun) life.stop("send.closed");
    const callOff = this.#settings.clock.after(timeout, () => {
      for (const life of this.#lives) life.stop("send.closed");
    });
    // Settling makes nothing new: intake is stopped.
    await new Promise<void>((resolve) => {
      this.#onIdle = resolve;
      if (this.#running === 0) resolve();
    });
    callOff();
    this.#rateAndQuota.close();
    this.#transport.close?.();
    this.#hub.emit("closed");
    return { left: this.#left };
  }

  #refuseWhenClosed(): void {
    if (this.#closing !== undefined) throw new SenderClosedError();
  }

  #read(options: SendOptions | undefined): SendOptions {
    this.#refuseWhenClosed();
    return options === undefined ? NO_OPTIONS : readSendOptions(options);
  }

  #preparation(options: SendOptions): Preparation {
    return options === NO_OPTIONS ? this.#usual : this.#preparationWith(options);
  }

  #preparationWith(options: SendOptions): Preparation {
    const { limits, split, render, fields } = this.#settings;
    return {
      ...{ destination: this.#transport, limits, split, render: options.render ?? render },
      fields: { ...fields, ...callFieldsOf(options) },
    };
  }

  #prepare(m: Message | Rendered, options: SendOptions, earlier?: SendResult): PreparedSend {
    if (isRendered(m)) refuseRenderOptions(options.render, ["render"]);
    const preparation = this.#preparation(options);
    const rendering = earlier?.rendering;
    return prepareMessage(m, rendering === undefined ? preparation : { ...preparation, render: rendering });
  }

  async #deliver(
    prepared: PreparedSend,
    { rate: asked, signal, beforeFirstByte }: SendOptions,
    combine: (groups: readonly (readonly GroupResult[])[]) => SendResult = combineAll,
  ): Promise<SendResult> {
    this.#running++;
    try {
      const terms = { rate: this.#rateAndQuota.paced(asked), signal, beforeFirstByte };
      const result = withRendering(combine(await this.#callAll(prepared, terms)), prepared.rendering);
      if (wasClosed(result)) this.#left.push({ item: prepared.item, result });
      return result;
    } finally {
      if (--this.#running === 0) this.#onIdle();
    }
  }

  async #callAll(prepared: PreparedSend, terms: Terms): Promise<readonly (readonly GroupResult[])[]> {
    const [first, ...others] = prepared.groups;
    if (first !== undefined && others.length === 0) return [await this.#call(prepared, first, terms)];
    const calls = prepared.groups.map((recipients) => this.#call(prepared, recipients, terms));
    // A content that cannot be read rejects every group alike: wait for all, so that none goes on unseen.
    await Promise.allSettled(calls);
    return Promise.all(calls);
  }

  async #call(
    prepared: PreparedSend,
    recipients: readonly string[],
    { rate, signal, beforeFirstByte }: Terms,
  ): Promise<readonly GroupResult[]> {
    const life = new Lifetime(this.#settings.clock, signal);
    const call = this.#tally.calls++;
    const stopped = () => this.#reported(call, [Object.freeze({ recipients, result: notBegun(life) })]);
    this.#lives.add(life);
    let release: Release | undefined;
    try {
      this.#hub.emit("queued", { call });
      if (!life.aborted) release = this.#slots.pass(prepared.bytes) ?? (await this.#slots.take(prepared.bytes, life));
      if (release === undefined) return stopped();
      const ready = both(prepared.render(), this.#rateAndQuota.limiter(rate), life);
      const [raw, limiter] = (ready instanceof Promise ? await ready : ready) ?? [];
      if (raw === undefined || limiter === undefined) return stopped();
      this.#hub.emit("started", { call });
      const { source, fields } = prepared;
      const terms = { rate: limiter, life, beforeFirstByte };
      return this.#reported(call, await deliver({ raw, source, recipients, fields }, this.#frame, terms));
    } finally {
      release?.();
      life.end();
      this.#lives.delete(life);
    }
  }

  // Several groups where the service refused some recipients: each is counted, and has its own event.
  #reported(call: number, groups: readonly GroupResult[]): readonly GroupResult[] {
    for (const { result } of groups) {
      this.#tally[result.status]++;
      const code = result.status === "failed" ? { code: result.code } : {};
      this.#hub.emit(result.status, { call, attempts: result.attempts, ...code });
    }
    return groups;
  }
}

const combineAll = (calls: readonly (readonly GroupResult[])[]) => combineGroups(calls.flat(), attemptsOf(calls));

// The groups of one call have its attempts each.
function attemptsOf(calls: readonly (readonly GroupResult[])[]): number {
  return calls.reduce((sum, [group]) => sum + (group?.result.attempts ?? 0), 0);
}

// What is there already is not waited for.
function both<A, B>(one: A | Promise<A>, other: B | Promise<B>, life: Lifetime) {
  if (one instanceof Promise || other instanceof Promise) return unlessAborted(Promise.all([one, other]), life);
  return [one, other] as const;
}

function notBegun(life: Lifetime): CallResult {
  const code = life.code ?? "send.aborted";
  const message = code === "send.closed" ? "the sender was closed" : "the caller aborted the send";
  return Object.freeze({ status: "failed", code, message, retryable: code === "send.closed", attempts: 0 });
}

// Recipients come from the message alone: a result of another message would send this one to strangers.
function refuseOthers(groups: PreparedSend["groups"], { groups: all }: PreparedSend): void {
  const own = new Set(all.flat());
  if (groups.flat().every((one) => own.has(one))) return;
  throw new RangeError("the earlier result is of another message: it has recipients that are not in the envelope");
}

function wasClosed(result: SendResult): boolean {
  const results = result.groups?.map((group) => group.result) ?? [result];
  return results.some((one) => one.status === "failed" && one.code === "send.closed");
}

// The sender: a line with room for so many, a rate, attempts, and one result for everything that was let in.
import { checkOptions, optionNames } from "../../given.ts";
import type { Message } from "../../message/types.ts";
import { isRendered, type Rendered } from "../../mime/render.ts";
import { refuseRenderOptions } from "../../mime/render-options.ts";
import { type Packing, type Parcel, packMessage, packRaw, type RawMail } from "../../ses/parcel.ts";
import { checkClient } from "../ses/client.ts";
import { wireOf } from "../ses/http-client.ts";
import { sdkWire } from "../ses/sdk.ts";
import { transportOver } from "../ses/ses-transport.ts";
import type { Wire } from "../ses/wire.ts";
import { type BeforeFirstByte, type CallFrame, deliver } from "./attempts.ts";
import { EventHub, type SenderCounts, type SenderEvents } from "./events.ts";
import { Holds } from "./holds.ts";
import { Lifetime } from "./lifetime.ts";
import { Slots } from "./line.ts";
import {
  checkSendAllOptions,
  checkSendOptions,
  fieldsOf,
  type RateOption,
  readOptions,
  type SenderSettings,
  type SendOptions,
  type SesSenderOptions,
} from "./options.ts";
import { RetryBudget } from "./policy.ts";
import type { QuotaState } from "./quota.ts";
import { RateAndQuota, type Refusal } from "./rate-and-quota.ts";
import { type CallResult, combineGroups, type GroupResult, type SendResult, withRendering } from "./result.ts";
import { type Mails, type SendAllOptions, type SendAllResult, sendAll } from "./send-all.ts";
import type { MailTransport } from "./transport.ts";

/** What `close()` leaves. */
export interface Leftovers {
  /** What was in line and not begun, or was stopped: nothing of it is lost. */
  readonly left: readonly { readonly item: Message | RawMail; readonly result: SendResult }[];
}

/** Sends messages through SES. */
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
   * @throws RangeError when the groups are not of this message's envelope
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
   * @throws RangeError for a timeout that is no number of milliseconds
   */
  close(options?: { readonly timeout?: number }): Promise<Leftovers>;
  readonly events: SenderEvents;
  readonly counts: SenderCounts;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Thrown by a sender that takes nothing any more. */
export class SenderClosedError extends Error {
  override readonly name = "SenderClosedError";
  readonly code = "send.closed";
  constructor() {
    super("the sender is closed");
  }
}

/**
 * Makes a sender over a client of the AWS SDK v3 (SES v1 or v2) or one of `sesHttpClient`.
 *
 * At most once by default: what SES may have taken is reported as `unknown`, and not sent again.
 *
 * @throws TypeError or RangeError for options that are unusable
 * @example
 * const sender = sesSender({ client: new SESClient({}), rate: "quota" });
 * const result = await sender.send(message({ from, to, subject: "Hello", text: "Hello" }));
 * if (result.status !== "sent") console.log(result.status);
 */
export function sesSender(options: SesSenderOptions): Sender {
  return new SesSender(options);
}

const CLOSE = optionNames("timeout");

interface Waiting {
  readonly parcel: Parcel;
  readonly rate: RateOption | undefined;
  readonly signal: AbortSignal | undefined;
  readonly beforeFirstByte: BeforeFirstByte | undefined;
}

class SesSender implements Sender {
  readonly #transport: MailTransport;
  readonly #settings: SenderSettings;
  readonly #slots: Slots;
  readonly #allowance: RateAndQuota;
  readonly #frame: CallFrame;
  readonly #hub: EventHub;
  readonly #lives = new Set<Lifetime>();
  readonly #running = new Set<Promise<unknown>>();
  readonly #left: Leftovers["left"][number][] = [];
  readonly #tally = { calls: 0, sent: 0, failed: 0, unknown: 0, throttled: 0, retries: 0 };
  #closing: Promise<Leftovers> | undefined;

  constructor(options: SesSenderOptions) {
    checkClient(options);
    const wire =
      wireOf(options.client) ?? ("send" in options.client ? sdkWire(options.client, options.commands) : undefined);
    if (wire === undefined) throw new TypeError("client is one of the AWS SDK v3, or what sesHttpClient gives");
    refuseUnserved(wire, options);
    const settings = readOptions(options, wire.api);
    const { clock, deadlines, retries, pauses, rate, share, quota } = settings;
    const transport = transportOver(wire);
    this.#transport = transport;
    this.#settings = settings;
    this.#slots = new Slots(settings.concurrency, settings.queue);
    this.#hub = new EventHub(() => this.counts);
    const onAsked = (refusal: Refusal | undefined) => this.#hub.emit("quota", refusal ?? {});
    this.#allowance = new RateAndQuota({ transport, clock, deadlines, rate, share, quota, onAsked });
    const allowance = this.#allowance;
    this.#frame = {
      ...{ transport, clock, deadlines, retries, random: settings.random, onAmbiguous: settings.onAmbiguous },
      budget: new RetryBudget(retries),
      holds: new Holds(clock, pauses, ({ type, ...detail }) => this.#hub.emit(type, detail)),
      quotaPause: pauses.quota,
      // A run with a rate of its own may begin to keep it.
      get quota() {
        return allowance.keepsQuota ? allowance.counter : undefined;
      },
      recount: (signal) => allowance.recount(signal),
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
    const { rate, level } = this.#allowance.current.state;
    const { queued, inFlight } = this.#slots;
    return { queued, inFlight, sent, failed, unknown, throttled, retries, rate, level };
  }

  async send(m: Message | Rendered, options: SendOptions = {}): Promise<SendResult> {
    return this.#accept(this.#pack(m, options), options);
  }

  async sendRaw(mail: RawMail, options: SendOptions = {}): Promise<SendResult> {
    this.#refuseWhenClosed();
    return this.#accept(packRaw(mail, this.#packing(checkSendOptions(options))), options);
  }

  trySend(m: Message | Rendered, options: SendOptions = {}): Promise<SendResult> | undefined {
    const parcel = this.#pack(m, options);
    return this.#slots.hasRoom(parcel.bytes) ? this.#accept(parcel, options) : undefined;
  }

  async resume(m: Message | Rendered, earlier: SendResult, options: SendOptions = {}): Promise<SendResult> {
    // The date and the seed of the first time: all groups show the same Message-ID.
    const parcel = this.#pack(m, options, earlier);
    const done = earlier.groups ?? [];
    if (done.length === 0) return earlier.status === "sent" ? earlier : this.#accept(parcel, options);
    const missing = done.filter(({ result }) => result.status !== "sent");
    if (missing.length === 0) return earlier;
    const combine = (rest: readonly GroupResult[]) => {
      const again = new Map(rest.map((group, index) => [missing[index], group]));
      return combineGroups(done.map((group) => again.get(group) ?? group));
    };
    const groups = missing.map(({ recipients }) => recipients);
    refuseOthers(groups, parcel);
    const part = { ...parcel, groups };
    return this.#track(this.#deliver(part, options, combine));
  }

  sendAll(messages: Mails, options: SendAllOptions = {}) {
    const { concurrency } = this.#settings;
    const rate = this.#allowance.paced(checkSendAllOptions(options).rate);
    const send = (m: Message | Rendered, own: SendOptions) => this.send(m, rate === undefined ? own : { ...own, rate });
    // What holds up the whole sender was told already; the day as it is kept here was not.
    const stopped = (code: string) => {
      if (code === "send.quota" && !this.#frame.holds.isHeld) this.#hub.emit("paused", { code, scope: "account" });
    };
    return sendAll(messages, options, { concurrency, send, stopped });
  }

  quota(): Promise<QuotaState> {
    return this.#allowance.state();
  }

  region(): Promise<string | undefined> {
    return this.#transport.region?.() ?? Promise.resolve(undefined);
  }

  async close(options: { readonly timeout?: number } = {}): Promise<Leftovers> {
    const { timeout = this.#settings.deadlines.total } = checkOptions(options, CLOSE);
    if (!(timeout >= 0)) throw new RangeError("timeout is a number of milliseconds");
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
    await Promise.allSettled(this.#running);
    callOff();
    this.#allowance.close();
    this.#transport.close?.();
    this.#hub.emit("closed");
    return { left: this.#left };
  }

  #refuseWhenClosed(): void {
    if (this.#closing !== undefined) throw new SenderClosedError();
  }

  #packing(options: SendOptions): Packing {
    const { limits, split, render, fields } = this.#settings;
    return {
      ...{ api: "v2", unserved: this.#transport.unserved, limits, split, render: options.render ?? render },
      fields: { ...fields, ...fieldsOf(options) },
    };
  }

  #pack(m: Message | Rendered, options: SendOptions, earlier?: SendResult): Parcel {
    this.#refuseWhenClosed();
    const { render } = checkSendOptions(options);
    if (isRendered(m)) refuseRenderOptions(render, [], ["render"]);
    const packing = this.#packing(options);
    const rendering = earlier?.rendering;
    return packMessage(m, rendering === undefined ? packing : { ...packing, render: rendering });
  }

  #accept(parcel: Parcel, options: SendOptions): Promise<SendResult> {
    return this.#track(this.#deliver(parcel, options, (groups) => combineGroups(groups)));
  }

  async #deliver(
    parcel: Parcel,
    { rate: asked, signal, beforeFirstByte }: SendOptions,
    combine: (groups: readonly GroupResult[]) => SendResult,
  ): Promise<SendResult> {
    const rate = this.#allowance.paced(asked);
    const calls = parcel.groups.map(async (recipients) =>
      Object.freeze({ recipients, result: await this.#call({ parcel, rate, signal, beforeFirstByte }, recipients) }),
    );
    // A content that cannot be read rejects every group alike: wait for all, so that none goes on unseen.
    await Promise.allSettled(calls);
    const result = withRendering(combine(await Promise.all(calls)), parcel.rendering);
    if (wasClosed(result)) this.#left.push({ item: parcel.item, result });
    return result;
  }

  async #call({ parcel, rate, signal, beforeFirstByte }: Waiting, recipients: readonly string[]): Promise<CallResult> {
    const life = new Lifetime(this.#settings.clock, signal);
    const call = this.#tally.calls++;
    this.#lives.add(life);
    try {
      this.#hub.emit("queued", { call });
      const release = await this.#slots.take(parcel.bytes, life.signal);
      if (release === undefined) return this.#told(call, notBegun(life));
      try {
        const ready = Promise.all([parcel.render(), this.#allowance.limiter(rate)]);
        const [raw, limiter] = (await unlessAborted(ready, life.signal)) ?? [];
        if (raw === undefined || limiter === undefined) return this.#told(call, notBegun(life));
        this.#hub.emit("started", { call });
        const { source, fields } = parcel;
        return this.#told(
          call,
          await deliver({ raw, source, recipients, fields }, this.#frame, { rate: limiter, life, beforeFirstByte }),
        );
      } finally {
        release();
      }
    } finally {
      life.end();
      this.#lives.delete(life);
    }
  }

  #told(call: number, result: CallResult): CallResult {
    this.#tally[result.status]++;
    const code = result.status === "failed" ? { code: result.code } : {};
    this.#hub.emit(result.status, { call, attempts: result.attempts, ...code });
    return result;
  }

  async #track<T>(promise: Promise<T>): Promise<T> {
    this.#running.add(promise);
    try {
      return await promise;
    } finally {
      this.#running.delete(promise);
    }
  }
}

// What no call could be made with is said before the first one.
function refuseUnserved({ unserved }: Wire, options: SesSenderOptions): void {
  for (const [key, why] of unserved ?? []) if (options[key] !== undefined) throw new TypeError(why);
}

/** What the promise gives; undefined when the signal is aborted first. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const onAbort = () => resolve(undefined);
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}

function notBegun(life: Lifetime): CallResult {
  const code = life.code ?? "send.aborted";
  const message = code === "send.closed" ? "the sender was closed" : "the caller aborted the send";
  return Object.freeze({ status: "failed", code, message, retryable: code === "send.closed", attempts: 0 });
}

// Recipients come from the message alone: a result of another message would send this one to strangers.
function refuseOthers(groups: Parcel["groups"], { groups: all }: Parcel): void {
  const own = new Set(all.flat());
  if (groups.flat().every((one) => own.has(one))) return;
  throw new RangeError("the earlier result is of another message: it has recipients that are not in the envelope");
}

function wasClosed(result: SendResult): boolean {
  const results = result.groups?.map((group) => group.result) ?? [result];
  return results.some((one) => one.status === "failed" && one.code === "send.closed");
}

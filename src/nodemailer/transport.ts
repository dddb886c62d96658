// A transport for nodemailer over the sender: nodemailer composes (or we do), the sender sends and knows what became
// of it.

import { EventEmitter } from "node:events";
import { isAbortSignal, isError } from "../encoding/kinds.ts";
import { sesV1, sesV2 } from "../limits/profiles.ts";
import { message } from "../message/check.ts";
import { envelope } from "../message/envelope.ts";
import type { Envelope } from "../message/types.ts";
import type { SendResult } from "../ses/send-result.ts";
import { type Sender, sesSender } from "../ses/sender.ts";
import type { SesSenderOptions } from "../ses/sender-options.ts";
import { apiOf } from "../ses/wire/sdk-command.ts";
import { bytesOf, type CompiledMail, envelopeOf } from "./compiled-mail.ts";
import { fromNodemailer } from "./from-nodemailer.ts";
import { isObject } from "./given.ts";
import { SesSendError, type SesSentInfo, toInfo } from "./send-info.ts";
import { readSesParameters, type SesParameters } from "./ses-fields.ts";

/** Options of {@link sesTransport}: those of `sesSender`, and two more. */
export interface SesTransportOptions extends SesSenderOptions {
  /**
   * Who writes the bytes: nodemailer (default), so that DKIM signatures and plugins of the `stream` step are kept, or
   * mimewright, from the same message options.
   */
  readonly compose?: "nodemailer" | "mimewright";
  /** Parameters for every message; those of a message's own `ses` stand in their place. Never recipients. */
  readonly ses?: SesParameters;
}

/** A callback of nodemailer. */
export type SendCallback = (error: Error | null, info: SesSentInfo) => void;

/** A transport for `createTransport` of nodemailer 6 and later. */
export interface SesTransport {
  readonly name: string;
  readonly version: string;
  /** A message's `signal` stops its send, queued or in flight. */
  readonly supportsAbortSignal: true;
  send(mail: CompiledMail, callback: SendCallback): void;
  /** Asks the service something that tells whether credentials, region and endpoint serve. */
  verify(callback: (error: Error | null, success: true) => void): void;
  verify(): Promise<true>;
  /** True while a message would start at once. After a time of not being idle, `idle` is emitted. */
  isIdle(): boolean;
  /** Takes nothing more; what is in flight comes to its end. */
  close(): void;
  on(event: "idle", listener: () => void): this;
  once(event: "idle", listener: () => void): this;
  off(event: "idle", listener: () => void): this;
  /** The sender behind it: quota, events, `close()` that can be awaited. */
  readonly sender: Sender;
}

/**
 * Makes a transport that sends through SES: v1 or v2 clients of the AWS SDK, or one of `sesHttpClient`.
 *
 * Recipients and Source come from the message's envelope and from nothing else; Bcc is never in the bytes.
 *
 * @throws TypeError or RangeError for options that are unusable; MessageError for unusable `ses`.
 * @example
 * const mailer = createTransport(sesTransport({ client: new SESClient({}), rate: "quota" }));
 * const info = await mailer.sendMail({ from, to, subject: "Hello", text: "Hello" });
 */
export function sesTransport(options: SesTransportOptions): SesTransport {
  const { compose = "nodemailer", ses, ...own } = options;
  if (compose !== "nodemailer" && compose !== "mimewright") throw new TypeError("compose is nodemailer or mimewright");
  const sender = sesSender({ ...own, ...readSesParameters(ses) });
  return new Transport(sender, own, compose);
}

class Transport implements SesTransport {
  readonly name = "mimewright-ses";
  readonly version = "0.1.0";
  readonly supportsAbortSignal = true;
  readonly sender: Sender;
  readonly #maxBytes: number;
  readonly #concurrency: number;
  readonly #compose: "nodemailer" | "mimewright";
  readonly #events = new EventEmitter();
  #pending = 0;

  constructor(sender: Sender, options: SesSenderOptions, compose: "nodemailer" | "mimewright") {
    const { client, concurrency = 16, limits } = options;
    const api = "api" in client ? client.api : apiOf(client, options.commands);
    this.sender = sender;
    this.#maxBytes = (limits ?? (api === "v2" ? sesV2 : sesV1)).bytes;
    this.#concurrency = concurrency;
    this.#compose = compose;
    // Whoever waits for `idle` before the first message gets it, once listeners are there.
    setImmediate(() => this.#tellIdle());
  }

  send(mail: CompiledMail, callback: SendCallback): void {
    this.#pending++;
    this.#sendOnce(mail).then(
      (outcome) => this.#done(callback, outcome),
      (error: unknown) => this.#done(callback, isError(error) ? error : new Error("the message could not be read")),
    );
  }

  verify(callback: (error: Error | null, success: true) => void): void;
  verify(): Promise<true>;
  verify(callback?: (error: Error | null, success: true) => void): Promise<true> | undefined {
    const verified = this.#verify();
    if (callback === undefined) return verified;
    // Out of the promise: what the callback throws is its own affair.
    verified.then(
      () => setImmediate(() => callback(null, true)),
      (error: unknown) => setImmediate(() => Reflect.apply(callback, undefined, [error])),
    );
    return undefined;
  }

  isIdle(): boolean {
    return this.#pending < this.#concurrency;
  }

  close(): void {
    void this.sender.close();
  }

  on(event: "idle", listener: () => void): this {
    this.#events.on(event, listener);
    return this;
  }

  once(event: "idle", listener: () => void): this {
    this.#events.once(event, listener);
    return this;
  }

  off(event: "idle", listener: () => void): this {
    this.#events.off(event, listener);
    return this;
  }

  async #sendOnce(mail: CompiledMail): Promise<SesSentInfo | SesSendError> {
    const given: unknown = Reflect.get(mail.data, "signal");
    const signal = isAbortSignal(given) ? { signal: given } : {};
    const options = { ...readSesParameters(ownValue(mail.data, "ses")), ...signal };
    const { result, own } = await (this.#compose === "mimewright"
      ? this.#composed(mail, options)
      : this.#raw(mail, options));
    return toInfo(result, own, await this.sender.region());
  }

  async #raw(mail: CompiledMail, options: Parameters<Sender["sendRaw"]>[1]): Promise<Outcome> {
    const own = envelopeOf(mail);
    const raw = await bytesOf(mail, this.#maxBytes);
    return { own, result: await this.sender.sendRaw({ raw, envelope: own }, options) };
  }

  async #composed({ data }: CompiledMail, options: Parameters<Sender["send"]>[1]): Promise<Outcome> {
    const m = message(fromNodemailer(withoutTransportOptions(data)));
    return { own: envelope(m), result: await this.sender.send(m, options) };
  }

  #done(callback: SendCallback, outcome: SesSentInfo | Error): void {
    this.#pending--;
    // Two arguments or one, as the transports of nodemailer itself do.
    setImmediate(() => (isError(outcome) ? Reflect.apply(callback, undefined, [outcome]) : callback(null, outcome)));
    setImmediate(() => this.#tellIdle());
  }

  #tellIdle(): void {
    if (this.isIdle()) this.#events.emit("idle");
  }

  async #verify(): Promise<true> {
    const quota = await this.sender.quota();
    if (quota.used !== undefined) return true;
    // Without the permission for the quota: a message that SES must refuse, as nodemailer's own transport sends it.
    const result = await this.sender.sendRaw(PROBE);
    if (result.status === "sent" || result.status === "partial") return true;
    if (result.status === "failed" && REFUSALS.has(result.code)) return true;
    throw new SesSendError(result);
  }
}

interface Outcome {
  readonly own: Envelope;
  readonly result: SendResult;
}

const REFUSALS = new Set(["InvalidParameterValue", "MessageRejected"]);

const PROBE = {
  raw: new TextEncoder().encode("From: <invalid@invalid>\r\nTo: <invalid@invalid>\r\n Subject: Invalid\r\n\r\nInvalid"),
  envelope: { from: "invalid@invalid", to: ["invalid@invalid"] },
};

function ownValue(data: object, key: string): unknown {
  return Object.hasOwn(data, key) ? Reflect.get(data, key) : undefined;
}

// What nodemailer and this transport add to the options of a message.
function withoutTransportOptions(data: object): object {
  const own: Record<string, unknown> = { ...data };
  for (const key of ["ses", "signal", "maxRecipients", "_dkim"]) delete own[key];
  if (isObject(own.headers) && Object.keys(own.headers).length === 0) delete own.headers;
  return own;
}

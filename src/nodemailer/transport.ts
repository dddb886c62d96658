// A transport for nodemailer over the sender: nodemailer composes (or we do), the sender sends and knows what became
// of it.

import type { SendResult } from "../deliver/core/result.ts";
import { type Sender, sesSender } from "../deliver/core/sender.ts";
import { apiOf } from "../deliver/ses/sdk-command.ts";
import { isAbortSignal, isError } from "../encoding/kinds.ts";
import { frozenIssue, MessageError } from "../issues.ts";
import { sesV1, sesV2 } from "../limits/profiles.ts";
import { message } from "../message/check.ts";
import { envelope } from "../message/envelope.ts";
import { originPaths } from "../message/origins.ts";
import type { Envelope } from "../message/types.ts";
import { collect } from "../mime/output.ts";
import { render } from "../mime/render.ts";
import { bytesOf, type CompiledMail, envelopeOf, refuseMessage } from "./compiled-mail.ts";
import { readMailOptions } from "./from-nodemailer.ts";
import { isObject } from "./given.ts";
import { plainSender } from "./plain-sender.ts";
import { type SesSendError, type SesSentInfo, toInfo } from "./send-info.ts";
import { readSesParameters } from "./ses-fields.ts";
import { TransportEvents } from "./transport-events.ts";
import { readTransportOptions, type SesTransportOptions, type TransportSettings } from "./transport-options.ts";
import { verifySender } from "./verify.ts";

/** A callback of nodemailer. */
export type SendCallback = (error: Error | null, info: SesSentInfo) => void;

type VerifyCallback = (error: Error | null, success: true) => void;

/**
 * A transport for `createTransport` of nodemailer. A plain object: its functions are its own properties and need no
 * `this`, so that a copy of it (spread, `Object.assign`, the merged options of Auth.js) sends as it does itself.
 */
export interface SesTransport {
  readonly name: string;
  readonly version: string;
  /** A message's `signal` stops its send, queued or in flight. */
  readonly supportsAbortSignal: true;
  send(mail: CompiledMail, callback: SendCallback): void;
  /**
   * Asks the service whether credentials, region and endpoint serve. True as well when it knew who asked and refused:
   * policies that name one identity do not allow the question.
   */
  verify(callback: (error: Error | null, success: true) => void): void;
  verify(): Promise<true>;
  /** True while a message would start at once. After a time of not being idle, `idle` is emitted. */
  isIdle(): boolean;
  /** Takes nothing more; what is in flight comes to its end. */
  close(): void;
  on(event: string, listener: (...args: unknown[]) => void): this;
  once(event: string, listener: (...args: unknown[]) => void): this;
  off(event: string, listener: (...args: unknown[]) => void): this;
  /** The sender behind it: quota, events, `close()` that can be awaited. */
  readonly sender: Sender;
}

/**
 * Makes a transport that sends through SES: v1 or v2 clients of the AWS SDK, or one of `sesHttpClient`.
 *
 * Recipients and Source come from the message's envelope and from nothing else; Bcc is never in the bytes.
 *
 * @param options - those of `sesSender`, and `compose`, `ses`, `ignoreKeys`, `returnRaw`
 * @throws TypeError or RangeError for options that are unusable; MessageError for unusable `ses`.
 * @example
 * const mailer = createTransport(sesTransport({ client: new SESClient({}), rate: "quota" }));
 * const info = await mailer.sendMail({ from, to, subject: "Hello", text: "Hello" });
 */
export function sesTransport(options: SesTransportOptions): SesTransport {
  const settings = readTransportOptions(options);
  const sender = sesSender(settings.sender);
  const events = new TransportEvents();
  const line = idleLine(settings.sender.concurrency ?? 16, () => events.emit("idle"));
  const sendOnce = sendingBy(sender, settings);

  function verify(callback: VerifyCallback): void;
  function verify(): Promise<true>;
  function verify(callback?: VerifyCallback): Promise<true> | undefined {
    const verified = verifySender(sender);
    if (callback === undefined) return verified;
    // Out of the promise: what the callback throws is its own affair.
    verified.then(
      () => setImmediate(() => callback(null, true)),
      (error: unknown) => setImmediate(() => Reflect.apply(callback, undefined, [error])),
    );
    return undefined;
  }

  const transport: SesTransport = {
    ...NOT_FOR_SMTP,
    name: "mimewright-ses",
    version: "0.1.0",
    supportsAbortSignal: true,
    sender: plainSender(sender),
    verify,
    send: (mail, callback) => {
      line.enter();
      const end = (outcome: SesSentInfo | Error) => {
        line.leave();
        // Two arguments or one, as the transports of nodemailer itself do.
        setImmediate(() =>
          isError(outcome) ? Reflect.apply(callback, undefined, [outcome]) : callback(null, outcome),
        );
        setImmediate(line.report);
      };
      const unreadable = "the message could not be read";
      sendOnce(mail).then(end, (error: unknown) => end(isError(error) ? error : new Error(unreadable)));
    },
    isIdle: line.isIdle,
    close: () => void sender.close(),
    // Only here `this` matters, and only for how long a listener lives: see ownerOf.
    on(this: unknown, event, listener) {
      events.on(ownerOf(this, transport), event, listener);
      return transport;
    },
    once(this: unknown, event, listener) {
      events.once(ownerOf(this, transport), event, listener);
      return transport;
    },
    off: (event, listener) => {
      events.off(event, listener);
      return transport;
    },
  };
  acceptMailer(transport);
  // Whoever waits for `idle` before the first message gets it, once listeners are there.
  setImmediate(line.report);
  return transport;
}

// What has lost its functions on the way (JSON, a message to a worker) are options of an SMTP transport to nodemailer,
// by default for localhost. RFC 1035 s2.3.4: a label has at most 63 octets, so that this host is never looked up.
const NOT_FOR_SMTP = {
  host: "sesTransport-was-copied-without-its-functions--give-createTransport-the-transport-itself",
};

// nodemailer sets `mailer`, which must work for a frozen transport, and must not be seen by whoever copies or merges
// all properties: a transporter refers to its transport.
function acceptMailer(transport: SesTransport): void {
  let mailer: unknown;
  Object.defineProperty(transport, "mailer", {
    get: () => mailer,
    set: (value: unknown) => {
      mailer = value;
    },
  });
}

// nodemailer sets `mailer` of the transport or of a copy first, and then adds its listeners.
function ownerOf(self: unknown, transport: SesTransport): object {
  const holder = isObject(self) ? self : transport;
  const mailer: unknown = Reflect.get(holder, "mailer");
  if (!isObject(mailer)) return holder;
  refuseMessagesIn(mailer);
  lendSend(mailer, transport);
  return mailer;
}

// A transporter that is given where a transport belongs (`createTransport(mailer)`, `server: mailer` of Auth.js), or a
// spread of one, has no `send` of its own, and is options of SMTP for localhost to nodemailer. With this it sends.
function lendSend(mailer: object, { name, version, send }: SesTransport): void {
  const lent = { name, version, send };
  for (const [key, value] of Object.entries(lent)) if (!(key in mailer)) Reflect.set(mailer, key, value);
}

const refusing = new WeakSet<object>();

// nodemailer composes before a transport sees the mail, and what versions before 9 say of a message is about the
// frozen object of an address. A plugin comes first.
function refuseMessagesIn(mailer: object): void {
  const use: unknown = Reflect.get(mailer, "use");
  if (typeof use !== "function" || refusing.has(mailer)) return;
  refusing.add(mailer);
  const plugin = ({ data }: { readonly data: object }, done: (error?: unknown) => void) => {
    try {
      refuseMessage(data);
    } catch (error) {
      return done(error);
    }
    done();
  };
  Reflect.apply(use, mailer, ["compile", plugin]);
}

function idleLine(concurrency: number, onIdle: () => void) {
  let pending = 0;
  const isIdle = () => pending < concurrency;
  return {
    isIdle,
    enter: () => {
      pending++;
    },
    leave: () => {
      pending--;
    },
    report: () => {
      if (isIdle()) onIdle();
    },
  };
}

type SendOne = (mail: CompiledMail) => Promise<SesSentInfo | SesSendError>;
type SendOptions = Parameters<Sender["send"]>[1];

interface Outcome {
  readonly own: Envelope;
  readonly result: SendResult;
  readonly raw?: Uint8Array;
}

function sendingBy(sender: Sender, settings: TransportSettings): SendOne {
  const { client, limits } = settings.sender;
  const api = "api" in client ? client.api : apiOf(client, settings.sender.commands);
  const { bytes } = limits ?? (api === "v2" ? sesV2 : sesV1);
  const send = settings.compose === "mimewright" ? sendComposed : sendCompiled;
  return async (mail) => {
    refuseMessage(mail.data);
    const given: unknown = Reflect.get(mail.data, "signal");
    const signal = isAbortSignal(given) ? { signal: given } : {};
    const options = { ...readSesParameters(ownValue(mail.data, "ses")), ...signal };
    const { result, own, raw } = await send(mail, { sender, settings, maxBytes: bytes }, options);
    return toInfo(result, own, await sender.region(), settings.returnRaw ? raw : undefined);
  };
}

interface Way {
  readonly sender: Sender;
  readonly settings: TransportSettings;
  readonly maxBytes: number;
}

async function sendCompiled(mail: CompiledMail, { sender, maxBytes }: Way, options: SendOptions): Promise<Outcome> {
  const own = envelopeOf(mail);
  const raw = await bytesOf(mail, maxBytes);
  return { own, raw, result: await sender.sendRaw({ raw, envelope: own }, options) };
}

async function sendComposed({ data }: CompiledMail, way: Way, options: SendOptions): Promise<Outcome> {
  const { sender, settings, maxBytes } = way;
  const input = readMailOptions(withoutTransportOptions(data), settings.ignoreKeys);
  const m = message(input);
  const own = envelope(m);
  return atGivenPaths(input, async () => {
    if (!settings.returnRaw) return { own, result: await sender.send(m, options) };
    const rendered = render(m, settings.sender.render);
    const raw = await collect(rendered, { maxBytes });
    return { own, raw, result: await sender.send(rendered, options) };
  });
}

// What the limits of SES say is about the message; its paths are those of the mail options too.
async function atGivenPaths<T>(input: object, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof MessageError)) throw error;
    const given = originPaths(input);
    const [first, ...rest] = error.issues.map((issue) => frozenIssue(issue, given(issue.path)));
    throw first === undefined ? error : new MessageError([first, ...rest]);
  }
}

function ownValue(data: object, key: string): unknown {
  return Object.hasOwn(data, key) ? Reflect.get(data, key) : undefined;
}

// What nodemailer and this transport add to the options of a message, and what nodemailer has done by now:
// `attachDataUrls` is one of its own plugins.
function withoutTransportOptions(data: object): object {
  const own: Record<string, unknown> = { ...data };
  for (const key of ["ses", "signal", "maxRecipients", "_dkim", "attachDataUrls"]) delete own[key];
  if (isObject(own.headers) && Object.keys(own.headers).length === 0) delete own.headers;
  return own;
}

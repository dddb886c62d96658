// A transport for nodemailer over the sender: nodemailer composes (or we do), the sender sends and knows what became
// of it.

import { isError } from "../../mail/octets/kinds.ts";
import type { Sender } from "../core/sender.ts";
import { sesSender } from "../ses/ses-sender.ts";
import type { CompiledMail } from "./compiled-mail.ts";
import { SesSendError, type SesSentInfo, sendingBy } from "./send-mail.ts";
import { readTransportOptions, type SesTransportOptions } from "./transport-options.ts";
import { acceptMailer, NOT_FOR_SMTP, ownerOf, plainSender, TransportEvents } from "./transporter.ts";

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
  /** Accepts no more mail; waits for what is in flight. */
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
 * @throws OptionError with every option that cannot be used
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
        callBack(callback, outcome);
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

// Two arguments or one, as the transports of nodemailer itself do.
function callBack(callback: SendCallback, outcome: SesSentInfo | Error): void {
  setImmediate(() => (isError(outcome) ? Reflect.apply(callback, undefined, [outcome]) : callback(null, outcome)));
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

/**
 * Asks for the quota, and without the permission for that sends what SES must refuse. A refusal by a service that knew
 * who asked is as good as a success: policies often name one identity or one action, and what they forbid here they
 * may allow for the mail itself.
 *
 * @throws SesSendError with the reason: a wrong or expired key, no credentials, no connection
 */
async function verifySender(sender: Sender): Promise<true> {
  const quota = await sender.quota();
  // An answer without the numbers of an account is not from SES: of a proxy that asks for a login, for one.
  if (quota.max24Hour !== undefined || quota.maxRate !== undefined) return true;
  const result = await sender.sendRaw(PROBE);
  if (result.status === "sent" || result.status === "partial") return true;
  if (result.status === "failed" && KNOWN_CALLER.has(result.code)) return true;
  throw new SesSendError(result);
}

// Codes that follow the check of the signature (Amazon SES API Reference, Common Errors), in the words of both APIs.
const KNOWN_CALLER = new Set([
  ...["AccessDenied", "AccessDeniedException"],
  ...["InvalidParameterValue", "BadRequestException", "MessageRejected"],
  ...["MailFromDomainNotVerified", "MailFromDomainNotVerifiedException"],
  ...["AccountSendingPaused", "AccountSendingPausedException", "SendingPausedException", "send.quota"],
]);

// The message that nodemailer's own SES transport verifies with: "invalid" is not a domain that mail can come from.
const PROBE = {
  raw: new TextEncoder().encode("From: <invalid@invalid>\r\nTo: <invalid@invalid>\r\n Subject: Invalid\r\n\r\nInvalid"),
  envelope: { from: "invalid@invalid", to: ["invalid@invalid"] },
};

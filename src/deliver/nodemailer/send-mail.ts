// One mail through the sender, and what nodemailer gets: info when SES took it for a recipient, an error when it
// did not, or when that is unknown.

import { frozenIssue, MessageError } from "../../issues.ts";
import { message } from "../../mail/message/check.ts";
import { envelope } from "../../mail/message/envelope.ts";
import { originPaths } from "../../mail/message/seal.ts";
import type { Envelope } from "../../mail/message/types.ts";
import { isAbortSignal } from "../../mail/octets/kinds.ts";
import { collectChecked } from "../../mail/render/output.ts";
import { render } from "../../mail/render/render.ts";
import type { RefusalScope } from "../core/outcome.ts";
import type { CallResult, GroupResult, SendResult } from "../core/result.ts";
import type { Sender } from "../core/sender.ts";
import { limitsOf } from "../ses/ses-sender.ts";
import { bytesOf, type CompiledMail, envelopeOf, refuseMessage } from "./compiled-mail.ts";
import { readMailOptions } from "./from-nodemailer.ts";
import { isObject } from "./given.ts";
import { readSesParameters } from "./ses-parameters.ts";
import type { TransportSettings } from "./transport-options.ts";

/** The second argument of `sendMail`'s callback. */
export interface SesSentInfo {
  readonly envelope: { readonly from: string; readonly to: string[] };
  /** As receivers see it: `<id@email.amazonses.com>` in us-east-1, `<id@region.amazonses.com>` elsewhere. */
  readonly messageId: string;
  /** The id that SES gave; of the first group when the message was split. */
  readonly response: string;
  /** Recipients of the calls that SES took. */
  readonly accepted: string[];
  /** Recipients of the calls that it did not take. */
  readonly rejected: string[];
  /** Recipients of the calls with an unknown outcome. */
  readonly pending: string[];
  /** What became of each call. One, unless the message was split. */
  readonly results: readonly GroupResult[];
  /** The bytes that were given to SES, with `returnRaw: true`. */
  readonly raw?: Buffer;
  /** When some calls were not sent: one of their errors, an `unknown` one before any other. */
  readonly error?: SesSendError;
}

/** A send that failed, or whose outcome is unknown. Holds no part of the message. */
export class SesSendError extends Error {
  override readonly name = "SesSendError";
  /** The service's code, such as `MessageRejected`, or one of `sendCodes`. */
  readonly code: string;
  /** `unknown`: SES may have taken the message. Sending it again may send it twice. */
  readonly status: "failed" | "unknown";
  /** True when the same send may succeed later, and is known not to have happened. */
  readonly retryable: boolean;
  readonly attempts: number;
  readonly requestId?: string;
  readonly httpStatus?: number;
  /** Milliseconds before which a retry is of no use. */
  readonly retryAfter?: number;
  /** Whom the refusal concerns besides this message: every further one would be refused too. */
  readonly scope?: RefusalScope;

  constructor(result: Exclude<CallResult, { readonly status: "sent" }>) {
    const { code, message } = result.status === "failed" ? result : result.cause;
    super(result.status === "failed" ? `${code}: ${message}` : `SES may have taken the message (${code}: ${message})`);
    this.code = code;
    this.status = result.status;
    this.retryable = result.status === "failed" && result.retryable;
    this.attempts = result.attempts;
    const status = result.status === "failed" ? result.httpStatus : result.cause.httpStatus;
    if (result.requestId !== undefined) this.requestId = result.requestId;
    if (status !== undefined) this.httpStatus = status;
    if (result.status !== "failed") return;
    if (result.retryAfter !== undefined) this.retryAfter = result.retryAfter;
    if (result.scope !== undefined) this.scope = result.scope;
  }
}

/** Info, or the error when no call was taken. */
export function toInfo(
  result: SendResult,
  envelope: Envelope,
  region: string | undefined,
  raw?: Uint8Array,
): SesSentInfo | SesSendError {
  const groups = result.status === "partial" ? result.groups : (result.groups ?? [{ recipients: envelope.to, result }]);
  const errors = groups.flatMap(({ result: one }) => (one.status === "sent" ? [] : [new SesSendError(one)]));
  const sent = groups.flatMap(({ result: one }) => (one.status === "sent" ? [one] : []));
  const [first] = sent;
  // The doubt outweighs the no: whoever sends again after it may send to some of them twice.
  const error = errors.find(({ status }) => status === "unknown") ?? errors[0];
  if (first === undefined) return error ?? new SesSendError(NOTHING);
  const of = (status: CallResult["status"]) =>
    groups.filter((group) => group.result.status === status).flatMap((group) => group.recipients);
  return {
    envelope: { from: envelope.from, to: [...envelope.to] },
    messageId: deliveredId(first.messageId, region),
    response: first.messageId,
    ...{ accepted: of("sent"), rejected: of("failed"), pending: of("unknown") },
    results: groups,
    ...(raw === undefined ? {} : { raw: Buffer.from(raw.buffer, raw.byteOffset, raw.length) }),
    ...(error === undefined ? {} : { error }),
  };
}

const NOTHING = {
  status: "failed",
  code: "send.client",
  message: "nothing was sent",
  retryable: false,
  attempts: 0,
} as const;

/** The Message-ID that SES writes in place of ours. */
export function deliveredId(id: string, region = "us-east-1"): string {
  return id.includes("@") ? `<${id}>` : `<${id}@${region === "us-east-1" ? "email" : region}.amazonses.com>`;
}

export type SendOne = (mail: CompiledMail) => Promise<SesSentInfo | SesSendError>;
type SendOptions = Parameters<Sender["send"]>[1];

interface Outcome {
  readonly own: Envelope;
  readonly result: SendResult;
  readonly raw?: Uint8Array;
}

/** Sends mails with the settings of a transport. */
export function sendingBy(sender: Sender, settings: TransportSettings): SendOne {
  const { bytes } = limitsOf(settings.sender);
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
    const raw = await collectChecked(rendered, { maxBytes });
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
// `attachDataUrls` is one of its plugins.
function withoutTransportOptions(data: object): object {
  const own: Record<string, unknown> = { ...data };
  for (const key of ["ses", "signal", "maxRecipients", "_dkim", "attachDataUrls"]) delete own[key];
  if (isObject(own.headers) && Object.keys(own.headers).length === 0) delete own.headers;
  return own;
}

// An SMTP server as a transport, behind a transporter of nodemailer.
import { type Reader, readOptionsOf, shapeOf, throwOptions } from "../../given.ts";
import { errorIssue } from "../../issues.ts";
import { type Limits, smtp } from "../../mail/limits/profiles.ts";
import { areLimits } from "../../mail/limits/read-limits.ts";
import { type CallField, callFieldNames } from "../core/call-fields.ts";
import type { AttemptOutcome, RefusedRecipient } from "../core/outcome.ts";
import type { MailTransport, RawCall, SendHooks } from "../core/transport.ts";
import { isEightBit, refuseUncarried, reportedAs } from "./carriage.ts";
import { isPassing, readRefusal, sentId, textOf } from "./reply.ts";
import { outcomeOfError } from "./send-error.ts";
import {
  at,
  type SmtpTransporter,
  serverName,
  type WatchContent,
  watchContent,
  wrongTransporter,
} from "./transporter.ts";

/** Options of `smtpTransport`. */
export interface SmtpTransportOptions {
  /** What the server takes; the profile `smtp` when absent. */
  readonly limits?: Limits;
}

/**
 * Makes a transport of a transporter of nodemailer (6 or later) that speaks SMTP, pooled or not, so that a sender, an
 * outbox and a queue send through it. The bytes go out as they are, to the recipients of the envelope alone.
 *
 * A reply of the server is definite: 2yz after the content is `sent`, 4yz is `failed` and retryable, 5yz is `failed`. A
 * connection that is lost without a reply is `unknown`, unless the error proves that the content was not begun. Recipients
 * that the server refused while it took the message for others are groups of a `partial` result.
 *
 * The transporter stays its owner's: close it after the sender. Nothing stops nodemailer before 10.5 once a send has begun,
 * so give the transporter a `socketTimeout` below the sender's deadline.
 *
 * @throws OptionError for what is not a transporter, one that does not speak SMTP, or one that signs with DKIM
 * @example
 * const transporter = createTransport({ host: "smtp.example.com", pool: true, maxConnections: 5, socketTimeout: 20_000 });
 * const relay = sender({ transport: smtpTransport(transporter), concurrency: 5 });
 */
export function smtpTransport(transporter: SmtpTransporter, options: SmtpTransportOptions = {}): MailTransport {
  const wrong = wrongTransporter(transporter);
  if (wrong !== undefined) throwOptions([errorIssue("input.option", ["transporter"], ...wrong)]);
  const { limits = smtp } = readOptionsOf<SmtpTransportOptions>(options, OPTIONS);
  const name = serverName(transporter);
  const way: Way = { transporter, server: name, watch: watchContent(transporter) };
  return {
    ...{ name, limits, fields: new Set<CallField>(), unserved: OF_SES },
    send: (call, hooks) => sendOnce(way, call, hooks),
  };
}

const readLimits: Reader<Limits> = (value, place) => (areLimits(value, place) ? value : undefined);
const OPTIONS = shapeOf<SmtpTransportOptions>({ limits: readLimits });

const OF_SES = new Map(
  callFieldNames.map((field) => [
    field,
    "an option of the API of SES; give an SMTP server what it needs as header fields",
  ]),
);

interface Way {
  readonly transporter: SmtpTransporter;
  readonly server: string;
  readonly watch: WatchContent;
}

async function sendOnce(
  { transporter, server, watch }: Way,
  call: RawCall,
  { signal, beforeFirstByte, progress }: SendHooks,
): Promise<AttemptOutcome> {
  const refused = refuseUncarried(call);
  if (refused !== undefined) return refused;
  await beforeFirstByte();
  signal.throwIfAborted();
  // nodemailer before 10.5 cannot be stopped: from here on a deadline means an unknown outcome.
  progress.started("nothing");
  const raw = Buffer.from(call.raw.buffer, call.raw.byteOffset, call.raw.length);
  const contentRead = watch(raw);
  try {
    return outcomeOfInfo(await transporter.sendMail({ ...mailOf(call), raw, signal }), call);
  } catch (error) {
    return outcomeOfError(error, { server, content: contentRead() });
  }
}

// Addresses as objects: a string is parsed, and a quoted local part may then be read as several addresses.
function mailOf({ raw, source, recipients }: RawCall): object {
  return {
    envelope: {
      from: source === "" ? "" : { name: "", address: source },
      to: recipients.map((address) => ({ name: "", address })),
      size: raw.length,
      ...(isEightBit(raw) ? { use8BitMime: true } : {}),
    },
  };
}

// `info.rejected` and `info.rejectedErrors`: who was refused while others were accepted.
function outcomeOfInfo(info: unknown, { raw, recipients }: RawCall): AttemptOutcome {
  const accepted = addresses(at(info, "accepted"));
  const rejected = addresses(at(info, "rejected")) ?? new Set();
  const refused = recipients.filter((one) => rejected.has(reportedAs(one)));
  if (accepted !== undefined && recipients.some((one) => !accepted.has(reportedAs(one)) && !refused.includes(one))) {
    const message = "nodemailer reports some recipients neither as accepted nor as rejected";
    return { kind: "unknown", cause: { code: "send.response", message } };
  }
  const errors = errorsByRecipient(at(info, "rejectedErrors"));
  const all = refused.map((recipient) => refusedRecipient(recipient, errors.get(reportedAs(recipient))));
  const [first] = all;
  if (first !== undefined && all.length === recipients.length) {
    const { again, code, message } = all.find((one) => one.again === "later") ?? first;
    return { kind: "refused", again, scope: "message", code, message, answered: true };
  }
  const sent = { kind: "sent", messageId: sentId(at(info, "response"), raw) } as const;
  return first === undefined ? sent : { ...sent, refused: all };
}

function refusedRecipient(recipient: string, error: unknown): RefusedRecipient {
  const reply = readRefusal(at(error, "response"));
  if (reply === undefined) {
    return { recipient, again: "later", code: "send.response", message: "the server refused the recipient" };
  }
  const again = isPassing(reply, "recipient") ? "later" : "never";
  return { recipient, again, code: reply.code, message: textOf(reply) };
}

function addresses(value: unknown): ReadonlySet<string> | undefined {
  if (!Array.isArray(value)) return undefined;
  const found = value.map((one: unknown) => (typeof one === "string" ? one : at(one, "address")));
  return new Set(found.filter((one) => typeof one === "string").map(reportedAs));
}

function errorsByRecipient(value: unknown): ReadonlyMap<string, unknown> {
  const found = new Map<string, unknown>();
  for (const error of Array.isArray(value) ? value : []) {
    const recipient = at(error, "recipient");
    if (typeof recipient === "string") found.set(reportedAs(recipient), error);
  }
  return found;
}

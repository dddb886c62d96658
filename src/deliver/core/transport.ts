// What a sender asks of a way to send mail, and what it learns from one attempt. A transport makes one attempt when it
// is asked to; waiting in line, rates, retries and holds are the sender's.
import type { Limits } from "../../mail/limits/profiles.ts";
import type { CallField, CallFields } from "./call-fields.ts";
import type { AttemptOutcome, WireProgress } from "./outcome.ts";

/** One call: bytes, envelope and what goes beside them. The same value serves every attempt. */
export interface RawCall {
  /** The whole message. Not copied, and never changed. */
  readonly raw: Uint8Array;
  /** The sender of the envelope, an address alone. */
  readonly source: string;
  /** The recipients of the envelope: no other may get the message, and none of them may be left out. */
  readonly recipients: readonly string[];
  /** Only fields that {@link MailTransport.fields} names. */
  readonly fields: CallFields;
}

/** How one attempt is made. */
export interface SendHooks {
  /** Aborted at a deadline, by the caller, or when the sender closes: nothing more is written from then on. */
  readonly signal: AbortSignal;
  /**
   * The durable mark of an outbox or a queue. Awaited before any byte of the request can leave this process. When it
   * rejects, nothing is sent and the transport rejects with the same reason. Calls after the first give the same promise.
   */
  readonly beforeFirstByte: () => Promise<void>;
  /** Where the attempt notes how far it got: a deadline that passes is judged by it. */
  readonly progress: WireProgress;
}

/** Numbers of the account. Absent when the service left one out. */
export interface QuotaNumbers {
  /** Recipients in 24 hours; -1 for no limit. */
  readonly max24Hour?: number;
  /** Recipients per second; -1 for no limit. */
  readonly maxRate?: number;
  readonly sentLast24Hours?: number;
}

/** What came of the question for the quota: numbers, or why there are none. */
export type QuotaAnswer = { readonly numbers: QuotaNumbers } | { readonly code: string; readonly message?: string };

/**
 * A way to send mail: SES, an SMTP server behind a transporter of nodemailer, or one of your own. A transport makes one
 * attempt for each call of `send`: it never retries, never queues, and keeps the recipients as they are.
 *
 * @example
 * const transport: MailTransport = {
 *   name: "relay",
 *   limits: { ...sesV2, name: "relay" },
 *   fields: new Set(),
 *   async send({ raw, source, recipients }, { signal, beforeFirstByte, progress }) {
 *     const connection = await connect(signal).catch(() => undefined);
 *     if (connection === undefined) return { kind: "refused", again: "now", scope: "message", ...NO_CONNECTION };
 *     await beforeFirstByte();
 *     progress.started("nothing"); // from here on a deadline means: unknown
 *     const reply = await connection.send(raw, source, recipients);
 *     return { kind: "sent", messageId: reply.id };
 *   },
 * };
 */
export interface MailTransport {
  /** For errors and events, as in `Amazon SES`. */
  readonly name: string;
  /** What one call takes; a sender checks messages against them when it is given no others. */
  readonly limits: Limits;
  /** The fields of a call that this transport serves. Any other is refused before a message is rendered. */
  readonly fields: ReadonlySet<CallField>;
  /** Why a field is not served, and what to do instead, where there is more to say than that. */
  readonly unserved?: ReadonlyMap<CallField, string>;
  /**
   * Makes one attempt and says what came of it. A rejection counts as `refused`, again `never`, while `progress` shows that
   * nothing was written, and as `unknown` afterwards. What is none of the outcomes counts as `unknown`: a `sent` without
   * an id, a refused recipient who is not in the call.
   */
  send(call: RawCall, hooks: SendHooks): Promise<AttemptOutcome>;
  /** Asks for the account's quota and rate. Absent where there is none to ask for. */
  quota?(hooks: Pick<SendHooks, "signal" | "progress">): Promise<QuotaAnswer>;
  /** The region of the endpoint, when there is one and it is known. */
  region?(): Promise<string | undefined>;
  /** Drops what this transport opened; a client of the user's stays as it is. */
  close?(): void;
}

/** What a sender says of its transport, to whom checks messages before they are stored. */
export type TransportFacts = Pick<MailTransport, "name" | "limits" | "fields" | "unserved">;

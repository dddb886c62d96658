// What an outcome of the wire means, in the vocabulary of the sender: sent, a definite no, or unknown. A pure function of
// what was seen.

import type { AttemptOutcome, AttemptRefused, Written } from "../core/outcome.ts";
import { blot } from "../core/result.ts";
import { readError, readMessageId, readRequestId, type ServiceError } from "./answer.ts";
import { provesUnsent } from "./errors.ts";
import { bareCode, isThrottling, type Refusal, refusalOf } from "./refusals.ts";
import type { SesApi, WireAnswer, WireError, WireOutcome, WireWord } from "./wire.ts";

/** What follows from an attempt. */
export interface Classification {
  readonly outcome: AttemptOutcome;
  /** Milliseconds by which the server's clock is ahead of ours, when that is why the call was refused. */
  readonly skew?: number;
}

/** What is seen of one attempt. */
export interface Seen {
  readonly api: SesApi;
  readonly outcome: WireOutcome;
  readonly written: Written;
  /** Milliseconds since 1970 by our clock, when the answer came: to measure the skew. */
  readonly time: number;
}

/**
 * Classifies one attempt.
 *
 * @example
 * classify({ api: "v1", outcome: reset, written: "some", time }).outcome.kind; // "unknown"
 */
export function classify({ api, outcome, written, time }: Seen): Classification {
  if (outcome.kind === "error") return { outcome: classifyError(outcome, written) };
  return classifyAnswer(outcome.kind === "word" ? fromWord(outcome) : fromAnswer(api, outcome), time);
}

/** What a status proves when nothing more of the answer comes: the head is enough for a no, only its reasons are missing. */
export function refusalByStatus(status: number): AttemptOutcome | undefined {
  if (status < 300 || status >= 500) return undefined;
  const error = { code: "Unknown", text: "" };
  return classifyAnswer({ status, error, messageId: undefined, requestId: undefined, date: undefined }, 0).outcome;
}

/** What the service said, in whatever form it came. */
interface ServiceAnswer {
  readonly status: number;
  readonly messageId: string | undefined;
  readonly error: ServiceError;
  readonly requestId: string | undefined;
  /** The Date field of the answer. */
  readonly date: string | undefined;
}

function fromAnswer(api: SesApi, answer: WireAnswer): ServiceAnswer {
  const { status, headers } = answer;
  const success = status >= 200 && status < 300;
  return {
    status,
    messageId: success ? readMessageId(api, answer) : undefined,
    error: success ? NO_ID : readError(answer),
    requestId: readRequestId(answer),
    date: headers.date,
  };
}

const NO_ID: ServiceError = { code: "send.response", text: "the answer says success and holds no message id" };

function fromWord({ status, messageId, code, text }: WireWord): ServiceAnswer {
  return { status, messageId, error: { code, text }, requestId: undefined, date: undefined };
}

function classifyAnswer(answer: ServiceAnswer, time: number): Classification {
  const { status, error, messageId, requestId } = answer;
  const request = requestId === undefined ? {} : { requestId };
  if (status >= 200 && status < 300) {
    if (messageId !== undefined) return { outcome: { kind: "sent", messageId, ...request } };
    const cause = { code: error.code, message: error.text, httpStatus: status };
    return { outcome: { kind: "unknown", cause, ...request } };
  }
  const reason = { code: error.code, message: blot(error.text), httpStatus: status, ...request };
  if (status >= 300 && status < 400) {
    const redirect = { ...reason, code: "send.redirect", message: "the endpoint answered with a redirect" };
    return { outcome: refused(redirect, { kind: "stop" }) };
  }
  if (status >= 400 && status < 500) return classifyRefusal(answer, reason, time);
  // A 5xx says nothing about the message, unless its code says that the call was not served.
  if (status === 503 && bareCode(error.code) === "ServiceUnavailable")
    return { outcome: refused(reason, { kind: "retry" }) };
  if (status === 503 && isThrottling(error.code)) {
    return { outcome: refused(reason, refusalOf(status, error.code, error.text)) };
  }
  const cause = { code: reason.code, message: reason.message, httpStatus: status };
  return { outcome: { kind: "unknown", cause, ...request } };
}

type Reason = Pick<AttemptRefused, "code" | "message" | "requestId"> & { readonly httpStatus: number };

// What the answer of the service means, for the policy of the sender.
function refused(reason: Reason, refusal: Refusal): AttemptRefused {
  const base = { ...reason, kind: "refused", answered: true } as const;
  switch (refusal.kind) {
    case "quota": {
      const { code, message, httpStatus } = reason;
      return { ...base, again: "later", scope: "account", code: "send.quota", cause: { code, message, httpStatus } };
    }
    case "refused":
      return { ...base, again: "later", scope: refusal.scope };
    case "throttled":
      return { ...base, again: "now", scope: "message", throttled: refusal.rate ? "rate" : "other" };
    case "retry":
      return { ...base, again: "now", scope: "message" };
    case "stop":
      return { ...base, again: "never", scope: "message" };
  }
}

function classifyRefusal({ status, error, date }: ServiceAnswer, reason: Reason, time: number): Classification {
  const skew = isClockError(error) ? clockSkew(date, time) : undefined;
  if (skew === undefined) return { outcome: refused(reason, refusalOf(status, error.code, error.text)) };
  // A clock that is wrong after it was corrected concerns every call of the account.
  const outcome = {
    ...reason,
    kind: "refused",
    again: "now",
    scope: "account",
    corrected: true,
    answered: true,
  } as const;
  return { outcome, skew };
}

const CLOCK: ReadonlySet<string> = new Set(["RequestExpired", "RequestTimeTooSkewed", "RequestInTheFuture"]);
const SIGNATURE: ReadonlySet<string> = new Set(["SignatureDoesNotMatch", "InvalidSignature"]);

function isClockError({ code, text }: ServiceError): boolean {
  const bare = bareCode(code);
  return CLOCK.has(bare) || (SIGNATURE.has(bare) && /^Signature (?:expired|not yet current)/.test(text));
}

const DAY = 86_400_000;

// A clock that is wrong by more than a day is not corrected: an attacker could otherwise choose our signing date.
function clockSkew(date: string | undefined, time: number): number | undefined {
  const skew = Date.parse(date ?? "") - time;
  return Math.abs(skew) <= DAY ? skew : undefined;
}

// An endpoint that starts again is away for seconds.
const AWAY: ReadonlySet<string> = new Set("ECONNREFUSED ECONNRESET EHOSTUNREACH ENETUNREACH EAI_AGAIN".split(" "));

function classifyError(error: WireError, written: Written): AttemptOutcome {
  const { code, message, origin, passing, absent, setUp, reason } = error;
  const unsent = written === "none" || (written === "unknown" && origin === "wire" && provesUnsent(code));
  if (!unsent) return { kind: "unknown", cause: { code, message } };
  const isOwn = code.startsWith("send.");
  const base = { kind: "refused", message, cause: reason ?? { code, message } } as const;
  const isCredentials = code === "send.credentials";
  // What a client refuses it will refuse again; without credentials or a region no message goes out.
  if (origin === "abort" || (origin === "client" && passing !== true)) {
    const concernsAll = origin === "client" && (setUp === true || isCredentials);
    return { ...base, again: "never", scope: concernsAll ? "account" : "message", code: isOwn ? code : "send.client" };
  }
  const unreached = absent === true ? "absent" : AWAY.has(code) ? "away" : undefined;
  return {
    ...base,
    ...{ again: "now", scope: isCredentials ? "account" : "message" },
    // What the system calls its errors differs between runtimes.
    code: isOwn ? code : "send.connection",
    ...(unreached === undefined ? {} : { unreached }),
  };
}

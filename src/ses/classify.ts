// What an outcome of the wire means: sent, a definite no, or nobody knows. A pure function of what was seen.
import { bareCode, isThrottling, type RefusalScope, refusalOf } from "./refusals.ts";
import { readError, readMessageId, readRequestId, type ServiceError } from "./wire/answer.ts";
import { provesUnsent, type Written } from "./wire/sight.ts";
import type { SesApi, WireAnswer, WireError, WireOutcome, WireWord } from "./wire/wire.ts";

/** What follows from a verdict of each kind stands in `attempts.ts`. */
export type Verdict =
  | { readonly kind: "sent"; readonly messageId: string; readonly requestId?: string }
  | ({ readonly kind: "retry" | "stop" | "quota" | "ambiguous" } & Reason)
  /** `scope`: whom the refusal concerns besides this message. */
  | ({ readonly kind: "refused"; readonly scope: RefusalScope } & Reason)
  /** `rate`: the text named the sending rate, so the rate was too high. */
  | ({ readonly kind: "throttled"; readonly rate: boolean } & Reason)
  /** `skew`: milliseconds by which the server's clock is ahead of ours. */
  | ({ readonly kind: "skewed"; readonly skew: number } & Reason);

interface Detail {
  readonly httpStatus?: number;
  readonly requestId?: string;
}

interface Reason extends Detail {
  readonly code: string;
  readonly message: string;
  /** Nothing listens at an endpoint on this machine. */
  readonly absent?: boolean;
  /** The client refuses every message alike. */
  readonly setUp?: boolean;
  /** What the client itself called it. */
  readonly reason?: { readonly code: string; readonly message: string };
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
 * @returns `retry`, `throttled`, `skewed`: a definite no, the same bytes may be sent again. `quota`, `refused`: a
 * definite no to every message for a while. `stop`: a definite no to this message that stays. `ambiguous`: SES may have taken the message.
 * @example
 * classify({ api: "v1", outcome: reset, written: "some", time }).kind; // "ambiguous"
 */
export function classify({ api, outcome, written, time }: Seen): Verdict {
  if (outcome.kind === "error") return classifyError(outcome, written);
  const told = outcome.kind === "word" ? fromWord(outcome) : fromAnswer(api, outcome);
  const { status, error, requestId } = told;
  const detail = { httpStatus: status, ...(requestId === undefined ? {} : { requestId }) };
  if (status >= 200 && status < 300) return classifySuccess(told, detail);
  const reason = { code: error.code, message: blot(error.text), ...detail };
  if (status >= 300 && status < 400) {
    return { ...reason, kind: "stop", code: "send.redirect", message: "the endpoint answered with a redirect" };
  }
  if (status >= 400 && status < 500) return classifyRefusal(told, reason, time);
  // A 5xx says nothing about the message, unless its code says that the call was not served.
  if (status === 503 && bareCode(error.code) === "ServiceUnavailable") return { ...reason, kind: "retry" };
  if (status === 503 && isThrottling(error.code)) return { ...reason, ...refusalOf(status, error.code, error.text) };
  return { ...reason, kind: "ambiguous" };
}

/** What the service said, in whatever form it came. */
interface Told {
  readonly status: number;
  readonly messageId: string | undefined;
  readonly error: ServiceError;
  readonly requestId: string | undefined;
  /** The Date field of the answer. */
  readonly date: string | undefined;
}

function fromAnswer(api: SesApi, answer: WireAnswer): Told {
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

function fromWord({ status, messageId, code, text }: WireWord): Told {
  return { status, messageId, error: { code, text }, requestId: undefined, date: undefined };
}

function classifyError({ origin, passing, absent, setUp, reason, ...error }: WireError, written: Written): Verdict {
  const { code, message } = error;
  const unsent = written === "none" || (written === "unknown" && origin === "wire" && provesUnsent(code));
  if (!unsent) return { kind: "ambiguous", code, message };
  if (origin === "abort") return { kind: "stop", code, message };
  const known = { code, message, ...(reason === undefined ? {} : { reason }) };
  // What a client refuses it will refuse again.
  if (origin === "client" && passing !== true) return { ...known, kind: "stop", ...(setUp === true ? { setUp } : {}) };
  return { ...known, kind: "retry", ...(absent === true ? { absent } : {}) };
}

function classifySuccess({ messageId, error }: Told, detail: Detail): Verdict {
  const { requestId } = detail;
  if (messageId === undefined) return { kind: "ambiguous", code: error.code, message: error.text, ...detail };
  return { kind: "sent", messageId, ...(requestId === undefined ? {} : { requestId }) };
}

function classifyRefusal({ status, error, date }: Told, reason: Reason, time: number): Verdict {
  const skew = isClockError(error) ? clockSkew(date, time) : undefined;
  if (skew !== undefined) return { ...reason, kind: "skewed", skew };
  return { ...reason, ...refusalOf(status, error.code, error.text) };
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

const MAX_TEXT = 300;

/** The service's text in one line, without the addresses it may quote. */
export function blot(text: string): string {
  const [line = ""] = text.slice(0, 4 * MAX_TEXT).split(/[\r\n]/, 1);
  const words = line.split(/([\s,;:'"<>()]+)/).map((word) => (word.includes("@") ? "[address]" : word));
  return words.join("").slice(0, MAX_TEXT);
}

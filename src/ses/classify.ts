// What an outcome of the wire means: sent, a definite no, or nobody knows. A pure function of what was seen.
import { readError, readMessageId, readRequestId, type ServiceError } from "./wire/answer.ts";
import { provesUnsent, type Written } from "./wire/sight.ts";
import type { SesApi, WireAnswer, WireError, WireOutcome } from "./wire/wire.ts";

/** What follows from a verdict of each kind stands in `attempts.ts`. */
export type Verdict =
  | { readonly kind: "sent"; readonly messageId: string; readonly requestId?: string }
  | ({ readonly kind: "retry" | "stop" | "quota" | "ambiguous" } & Reason)
  /** `rate`: the text named the sending rate, so the rate was too high. */
  | ({ readonly kind: "throttled"; readonly rate: boolean } & Reason)
  /** `skew`: milliseconds by which the server's clock is ahead of ours. */
  | ({ readonly kind: "skewed"; readonly skew: number } & Reason);

interface Reason {
  readonly code: string;
  readonly message: string;
  readonly httpStatus?: number;
  readonly requestId?: string;
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
 * @returns `retry`, `throttled`, `skewed`: a definite no, the same bytes may be sent again. `quota`, `stop`: a definite
 * no that stays. `ambiguous`: SES may have taken the message.
 * @example
 * classify({ api: "v1", outcome: reset, written: "some", time }).kind; // "ambiguous"
 */
export function classify({ api, outcome, written, time }: Seen): Verdict {
  if (outcome.kind === "error") return classifyError(outcome, written);
  const { status } = outcome;
  if (status >= 200 && status < 300) return classifySuccess(api, outcome);
  const error = readError(api, outcome);
  const requestId = readRequestId(outcome);
  const reason = { code: error.code, message: blot(error.text), httpStatus: status, ...(requestId && { requestId }) };
  if (status >= 300 && status < 400) {
    return { ...reason, kind: "stop", code: "send.redirect", message: "the endpoint answered with a redirect" };
  }
  if (status >= 400 && status < 500) return classifyRefusal(error, reason, outcome, time);
  // A 5xx says nothing about the message, unless its code says that the call was not served.
  if (status === 503 && /^ServiceUnavailable(?:Exception)?$/.test(error.code)) return { ...reason, kind: "retry" };
  if (status === 503 && isThrottling(error.code)) return classifyThrottling(error, reason);
  return { ...reason, kind: "ambiguous" };
}

function classifyError({ code, message, origin }: WireError, written: Written): Verdict {
  const unsent = written === "none" || (written === "unknown" && origin === "wire" && provesUnsent(code));
  if (!unsent) return { kind: "ambiguous", code, message };
  if (origin === "abort") return { kind: "stop", code, message };
  // Credentials may come over the network too; everything else that a client refuses it will refuse again.
  if (origin === "client" && code !== "CredentialsProviderError") return { kind: "stop", code, message };
  return { kind: "retry", code, message };
}

function classifySuccess(api: SesApi, answer: WireAnswer): Verdict {
  const messageId = readMessageId(api, answer);
  const requestId = readRequestId(answer);
  const detail = requestId === undefined ? {} : { requestId };
  if (messageId !== undefined) return { kind: "sent", messageId, ...detail };
  const message = "the answer says success and holds no message id";
  return { kind: "ambiguous", code: "send.response", message, httpStatus: answer.status, ...detail };
}

function classifyRefusal(error: ServiceError, reason: Reason, answer: WireAnswer, time: number): Verdict {
  if (answer.status === 429 || isThrottling(error.code)) return classifyThrottling(error, reason);
  const skew = isClockError(error) ? clockSkew(answer, time) : undefined;
  if (skew !== undefined) return { ...reason, kind: "skewed", skew };
  return { ...reason, kind: "stop" };
}

function isThrottling(code: string): boolean {
  return /^(?:Throttling|ThrottlingException|TooManyRequestsException|SlowDown)$/.test(code);
}

// Rate and daily quota share one code; only the text tells them apart.
function classifyThrottling({ text }: ServiceError, reason: Reason): Verdict {
  if (/daily (?:message|sending) quota/i.test(text)) return { ...reason, kind: "quota" };
  return { ...reason, kind: "throttled", rate: /sending rate|send rate/i.test(text) };
}

function isClockError({ code, text }: ServiceError): boolean {
  if (/^(?:RequestExpired|RequestTimeTooSkewed)(?:Exception)?$/.test(code)) return true;
  return (
    /^(?:SignatureDoesNotMatch|InvalidSignature)/.test(code) && /^Signature (?:expired|not yet current)/.test(text)
  );
}

const DAY = 86_400_000;

// A clock that is wrong by more than a day is not corrected: an attacker could otherwise choose our signing date.
function clockSkew({ headers }: WireAnswer, time: number): number | undefined {
  const date = Date.parse(headers.date ?? "");
  const skew = date - time;
  return Math.abs(skew) <= DAY ? skew : undefined;
}

const MAX_TEXT = 300;

/** The service's text in one line, without the addresses it may quote. */
export function blot(text: string): string {
  const [line = ""] = text.slice(0, 4 * MAX_TEXT).split(/[\r\n]/, 1);
  const words = line.split(/([\s,;:'"<>()]+)/).map((word) => (word.includes("@") ? "[address]" : word));
  return words.join("").slice(0, MAX_TEXT);
}

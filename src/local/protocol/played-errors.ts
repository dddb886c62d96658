// The errors that faults play: for each its code, status and text in both APIs.

import {
  codesOfV2,
  ERROR_CODES,
  invalidToken,
  isErrorCode,
  missingToken,
  quotaExceeded,
  rateExceeded,
  SesError,
  sendRateExceeded,
  signatureMismatch,
  V2_NAMES,
} from "./errors.ts";

/** Builds the error for a request. */
export type Played = (action: string) => SesError;

const EXPIRED_TOKEN = "The security token included in the request is expired";
const ASK = "For more information, please check the inbox of the email address associated with your AWS account.";
const PAUSED = `Sending paused for this account. ${ASK}`;
const SUSPENDED = `Sending suspended for this account. ${ASK}`;

/** Faults that are counted by their own name, in the order in which they are due. */
export const PLAYED = {
  throttle: rateExceeded,
  sendRate: sendRateExceeded,
  dailyQuota: quotaExceeded,
  internalFailure: () => new SesError("InternalFailure", "The request processing has failed."),
  unavailable: () => new SesError("ServiceUnavailable", "Service is temporarily unavailable."),
  expiredToken: () => new SesError("ExpiredToken", EXPIRED_TOKEN),
  invalidToken,
  accessDenied,
  // The service does not use AccountSendingPausedException for a pause of its own making.
  accountPaused: () => new SesError("MessageRejected", PAUSED),
} as const satisfies Readonly<Record<string, Played>>;

/** A fault with its own name. */
export type PlayedName = keyof typeof PLAYED;

const USER = "arn:aws:iam::123456789012:user/local";
const IDENTITY = "arn:aws:ses:us-east-1:123456789012:identity/example.com";

// Sending is refused for the resource, in other quotes than everything else.
function accessDenied(action: string): SesError {
  const name = action.replace(/^v2 /, "");
  const text = name.startsWith("Send")
    ? `User \`${USER}' is not authorized to perform \`ses:${name}' on resource \`${IDENTITY}'`
    : `User: ${USER} is not authorized to perform: ses:${name}`;
  return new SesError("AccessDenied", text);
}

// Codes whose error has a text or a form that the code alone does not give.
const BY_CODE: ReadonlyMap<string, Played> = new Map<string, Played>([
  ["AccountSuspendedException", accountSuspended],
  ["AccessDenied", PLAYED.accessDenied],
  ["BadRequestException", () => new SesError("InvalidParameterValue", "Played by a fault.")],
  ["ExpiredToken", PLAYED.expiredToken],
  ["InternalFailure", PLAYED.internalFailure],
  ["InvalidClientTokenId", PLAYED.invalidToken],
  ["LimitExceeded", PLAYED.dailyQuota],
  ["LimitExceededException", PLAYED.dailyQuota],
  ["MissingAuthenticationToken", missingToken],
  ["ServiceUnavailable", PLAYED.unavailable],
  ["SignatureDoesNotMatch", signatureMismatch],
  ["Throttling", PLAYED.sendRate],
  ["ThrottlingException", PLAYED.sendRate],
]);

function accountSuspended(): SesError {
  return new SesError("MessageRejected", SUSPENDED, { v2: { name: "AccountSuspendedException", status: 400 } });
}

const TEXTS: ReadonlyMap<string, string> = new Map([
  ["AccountSendingPausedException", "Email sending is disabled for your entire Amazon SES account."],
  ["OptInRequired", "The AWS Access Key Id needs a subscription for the service"],
]);

/** The error of a code of API v1, or of a name of API v2. */
export function playedByCode(code: string): Played | undefined {
  const known = BY_CODE.get(code);
  if (known !== undefined) return known;
  if (isErrorCode(code)) return () => new SesError(code, TEXTS.get(code) ?? "Played by a fault.");
  const first = codesOfV2(code)[0];
  return first === undefined ? undefined : playedByCode(first);
}

/** Every code that {@link playedByCode} takes. */
export function errorCodes(): readonly string[] {
  return [...BY_CODE.keys(), ...ERROR_CODES, ...V2_NAMES];
}

/** The same error with another text. */
export function withText({ code, details }: SesError, text: string): SesError {
  return new SesError(code, text, details);
}

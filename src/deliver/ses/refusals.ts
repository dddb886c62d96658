// What a refusal with status 4xx means, as a table with its sources: whom it concerns, and whether it passes.

import type { RefusalScope } from "../core/outcome.ts";

/** What a refusal means. */
export type Refusal =
  /** The recipients of 24 hours are used up. */
  | { readonly kind: "quota" }
  /** Too fast; `rate`: the text names the sending rate, so the rate was too high. */
  | { readonly kind: "throttled"; readonly rate: boolean }
  /** Passes by itself in a moment. */
  | { readonly kind: "retry" }
  /** The account or the configuration set is refused, whatever the message. */
  | { readonly kind: "refused"; readonly scope: RefusalScope }
  /** This message is refused. */
  | { readonly kind: "stop" };

interface Row {
  /** Codes without namespace, address and a final `Exception`. Any code when absent. */
  readonly codes?: readonly string[];
  /** What the text must say too. */
  readonly text?: RegExp;
  readonly means: Refusal["kind"] | RefusalScope;
}

// Tried in order; the first row that fits decides.
const ROWS: readonly Row[] = [
  // The text decides, whatever the code: v1 says `Throttling`, v2 `LimitExceededException` or
  // `TooManyRequestsException`, all of them "Daily message quota exceeded."
  // https://docs.aws.amazon.com/ses/latest/dg/manage-sending-quotas-errors.html
  { text: /\bdaily (?:message|sending) quota\b/i, means: "quota" },
  // https://docs.aws.amazon.com/ses/latest/APIReference/API_SendRawEmail.html#API_SendRawEmail_Errors
  { codes: ["ConfigurationSetSendingPaused"], means: "configuration-set" },
  // API v2 has one code for both pauses; the text names the set: "Sending is paused for configuration set S".
  // https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html#API_SendEmail_Errors
  {
    codes: ["SendingPaused", "MessageRejected"],
    text: /\bsending (?:is |has been |was )?(?:paused|suspended|disabled) for (?:the )?configuration set\b/i,
    means: "configuration-set",
  },
  { codes: ["AccountSendingPaused", "SendingPaused", "AccountSuspended"], means: "account" },
  // A pause by the service itself is a MessageRejected: "Sending paused for this account. For more information, please
  // check the inbox of the email address associated with your AWS account." (recorded)
  {
    codes: ["MessageRejected"],
    text: /\bsending (?:is |has been |was )?(?:currently |temporarily )?(?:paused|suspended|disabled) for (?:this|your|the) (?:aws )?account\b/i,
    means: "account",
  },
  {
    codes: ["MessageRejected"],
    text: /\b(?:this|your|the) (?:aws )?account (?:is|has been|was) (?:currently |temporarily )?(?:paused|suspended|disabled)\b/i,
    means: "account",
  },
  // Credentials, signature, subscription: https://docs.aws.amazon.com/ses/latest/APIReference/CommonErrors.html and
  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
  {
    codes: [
      ...["ExpiredToken", "InvalidToken", "TokenRefreshRequired", "InvalidClientTokenId", "UnrecognizedClient"],
      ...["InvalidAccessKeyId", "AuthFailure", "IncompleteSignature", "InvalidSignature", "SignatureDoesNotMatch"],
      ...["MissingAuthenticationToken", "MissingAuthToken", "NotSignedUp", "OptInRequired", "SubscriptionRequired"],
      ...["InvalidSecurity", "InvalidSecurityToken", "AccountProblem", "Blocked", "PendingVerification"],
    ],
    means: "account",
  },
  // A clock that cannot be corrected signs nothing that is taken. The SDK's CLOCK_SKEW_ERROR_CODES.
  { codes: ["RequestExpired", "RequestTimeTooSkewed", "RequestInTheFuture"], means: "account" },
  // THROTTLING_ERROR_CODES of the SDK (@smithy/core, service-error-classification)
  {
    codes: [
      ...["BandwidthLimitExceeded", "EC2Throttled", "LimitExceeded", "PriorRequestNotComplete"],
      ...["ProvisionedThroughputExceeded", "RequestLimitExceeded", "RequestThrottled", "SlowDown", "Throttled"],
      ...["Throttling", "TooManyRequests", "TransactionInProgress"],
    ],
    means: "throttled",
  },
  // TRANSIENT_ERROR_CODES of the SDK: the request had not come whole.
  { codes: ["TimeoutError", "RequestTimeout"], means: "retry" },
];

// "… is not authorized to perform `ses:SendRawEmail' on resource `arn:aws:ses:…:identity/example.com'", today with
// colons in place of the quotes. https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
const DENIED: ReadonlySet<string> = new Set(["AccessDenied", "NotAuthorized", "UnauthorizedOperation"]);
const RESOURCE = /\bon resource:? ?[`'"]?([^\s`'"]{1,2048})/i;

// What a status says whatever the code is: credentials that the service or a proxy refuses (RFC 9110 s15.5.2, s15.5.8),
// too many requests (RFC 6585 s4).
const STATUSES: ReadonlyMap<number, "account" | "throttled"> = new Map([
  [401, "account"],
  [407, "account"],
  [429, "throttled"],
]);

const RATE = /\b(?:sending|send) rate\b/i;

// More than any text of the service has.
const MAX_TEXT = 4_096;

/**
 * What a refusal with status 4xx means.
 *
 * @param code as the service wrote it, with or without namespace and `Exception`
 * @example
 * refusalOf(400, "LimitExceededException", "Daily message quota exceeded.").kind; // "quota"
 * refusalOf(403, "ExpiredToken", "The security token included in the request is expired"); // refused, scope account
 */
export function refusalOf(status: number, code: string, text: string): Refusal {
  const bare = bareCode(code);
  const said = text.slice(0, MAX_TEXT);
  const row = ROWS.find((one) => (one.codes?.includes(bare) ?? true) && (one.text?.test(said) ?? true));
  const means = row?.means ?? (DENIED.has(bare) ? deniedTo(said) : (STATUSES.get(status) ?? "stop"));
  switch (means) {
    case "account":
    case "configuration-set":
      return { kind: "refused", scope: means };
    case "throttled":
      return { kind: "throttled", rate: RATE.test(said) };
    case "refused":
      return { kind: "refused", scope: "account" };
    default:
      return { kind: means };
  }
}

// A refusal that names one identity or one configuration set says nothing about messages of another.
function deniedTo(text: string): "account" | "stop" {
  const resource = RESOURCE.exec(text)?.[1];
  return resource === undefined || resource.replace(/[.,;]+$/, "").endsWith("*") ? "account" : "stop";
}

/** Whether a code is one of throttling, which says under any status that the call was not served. */
export function isThrottling(code: string): boolean {
  return refusalOf(0, code, "").kind === "throttled";
}

/**
 * A code without namespace, address and a final `Exception`: `com.amazonaws.ses#ThrottlingException:http://…` is
 * `Throttling`.
 */
export function bareCode(code: string): string {
  const name = code.slice(code.lastIndexOf("#") + 1).split(":", 1)[0] ?? "";
  const short = name.slice(name.lastIndexOf(".") + 1).trim();
  return short.endsWith("Exception") && short !== "Exception" ? short.slice(0, -"Exception".length) : short;
}

/** What is looked at of a failure, as it may also be on record. */
export interface FailureSeen {
  readonly code: string;
  readonly message: string;
  readonly scope?: RefusalScope;
}

/**
 * Whom a failure concerns besides its message; undefined when that message alone. Known of results without a scope
 * too: those that were recorded before there was one, and those of a sender that does not give it.
 */
export function scopeOf({ code, message, scope }: FailureSeen): RefusalScope | undefined {
  if (scope !== undefined) return scope;
  if (code === "send.quota" || code === "send.credentials") return "account";
  if (code.startsWith("send.") || code.startsWith("outbox.")) return undefined;
  const refusal = refusalOf(0, code, message);
  if (refusal.kind === "quota") return "account";
  return refusal.kind === "refused" ? refusal.scope : undefined;
}

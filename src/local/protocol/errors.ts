// Errors as the service answers them: code, HTTP status, whose fault, text. And their XML body.
import { element, text } from "./xml.ts";

export const NAMESPACE = "http://ses.amazonaws.com/doc/2010-12-01/";
/** The namespace of faults that are found before a version is known. */
export const FAULT_NAMESPACE = "http://webservices.amazon.com/AWSFault/2005-15-09";

// Common Errors of the API reference, plus those the service is seen to send beyond it.
const STATUS = {
  AccessDenied: 403,
  AccountSendingPausedException: 400,
  ConfigurationSetDoesNotExist: 400,
  ConfigurationSetSendingPausedException: 400,
  ExpiredToken: 403,
  IncompleteSignature: 400,
  InternalFailure: 500,
  InvalidAction: 400,
  InvalidClientTokenId: 403,
  InvalidParameterCombination: 400,
  InvalidParameterValue: 400,
  InvalidQueryParameter: 400,
  MailFromDomainNotVerifiedException: 400,
  MalformedInput: 400,
  MalformedQueryString: 404,
  MessageRejected: 400,
  MissingAction: 400,
  MissingAuthenticationToken: 403,
  MissingParameter: 400,
  OptInRequired: 403,
  RequestEntityTooLarge: 413,
  RequestExpired: 400,
  SerializationException: 400,
  ServiceUnavailable: 503,
  SignatureDoesNotMatch: 403,
  Throttling: 400,
  ValidationError: 400,
} as const;

/** Every code the endpoint answers. */
export type ErrorCode = keyof typeof STATUS;

/** Every code, by name. */
export const ERROR_CODES: readonly string[] = Object.keys(STATUS);

/** What an error carries beside code and text. */
export interface ErrorDetails {
  /** Namespace of the XML body; the API's own when absent. */
  readonly namespace?: string;
  /** Name and status over API v2, where they are not those of the code. */
  readonly v2?: { readonly name: string; readonly status: number };
}

/** An error that is an answer: thrown anywhere below the handler, which writes it in the protocol of the request. */
export class SesError extends Error {
  override readonly name = "SesError";
  readonly code: ErrorCode;
  readonly status: number;
  /** `Sender` for 4xx, `Receiver` for 5xx. */
  readonly type: "Sender" | "Receiver";
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message);
    this.code = code;
    this.status = STATUS[code];
    this.type = this.status < 500 ? "Sender" : "Receiver";
    this.details = details;
  }
}

/** The commonest error of the sending path. */
export function invalidValue(message: string): SesError {
  return new SesError("InvalidParameterValue", message);
}

/** True for a text that is one of the codes. */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(STATUS, code);
}

/** Any thrown value as an error to answer; what is no SesError becomes an InternalFailure without details. */
export function asSesError(thrown: unknown): SesError {
  if (thrown instanceof SesError) return thrown;
  return new SesError(
    "InternalFailure",
    "The request processing has failed because of an unknown error, exception or failure.",
  );
}

/** The XML body. RequestId stands directly under the root here, inside ResponseMetadata on success. */
export function errorXml(error: SesError, requestId: string): string {
  return element(
    "ErrorResponse",
    { xmlns: error.details.namespace ?? NAMESPACE },
    element("Error", {}, text("Type", error.type), text("Code", error.code), text("Message", error.message)),
    text("RequestId", requestId),
  );
}

/** What the service says when the day is used up. */
const DAILY_QUOTA_TEXT = "Daily message quota exceeded.";

/** The answer when the quota of 24 hours is used up: the two APIs have different codes for it. */
export function quotaExceeded(): SesError {
  return new SesError("Throttling", DAILY_QUOTA_TEXT, {
    v2: { name: "LimitExceededException", status: 400 },
  });
}

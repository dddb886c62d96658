// The errors of the service: one table of codes with their status and name in both APIs, and the texts that several
// places answer.

// Common Errors of the API reference, plus those the service is seen to send beyond it: the status of API v1, then the
// name and status of API v2, which is BadRequestException with 400 where there is no other.
const ERRORS = {
  AccessDenied: [403, "AccessDeniedException", 403],
  AccountSendingPausedException: [400, "SendingPausedException", 400],
  ConfigurationSetDoesNotExist: [400, "NotFoundException", 404],
  ConfigurationSetSendingPausedException: [400, "SendingPausedException", 400],
  ExpiredToken: [403, "ExpiredTokenException", 403],
  IncompleteSignature: [400, "IncompleteSignatureException", 403],
  InternalFailure: [500, "InternalServiceErrorException", 500],
  InvalidAction: [400, "UnknownOperationException", 404],
  InvalidClientTokenId: [403, "UnrecognizedClientException", 403],
  InvalidParameterCombination: [400],
  InvalidParameterValue: [400],
  InvalidQueryParameter: [400],
  MailFromDomainNotVerifiedException: [400, "MailFromDomainNotVerifiedException", 400],
  MalformedInput: [400],
  MalformedQueryString: [404],
  MessageRejected: [400, "MessageRejected", 400],
  MissingAction: [400],
  MissingAuthenticationToken: [403, "MissingAuthenticationTokenException", 403],
  MissingParameter: [400],
  OptInRequired: [403],
  RequestEntityTooLarge: [413, "RequestEntityTooLargeException", 413],
  RequestExpired: [400],
  SerializationException: [400, "SerializationException", 400],
  ServiceUnavailable: [503, "ServiceUnavailableException", 503],
  SignatureDoesNotMatch: [403, "InvalidSignatureException", 403],
  Throttling: [400, "TooManyRequestsException", 429],
  ValidationError: [400],
} as const satisfies Readonly<Record<string, readonly [number] | readonly [number, string, number]>>;

/** Every code the endpoint answers. */
export type ErrorCode = keyof typeof ERRORS;

/** Every code, by name. */
export const ERROR_CODES: readonly string[] = Object.keys(ERRORS);

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
    this.status = ERRORS[code][0];
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
  return Object.hasOwn(ERRORS, code);
}

/** Any thrown value as an error to answer; what is not a SesError becomes an InternalFailure without details. */
export function asSesError(thrown: unknown): SesError {
  if (thrown instanceof SesError) return thrown;
  return new SesError(
    "InternalFailure",
    "The request processing has failed because of an unknown error, exception or failure.",
  );
}

/** An error as v2 answers it. */
export interface V2Error {
  readonly name: string;
  readonly status: number;
  readonly message: string;
}

const V2_DEFAULT = "BadRequestException";

/** Every name that v2 has for an error here. */
export const V2_NAMES: readonly string[] = [
  V2_DEFAULT,
  ...Object.values(ERRORS).flatMap(([, name]) => (name === undefined ? [] : [name])),
];

/** Any thrown value as an error of v2. */
export function v2Error(thrown: unknown): V2Error {
  const error = asSesError(thrown);
  const [, name = V2_DEFAULT, status = 400] = ERRORS[error.code];
  return { name, status, ...error.details.v2, message: error.message };
}

/** The codes of API v1 that v2 answers by a name. */
export function codesOfV2(name: string): readonly ErrorCode[] {
  return Object.entries(ERRORS).flatMap(([code, [, known]]) => (known === name && isErrorCode(code) ? [code] : []));
}

/** A second call of an action within a second. */
export function rateExceeded(): SesError {
  return new SesError("Throttling", "Rate exceeded");
}

/** More recipients than the sending rate allows. */
export function sendRateExceeded(): SesError {
  return new SesError("Throttling", "Maximum sending rate exceeded.");
}

/** The quota of 24 hours is used up: the two APIs have different codes for it. */
export function quotaExceeded(): SesError {
  return new SesError("Throttling", "Daily message quota exceeded.", {
    v2: { name: "LimitExceededException", status: 400 },
  });
}

/** An access key that does not exist. */
export function invalidToken(): SesError {
  return new SesError("InvalidClientTokenId", "The security token included in the request is invalid.");
}

/** A request without a signature. */
export function missingToken(): SesError {
  return new SesError("MissingAuthenticationToken", "Request is missing Authentication Token");
}

/** A signature that the secret does not give. */
export function signatureMismatch(): SesError {
  return new SesError(
    "SignatureDoesNotMatch",
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
  );
}

/** A file of a type that the service does not carry. Developer guide, Unsupported attachment types. */
export function invalidContent(): SesError {
  return new SesError("MessageRejected", "Message contains invalid content.");
}

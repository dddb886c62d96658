// What v2 calls the errors of the Query protocol, and with which status.
import { asSesError, type ErrorCode, type SesError } from "./errors.ts";
import { DAILY_QUOTA_TEXT } from "./quota.ts";

/** An error as v2 answers it. */
export interface V2Error {
  readonly name: string;
  readonly status: number;
  readonly message: string;
}

const NAMES: Partial<Record<ErrorCode, readonly [name: string, status: number]>> = {
  AccessDenied: ["AccessDeniedException", 403],
  AccountSendingPausedException: ["SendingPausedException", 400],
  ConfigurationSetDoesNotExist: ["NotFoundException", 404],
  ConfigurationSetSendingPausedException: ["SendingPausedException", 400],
  IncompleteSignature: ["IncompleteSignatureException", 403],
  InternalFailure: ["InternalServiceErrorException", 500],
  InvalidAction: ["UnknownOperationException", 404],
  InvalidClientTokenId: ["UnrecognizedClientException", 403],
  MailFromDomainNotVerifiedException: ["MailFromDomainNotVerifiedException", 400],
  MessageRejected: ["MessageRejected", 400],
  MissingAuthenticationToken: ["MissingAuthenticationTokenException", 403],
  RequestEntityTooLarge: ["RequestEntityTooLargeException", 413],
  SerializationException: ["SerializationException", 400],
  ServiceUnavailable: ["ServiceUnavailableException", 503],
  SignatureDoesNotMatch: ["InvalidSignatureException", 403],
  Throttling: ["TooManyRequestsException", 429],
};

// The first API has one code for too fast and for too much, v2 has two.
function nameOf({ code, message }: SesError): readonly [name: string, status: number] {
  if (code === "Throttling" && message === DAILY_QUOTA_TEXT) return ["LimitExceededException", 400];
  return NAMES[code] ?? ["BadRequestException", 400];
}

/** Any thrown value as an error of v2. */
export function v2Error(thrown: unknown): V2Error {
  const error = asSesError(thrown);
  const [name, status] = nameOf(error);
  return { name, status, message: error.message };
}

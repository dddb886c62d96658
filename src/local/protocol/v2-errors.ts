// What v2 calls the errors of the Query protocol, and with which status.
import { asSesError, type ErrorCode, isErrorCode } from "./errors.ts";

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
  ExpiredToken: ["ExpiredTokenException", 403],
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

/** Every name that v2 has for an error here. */
export const V2_NAMES: readonly string[] = ["BadRequestException", ...Object.values(NAMES).map(([name]) => name)];

/** Any thrown value as an error of v2. */
export function v2Error(thrown: unknown): V2Error {
  const error = asSesError(thrown);
  const { v2 } = error.details;
  if (v2 !== undefined) return { ...v2, message: error.message };
  const [name, status] = NAMES[error.code] ?? ["BadRequestException", 400];
  return { name, status, message: error.message };
}

/** The codes of the Query protocol that v2 answers by a name. */
export function codesOfV2(name: string): readonly ErrorCode[] {
  return Object.entries(NAMES).flatMap(([code, [known]]) => (known === name && isErrorCode(code) ? [code] : []));
}

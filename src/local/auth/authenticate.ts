// Whose request it is and for which region, by any of the four forms; checks only what is switched on.

import type { Settings } from "../model/model.ts";
import { SesError } from "../protocol/errors.ts";
import { readAws3 } from "./aws3.ts";
import { checkClock, checkDateParameters } from "./clock.ts";
import { type Caller, type Claim, readPairs, type SignedRequest, sameText } from "./request.ts";
import { readSigV2 } from "./sigv2.ts";
import { readScope, readSigV4 } from "./sigv4.ts";

/** The region of requests that name none. */
export const DEFAULT_REGION = "us-east-1";

const REGION = /^[a-z]{2}(-[a-z]{2,12}){1,3}-\d{1,2}$/;

/**
 * Authenticates a request.
 *
 * @throws SesError with the codes of the reference for a missing, incomplete, wrong or outdated signature
 */
export function authenticate(request: SignedRequest, settings: Settings, now: number): Caller {
  checkDateParameters(request);
  const claim = settings.signatures ? checkSignature(request, settings.credentials) : undefined;
  if (settings.clockWindow) checkClock(request, now);
  return { accessKeyId: claim?.accessKeyId ?? namedKey(request), region: regionOf(request) };
}

function checkSignature(request: SignedRequest, credentials: ReadonlyMap<string, string>): Claim {
  const claim = readSigV4(request) ?? readAws3(request) ?? readSigV2(request);
  if (claim === undefined) throw new SesError("MissingAuthenticationToken", "Request is missing Authentication Token");
  // Without a table there is no secret to check against: any key passes.
  if (credentials.size === 0) return claim;
  const secret = credentials.get(claim.accessKeyId);
  if (secret === undefined) {
    throw new SesError("InvalidClientTokenId", "The security token included in the request is invalid.");
  }
  if (sameText(claim.expected(secret), claim.signature)) return claim;
  throw new SesError(
    "SignatureDoesNotMatch",
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
  );
}

// The key a request names, whether or not it was checked.
function namedKey({ headers, parameters }: SignedRequest): string | undefined {
  const scope = readScope(headers);
  if (scope !== undefined) return scope.accessKeyId;
  const fromHeader = readPairs(headers.get("x-amzn-authorization") ?? "").get("awsaccesskeyid");
  return fromHeader ?? parameters.get("AWSAccessKeyId") ?? parameters.get("AWSAccessKeyID");
}

// The credential scope names it; else the host does, as in email.eu-west-1.amazonaws.com.
function regionOf({ headers, host }: SignedRequest): string {
  const scoped = readScope(headers)?.region;
  if (scoped !== undefined && REGION.test(scoped)) return scoped;
  const named = /^email\.([a-z0-9-]+)\.amazonaws\.com$/i.exec(host)?.[1]?.toLowerCase();
  return named !== undefined && REGION.test(named) ? named : DEFAULT_REGION;
}

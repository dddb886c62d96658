// Whose request it is and for which region, by any of the four forms of signature, and whether its date is of now.
// Only what is switched on is checked.

import type { Settings } from "../model/state.ts";
import { invalidToken, invalidValue, missingToken, SesError, signatureMismatch } from "../protocol/errors.ts";
import { readAws3, readSigV2 } from "./older-signatures.ts";
import { type Caller, type Claim, readPairs, type SignedRequest, sameText } from "./signed-request.ts";
import { readScope, readSigV4, timeOf, usesSigV4 } from "./sigv4.ts";

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
  if (claim === undefined) throw missingToken();
  // Without a table there is no secret to check against: any key passes.
  if (credentials.size === 0) return claim;
  const secret = credentials.get(claim.accessKeyId);
  if (secret === undefined) throw invalidToken();
  if (sameText(claim.expected(secret), claim.signature)) return claim;
  throw signatureMismatch();
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

const WINDOW = 15 * 60 * 1_000;

/** Refuses Timestamp together with Expires, whatever the switches. @throws SesError InvalidParameterCombination */
function checkDateParameters({ parameters }: SignedRequest): void {
  if (!parameters.has("Timestamp") || !parameters.has("Expires")) return;
  throw new SesError("InvalidParameterCombination", "Requests must include either Timestamp or Expires, but not both.");
}

/** Checks every date the request carries against the clock. @throws SesError RequestExpired, SignatureDoesNotMatch */
function checkClock(request: SignedRequest, now: number): void {
  if (usesSigV4(request.headers)) checkSigV4(timeOf(request.headers), now);
  const timestamp = request.parameters.get("Timestamp");
  const expires = request.parameters.get("Expires");
  if (timestamp !== undefined) checkTimestamp(parseTime(timestamp, "Timestamp"), now);
  if (expires !== undefined && now > parseTime(expires, "Expires") + WINDOW) throw expired("Expires");
  const date = request.headers.has("x-amzn-authorization") ? signedDate(request) : undefined;
  if (date !== undefined) checkTimestamp(date, now);
}

function checkTimestamp(time: number, now: number): void {
  if (now - time > WINDOW) throw expired("Timestamp");
  if (time - now > WINDOW)
    throw new SesError("RequestExpired", "The date of the request is more than 15 minutes in the future.");
}

function signedDate({ headers }: SignedRequest): number | undefined {
  const value = headers.get("x-amz-date") ?? headers.get("date");
  if (value === null) return undefined;
  const time = Date.parse(value);
  if (Number.isNaN(time)) throw new SesError("IncompleteSignature", "The Date field holds no date.");
  return time;
}

// The reference: YYYY-MM-DDThh:mm:ssZ; its samples have milliseconds.
function parseTime(value: string, name: string): number {
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(time))
    throw invalidValue(`Value (${value.slice(0, 100)}) for parameter ${name} is invalid. Must be in ISO8601 format.`);
  return time;
}

function expired(name: string): SesError {
  return new SesError("RequestExpired", `Request has expired: ${name} is more than 15 minutes ago.`);
}

// Version 4 reports an outdated request as a signature that does not match, with the bounds of the check.
function checkSigV4(time: string, now: number): void {
  const at = Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  if (Number.isNaN(at)) throw new SesError("IncompleteSignature", "The date of signing is not a valid date.");
  if (now - at > WINDOW) {
    throw stale(`Signature expired: ${time} is now earlier than ${basic(now - WINDOW)} (${basic(now)} - 15 min.)`);
  }
  if (at - now > WINDOW) {
    throw stale(
      `Signature not yet current: ${time} is still later than ${basic(now + WINDOW)} (${basic(now)} + 15 min.)`,
    );
  }
}

function stale(message: string): SesError {
  return new SesError("SignatureDoesNotMatch", message);
}

function basic(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
}

// Is the request of now: Timestamp and Expires parameters, the signed date of a header. 15 minutes either way.
import { invalidValue, SesError } from "../protocol/errors.ts";
import type { SignedRequest } from "./request.ts";
import { timeOf, usesSigV4 } from "./sigv4.ts";

const WINDOW = 15 * 60 * 1_000;

/** Refuses Timestamp together with Expires, whatever the switches. @throws SesError InvalidParameterCombination */
export function checkDateParameters({ parameters }: SignedRequest): void {
  if (!parameters.has("Timestamp") || !parameters.has("Expires")) return;
  throw new SesError("InvalidParameterCombination", "Requests must include either Timestamp or Expires, but not both.");
}

/** Checks every date the request carries against the clock. @throws SesError RequestExpired, SignatureDoesNotMatch */
export function checkClock(request: SignedRequest, now: number): void {
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

// Version 4 tells a stale date as a signature that does not match, with the bounds it was held against.
function checkSigV4(time: string, now: number): void {
  const at = Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  if (Number.isNaN(at)) throw new SesError("IncompleteSignature", "The date of signing is no date.");
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

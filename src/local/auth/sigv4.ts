// Signature version 4, as today's SDKs sign. Its credential scope also names the region.
import { createHash, createHmac } from "node:crypto";
import { SesError } from "../protocol/errors.ts";
import { type Claim, headerField, percentEncode, readPairs, type SignedRequest } from "./signed-request.ts";

const SCHEME = "AWS4-HMAC-SHA256";

/** A credential scope: `KEYID/20260101/us-east-1/ses/aws4_request`. */
export interface Scope {
  readonly accessKeyId: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

/** True when the Authorization field is of this kind. */
export function usesSigV4(headers: Headers): boolean {
  return headers.get("authorization")?.trimStart().startsWith("AWS4-") ?? false;
}

/** The scope of the credential, as far as it can be read. */
export function readScope(headers: Headers): Scope | undefined {
  if (!usesSigV4(headers)) return undefined;
  const credential = readPairs(headers.get("authorization") ?? "").get("credential");
  const [accessKeyId, date, region, service, end, ...more] = credential?.split("/") ?? [];
  if (accessKeyId === undefined || date === undefined || region === undefined || service === undefined)
    return undefined;
  return end === "aws4_request" && more.length === 0 ? { accessKeyId, date, region, service } : undefined;
}

/** The signature in the Authorization field, if it is of this kind. @throws SesError */
export function readSigV4(request: SignedRequest): Claim | undefined {
  const { headers } = request;
  if (!usesSigV4(headers)) return undefined;
  const value = headers.get("authorization") ?? "";
  const pairs = readPairs(value);
  const names = ["Credential", "Signature", "SignedHeaders"].filter((name) => !pairs.has(name.toLowerCase()));
  if (names.length > 0 || !value.trimStart().startsWith(`${SCHEME} `)) throw incomplete(names);
  const scope = readScope(headers);
  if (scope === undefined)
    throw new SesError("IncompleteSignature", "Credential must have the form KEYID/DATE/REGION/ses/aws4_request.");
  if (scope.service !== "ses") throw mismatch("Credential should be scoped to correct service: 'ses'. ");
  const time = timeOf(headers);
  if (!time.startsWith(scope.date))
    throw mismatch("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP.");
  const signedHeaders = pairs.get("signedheaders") ?? "";
  const toSign = [
    SCHEME,
    time,
    `${scope.date}/${scope.region}/ses/aws4_request`,
    sha256(canonicalRequest(request, signedHeaders)),
  ].join("\n");
  return {
    accessKeyId: scope.accessKeyId,
    signature: pairs.get("signature") ?? "",
    expected: (secret) => hmac(signingKey(secret, scope), toSign).toString("hex"),
  };
}

/** The time of signing, `20260101T000000Z`. @throws SesError IncompleteSignature */
export function timeOf(headers: Headers): string {
  const given = headers.get("x-amz-date");
  if (given !== null && /^\d{8}T\d{6}Z$/.test(given)) return given;
  const date = Date.parse(headers.get("date") ?? "");
  if (given !== null || Number.isNaN(date)) {
    throw new SesError(
      "IncompleteSignature",
      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
    );
  }
  return `${new Date(date).toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
}

function canonicalRequest(request: SignedRequest, signedHeaders: string): string {
  const names = signedHeaders.split(";");
  if (!names.includes("host"))
    throw new SesError("IncompleteSignature", "'Host' must be a 'SignedHeader' in the AWS Authorization.");
  const lines = names.map((name) => `${name}:${(headerField(request, name) ?? "").replace(/\s+/g, " ")}\n`).join("");
  return [
    request.method,
    canonicalPath(request.path),
    canonicalQuery(request.query),
    lines,
    signedHeaders,
    sha256(request.body),
  ].join("\n");
}

// Every service but S3 has the segments of the path encoded once more.
function canonicalPath(path: string): string {
  return path.split("/").map(percentEncode).join("/");
}

function canonicalQuery(query: string): string {
  const pairs = [...new URLSearchParams(query)].map(
    ([name, value]) => [percentEncode(name), percentEncode(value)] as const,
  );
  return pairs
    .sort(([a, x], [b, y]) => (a === b ? compare(x, y) : compare(a, b)))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function signingKey(secret: string, scope: Scope): Buffer {
  const date = hmac(`AWS4${secret}`, scope.date);
  return hmac(hmac(hmac(date, scope.region), scope.service), "aws4_request");
}

function hmac(key: string | Buffer, data: string): Buffer {
  return createHmac("sha256", key).update(data).digest();
}

function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

function incomplete(names: readonly string[]): SesError {
  const lacking = names.map((name) => `Authorization header requires '${name}' parameter. `).join("");
  return new SesError("IncompleteSignature", `${lacking}The Authorization header must use ${SCHEME}.`);
}

function mismatch(message: string): SesError {
  return new SesError("SignatureDoesNotMatch", message);
}

// The signatures before version 4: the two forms of the X-Amzn-Authorization field (AWS3 signs the request, AWS3-HTTPS
// the date), and version 2, where the signature is a parameter over all other parameters in order of their names.

import { invalidValue, SesError } from "../protocol/errors.ts";
import {
  type Claim,
  hash,
  headerField,
  hmacAlgorithm,
  hmacBase64,
  percentEncode,
  readPairs,
  type SignedRequest,
} from "./signed-request.ts";

/** The signature in X-Amzn-Authorization, if the field is there. @throws SesError IncompleteSignature */
export function readAws3(request: SignedRequest): Claim | undefined {
  const value = request.headers.get("x-amzn-authorization");
  if (value === null) return undefined;
  const [scheme = "", rest = ""] = splitScheme(value);
  const pairs = readPairs(rest);
  const accessKeyId = pairs.get("awsaccesskeyid");
  const signature = pairs.get("signature");
  if (accessKeyId === undefined || signature === undefined)
    throw incomplete("AWSAccessKeyId and Signature are required");
  const algorithm = hmacAlgorithm(pairs.get("algorithm"));
  const signedHeaders = pairs.get("signedheaders");
  if (scheme === "aws3-https") {
    return { accessKeyId, signature, expected: (secret) => hmacBase64(algorithm, secret, dateOf(request)) };
  }
  if (scheme !== "aws3") throw incomplete("the scheme must be AWS3 or AWS3-HTTPS");
  if (signedHeaders === undefined) throw incomplete("SignedHeaders is required");
  const canonical = canonicalHead(request, signedHeaders);
  return {
    accessKeyId,
    signature,
    expected: (secret) => hmacBase64(algorithm, secret, hash(algorithm, [canonical, request.body])),
  };
}

function splitScheme(value: string): readonly string[] {
  const trimmed = value.trim();
  const blank = trimmed.search(/\s/);
  return blank < 0 ? [trimmed.toLowerCase()] : [trimmed.slice(0, blank).toLowerCase(), trimmed.slice(blank + 1)];
}

/** The date a client signed: X-Amz-Date wins over Date, which some HTTP clients do not let through. */
function dateOf(request: SignedRequest): string {
  const date = request.headers.get("x-amz-date") ?? request.headers.get("date");
  if (date === null) throw incomplete("a Date field is required");
  return date;
}

// Method, path, query, the signed fields in order of their names, an empty line; the body follows.
function canonicalHead(request: SignedRequest, signedHeaders: string): string {
  const names = signedHeaders
    .toLowerCase()
    .split(";")
    .filter((name) => name !== "")
    .sort();
  if (!names.includes("host") || !names.some((name) => name === "date" || name === "x-amz-date")) {
    throw incomplete("SignedHeaders must name Host and Date");
  }
  const lines = names.map((name) => `${name}:${fieldOf(request, name)}\n`);
  return `${request.method}\n${request.path}\n${request.query}\n${lines.join("")}\n`;
}

function fieldOf(request: SignedRequest, name: string): string {
  const value = headerField(request, name);
  if (value === undefined) throw incomplete(`the signed field ${name.slice(0, 100)} is missing`);
  return value;
}

function incomplete(why: string): SesError {
  return new SesError(
    "IncompleteSignature",
    `The X-Amzn-Authorization field does not conform to AWS standards: ${why}.`,
  );
}

/** The signature in the parameters, if there is one. @throws SesError IncompleteSignature */
export function readSigV2(request: SignedRequest): Claim | undefined {
  const { parameters } = request;
  const signature = parameters.get("Signature");
  if (signature === undefined) return undefined;
  // The reference spells it AWSAccessKeyID, its samples AWSAccessKeyId.
  const accessKeyId = parameters.get("AWSAccessKeyId") ?? parameters.get("AWSAccessKeyID");
  if (accessKeyId === undefined) {
    throw new SesError("IncompleteSignature", "Request must contain AWSAccessKeyId beside Signature.");
  }
  const version = parameters.get("SignatureVersion");
  if (version !== "2")
    throw invalidValue(`Value (${(version ?? "").slice(0, 20)}) for parameter SignatureVersion is invalid.`);
  if (!parameters.has("Timestamp") && !parameters.has("Expires")) {
    throw new SesError("MissingParameter", "The request must contain the parameter Timestamp or Expires.");
  }
  const algorithm = hmacAlgorithm(parameters.get("SignatureMethod"));
  return { accessKeyId, signature, expected: (secret) => hmacBase64(algorithm, secret, stringToSign(request)) };
}

function stringToSign({ method, host, path, parameters }: SignedRequest): string {
  const pairs = [...parameters]
    .filter(([name]) => name !== "Signature")
    // Names are ASCII: code unit order is the byte order that the rule asks for.
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`);
  return [method, host.toLowerCase(), path, pairs.join("&")].join("\n");
}

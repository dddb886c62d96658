// What authentication looks at: the request as it came over the wire, and the answer: whose it is, for which region.
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { SesError } from "../protocol/errors.ts";
import type { Parameters } from "../protocol/query.ts";

/** A request with its body read. */
export interface SignedRequest {
  readonly method: string;
  /** Still percent-encoded. */
  readonly path: string;
  /** Still percent-encoded, without the question mark. */
  readonly query: string;
  readonly headers: Headers;
  /** The Host field, with a port where one was given. */
  readonly host: string;
  readonly body: Uint8Array;
  readonly parameters: Parameters;
}

/** The caller. */
export interface Caller {
  readonly accessKeyId: string | undefined;
  readonly region: string;
}

/** A signature as it was read out of a request. */
export interface Claim {
  readonly accessKeyId: string;
  readonly signature: string;
  /** The signature that the secret gives, in the same form. */
  expected(secret: string): string;
}

/** HMAC hashes by the names AWS gives them. */
export type HmacAlgorithm = "HmacSHA1" | "HmacSHA256";

/** The algorithm of that name. @throws SesError IncompleteSignature */
export function hmacAlgorithm(name: string | undefined): HmacAlgorithm {
  if (name === "HmacSHA1" || name === "HmacSHA256") return name;
  throw new SesError("IncompleteSignature", "The signature method must be HmacSHA256 or HmacSHA1.");
}

/** A keyed hash in base64. */
export function hmacBase64(algorithm: HmacAlgorithm, secret: string, data: string | Uint8Array): string {
  return createHmac(hashName(algorithm), secret).update(data).digest("base64");
}

/** The plain hash that goes with an algorithm. */
export function hash(algorithm: HmacAlgorithm, pieces: readonly (string | Uint8Array)[]): Buffer {
  const sum = createHash(hashName(algorithm));
  for (const piece of pieces) sum.update(piece);
  return sum.digest();
}

function hashName(algorithm: HmacAlgorithm): string {
  return algorithm === "HmacSHA1" ? "sha1" : "sha256";
}

/** Compares in a time that does not depend on where two texts differ. */
export function sameText(a: string, b: string): boolean {
  const first = Buffer.from(a);
  const second = Buffer.from(b);
  return first.length === second.length && timingSafeEqual(first, second);
}

/** RFC 3986 s2.3: everything but the unreserved characters, as AWS's canonical forms want it. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** `name=value` pairs after a scheme, separated by commas or blanks. */
export function readPairs(text: string): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  for (const piece of text.split(/[,\s]/)) {
    const equals = piece.indexOf("=");
    if (equals > 0) pairs.set(piece.slice(0, equals).toLowerCase(), piece.slice(equals + 1));
  }
  return pairs;
}

/** A field of the request; undefined when it is missing or the name is not a field name. */
export function headerField(request: SignedRequest, name: string): string | undefined {
  if (name === "host") return request.host;
  // RFC 9110 s5.6.2: `Headers` throws for what is not a token.
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) return undefined;
  return request.headers.get(name)?.trim();
}

// Identifiers in the service's forms: request ids, message ids, feedback ids. RFC 9562 s5.4.
import { createHash } from "node:crypto";
import type { LocalState } from "./state.ts";

type Random = LocalState["random"];

/** A random UUID. */
export function uuid(random: Random): string {
  const bytes = random(16).slice();
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Buffer.from(bytes).toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

// The first four digits name the region, as seen in ids that the service gave out.
const REGION_PREFIX: ReadonlyMap<string, string> = new Map([
  ["us-east-1", "0100"],
  ["us-west-2", "0101"],
  ["eu-west-1", "0102"],
  ["ap-northeast-1", "0106"],
  ["eu-central-1", "0107"],
  ["ap-southeast-2", "0108"],
  ["ap-south-1", "0109"],
  ["eu-west-2", "010b"],
  ["ca-central-1", "010d"],
  ["ap-southeast-1", "010e"],
  ["us-east-2", "010f"],
]);

// For every other region: digits that no region is known to have.
const OTHER_PREFIX = "01ff";

/** Four digits of the region + 12 hexadecimal digits of the time in ms + `-` + a UUID + `-000000`. */
export function messageId(region: string, at: number, random: Random): string {
  const prefix = REGION_PREFIX.get(region) ?? OTHER_PREFIX;
  const time = Math.max(0, Math.floor(at)).toString(16).padStart(12, "0").slice(-12);
  return `${prefix}${time}-${uuid(random)}-000000`;
}

/** The host part of the Message-ID in the delivered copy. */
export function messageIdHost(region: string): string {
  return region === "us-east-1" ? "email.amazonses.com" : `${region}.amazonses.com`;
}

/** Octets that are the same for the same texts, on every run. */
export function stableBytes(...texts: readonly string[]): Buffer {
  return createHash("sha256").update(JSON.stringify(texts)).digest();
}

/** The TXT token of a domain: 44 characters, base64 of 32 octets. */
export function verificationToken(region: string, domain: string): string {
  return stableBytes("verification", region, domain).toString("base64");
}

// RFC 4648 s6, in lower case.
const BASE32 = "abcdefghijklmnopqrstuvwxyz234567";
const tokenLength = 32;

/** The three DKIM tokens of a domain: 32 characters of a-z and 2-7 each. */
export function dkimTokens(region: string, domain: string): readonly string[] {
  return ["1", "2", "3"].map((number) => {
    const octets = stableBytes("dkim", region, domain, number);
    return Array.from(octets.subarray(0, tokenLength), (octet) => BASE32.charAt(octet % BASE32.length)).join("");
  });
}

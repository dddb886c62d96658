// One addr-spec in its two halves: what each may be and how long. RFC 5322 s3.4.1, RFC 5321 s4.5.3.1.

import type { IssueCode, Place } from "../issues.ts";
import { readDomain } from "./domain.ts";
import { isAtext, isDomainUnit, isDotAtom, looksEncoded } from "./tokens.ts";

/** Where an address was found. */
export interface AddressSpot {
  readonly place: Place;
  /** UTF-16 offset of the address in the string it stands in. */
  readonly offset: number;
}

// RFC 5321 s4.5.3.1.1, s4.5.3.1.2, and both halves with the sign between them
const LONGEST_LOCAL_PART = 64;
const LONGEST_DOMAIN = 255;
export const LONGEST_ADDRESS = LONGEST_LOCAL_PART + 1 + LONGEST_DOMAIN;

/** Checks both halves, as written. Returns the address with its domain in ASCII; reports one issue otherwise. */
export function readAddrSpec(local: string, domain: string, spot: AddressSpot): string | undefined {
  const problem = localProblem(local, domain);
  if (problem !== undefined) return refuse(spot, ...problem);
  const reading = readDomain(domain);
  if (!reading.ok) return refuse(spot, "address.domain", reading.reason);
  const address = `${local}@${reading.domain}`;
  if (reading.mapped) {
    warn(spot, "address.idn-mapped", "the domain was mapped to other characters; compare its A-label");
  }
  warnOfDash(address, spot);
  return address;
}

const BAD_DOTS = "the part before @ is made of atoms with single dots between them";
// Mobile carriers in Japan gave such addresses to many.
const QUOTED = 'an address with dots in a row, or at an end, is written in quotes: "a..b."@example.com';

type Problem = readonly [code: IssueCode, reason: string];

function localProblem(local: string, domain: string): Problem | undefined {
  if (local.length + 1 + domain.length > LONGEST_ADDRESS) {
    return ["address.length", `an address has at most ${LONGEST_ADDRESS} characters`];
  }
  if (local === "" || domain === "") return ["address.syntax", "an address has text on both sides of @"];
  for (let i = 0; i < local.length; i++) {
    if (local.charCodeAt(i) > 0x7e) return ["address.smtputf8", "the part before @ is not ASCII"];
  }
  if (local.length > LONGEST_LOCAL_PART) {
    return ["address.local-part", `the part before @ has at most ${LONGEST_LOCAL_PART} characters`];
  }
  if (looksEncoded(local)) return ["address.local-part", "readers take the part before @ for an encoded-word"];
  if (local === '""') return ["address.local-part", "the part before @ is empty"];
  // The parser made sure that a quoted local part ends with its quote.
  if (!local.startsWith('"') && !isDotAtom(local)) {
    return ["address.local-part", BAD_DOTS];
  }
  return undefined;
}

function refuse({ place, offset }: AddressSpot, code: IssueCode, reason: string): undefined {
  const rfc = code === "address.smtputf8" ? "RFC 6531 s3.3" : "RFC 5321 s4.1.2";
  const detail = reason === BAD_DOTS ? { rfc, hint: QUOTED } : { rfc };
  return place.error(code, `${reason} (address at offset ${offset})`, detail);
}

function warn({ place, offset }: AddressSpot, code: IssueCode, text: string): void {
  place.warning(code, `${text} (address at offset ${offset})`);
}

/** A leading hyphen is legal and becomes a flag where the address is passed to a shell. */
export function warnOfDash(address: string, spot: AddressSpot): void {
  if (address.startsWith("-")) warn(spot, "address.leading-dash", "the address starts with a hyphen");
}

/** True for an address that needs no parser: a dot-atom, `@`, a host name in ASCII, all within their lengths. */
export function isPlainAddress(text: string): boolean {
  if (text.length > LONGEST_ADDRESS) return false;
  const at = text.indexOf("@");
  if (at < 1 || at > LONGEST_LOCAL_PART || text.length - at - 1 > LONGEST_DOMAIN) return false;
  let start = 0;
  for (let i = 0; i < at; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 0x2e) {
      if (i === start) return false;
      start = i + 1;
    } else if (!isAtext(unit)) return false;
  }
  return start < at && isPlainHost(text, at + 1) && !looksEncoded(text);
}

function isPlainHost(text: string, from: number): boolean {
  let start = from;
  for (let i = from; i <= text.length; i++) {
    const unit = i === text.length ? 0x2e : text.charCodeAt(i);
    if (unit !== 0x2e) {
      if (!isDomainUnit(unit)) return false;
    } else {
      if (i === start || i - start > 63) return false;
      if (text.charCodeAt(start) === 0x2d || text.charCodeAt(i - 1) === 0x2d) return false;
      start = i + 1;
    }
  }
  return true;
}

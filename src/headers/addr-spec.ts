// One addr-spec in its two halves: what each may be and how long. RFC 5322 s3.4.1, RFC 5321 s4.5.3.1.
import { errorIssue, type IssueCode, type Path, type Report, warningIssue } from "../issues.ts";
import { readDomain } from "./domain.ts";
import { isAtext, isDomainUnit, isDotAtom, looksEncoded } from "./tokens.ts";

/** Where an address was found. */
export interface AddressPlace {
  readonly path: Path;
  readonly report: Report;
  /** UTF-16 offset of the address in the string it stands in. */
  readonly offset: number;
}

// RFC 5321 s4.5.3.1.1, s4.5.3.1.2, and both halves with the sign between them
const LONGEST_LOCAL_PART = 64;
const LONGEST_DOMAIN = 255;
export const LONGEST_ADDRESS = LONGEST_LOCAL_PART + 1 + LONGEST_DOMAIN;

/** Checks both halves, as written. Returns the address with its domain in ASCII; reports one issue otherwise. */
export function readAddrSpec(local: string, domain: string, place: AddressPlace): string | undefined {
  const fault = localFault(local, domain);
  if (fault !== undefined) return refuse(place, ...fault);
  const reading = readDomain(domain);
  if (!reading.ok) return refuse(place, "address.domain", reading.reason);
  const address = `${local}@${reading.domain}`;
  if (reading.mapped) {
    warn(place, "address.idn-mapped", "the domain was mapped to other characters; compare its A-label");
  }
  warnOfDash(address, place);
  return address;
}

const BAD_DOTS = "the part before @ is made of atoms with single dots between them";
// Mobile carriers in Japan gave such addresses to many.
const QUOTED = 'an address with dots in a row, or at an end, is written in quotes: "a..b."@example.com';

type Fault = readonly [code: IssueCode, reason: string];

function localFault(local: string, domain: string): Fault | undefined {
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
  // The one that parsed it made sure that a quoted local part ends with its quote.
  if (!local.startsWith('"') && !isDotAtom(local)) {
    return ["address.local-part", BAD_DOTS];
  }
  return undefined;
}

function refuse({ path, report, offset }: AddressPlace, code: IssueCode, reason: string): undefined {
  const rfc = code === "address.smtputf8" ? "RFC 6531 s3.3" : "RFC 5321 s4.1.2";
  const detail = reason === BAD_DOTS ? { rfc, hint: QUOTED } : { rfc };
  report(errorIssue(code, path, `${reason} (address at offset ${offset})`, detail));
  return undefined;
}

function warn({ path, report, offset }: AddressPlace, code: IssueCode, text: string): void {
  report(warningIssue(code, path, `${text} (address at offset ${offset})`));
}

/** A leading hyphen is legal and becomes a flag where somebody hands the address to a shell. */
export function warnOfDash(address: string, place: AddressPlace): void {
  if (address.startsWith("-")) warn(place, "address.leading-dash", "the address starts with a hyphen");
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

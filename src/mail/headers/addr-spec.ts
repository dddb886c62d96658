// One addr-spec in its two halves: what each may be and how long. RFC 5322 s3.4.1, RFC 5321 s4.5.3.1.

import type { IssueCode, Place } from "../../issues.ts";
import { ATOM, isDotAtom, looksEncoded } from "./tokens.ts";

// The domain of an address: a host name, an internationalised one as its A-label, or a literal.
// RFC 5321 s4.1.2, s4.1.3, RFC 5890; Punycode: RFC 3492 s6.2.

/** What became of a domain. */
type DomainReading =
  | { readonly ok: true; readonly domain: string /** More than letter case was mapped. */; readonly mapped: boolean }
  | { readonly ok: false; readonly reason: string };

// RFC 5321 s4.5.3.1.2
const LONGEST_DOMAIN = 255;

// RFC 1123 s2.1, RFC 1035 s2.3.4: at most 63 letters, digits and inner hyphens.
const LABEL = "[0-9A-Za-z](?:[0-9A-Za-z-]{0,61}[0-9A-Za-z])?";
const HOST = `${LABEL}(?:\\.${LABEL})*`;
const IS_LABEL = new RegExp(`^${LABEL}$`);
const EDGE_HYPHEN = "a label starts or ends with a hyphen";

/** Reads a domain without white space or comments. ASCII stays as it is; anything else becomes an A-label. */
export function readDomain(text: string): DomainReading {
  if (text.length > LONGEST_DOMAIN) return failed("a domain has at most 255 characters");
  if (text.startsWith("[")) return readLiteral(text);
  // The URL parser reads ports, escapes and more into ASCII characters, so those are checked before it sees them.
  if (/[^0-9A-Za-z.\x80-\uffff-]/.test(text)) return failed("a domain is made of letters, digits, hyphens and dots");
  if (/[^\0-\x7f]/.test(text)) return readInternational(text);
  const fault = hostFault(text);
  return fault === undefined ? { ok: true, domain: text, mapped: false } : failed(fault);
}

function failed(reason: string): DomainReading {
  return { ok: false, reason };
}

function hostFault(host: string): string | undefined {
  const label = host.split(".").find((one) => !IS_LABEL.test(one));
  if (label === "") return "a domain has an empty label";
  return label && (label.length > 63 ? "a label of a domain has at most 63 characters" : EDGE_HYPHEN);
}

// The host of a URL is the A-label form on every runtime (WHATWG URL s3.3, UTS #46).
function readInternational(text: string): DomainReading {
  const url = `http://${text}/`;
  if (!URL.canParse(url)) return failed("the domain has no A-label");
  const host = new URL(url).hostname;
  if (host.length > LONGEST_DOMAIN) return failed("a domain has at most 255 characters as A-labels");
  const fault = hostFault(host);
  if (fault !== undefined) return failed(fault);
  // Full-width digits become an IPv4 address, with parts that the caller did not write.
  if (IPV4.test(host)) return failed("the domain is a number");
  // Nothing but letter case folded and characters composed; character by character, since the whole word would give a
  // final sigma where the mapping gives a plain one.
  const folded = Array.from(text, (char) => char.toLowerCase())
    .join("")
    .normalize("NFC")
    .split(".");
  // Full-width and invisible characters mapped too.
  const visible = text
    .normalize("NFKC")
    .replace(/\p{Default_Ignorable_Code_Point}/gu, "")
    .split(/[.\u3002]/);
  // RFC 5891 s4.2.3.1: the label itself may not start or end with a hyphen, which its A-label hides.
  if ([...folded, ...visible].some((label) => /^-|-$/.test(label))) return failed(EDGE_HYPHEN);
  const labels = host.split(".");
  const mapped = labels.length !== folded.length || labels.some((label, i) => !isFormOf(label, folded[i]));
  return { ok: true, domain: host, mapped };
}

function isFormOf(label: string, written: string | undefined): boolean {
  return label === written || (label.startsWith("xn--") && decodePunycode(label.slice(4)) === written);
}

// RFC 5321 s4.1.3: an IPv4 address, or an IPv6 address behind its tag.
function readLiteral(text: string): DomainReading {
  const inner = text.endsWith("]") ? text.slice(1, -1) : "";
  const valid = /^ipv6:/i.test(inner) ? isIpv6(inner.slice(5)) : IPV4.test(inner);
  return valid ? { ok: true, domain: text, mapped: false } : failed("the domain literal holds no IPv4 or IPv6 address");
}

const OCTET = "(?:\\d|[1-9]\\d|1\\d\\d|2[0-4]\\d|25[0-5])";
const IPV4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);

function isIpv6(text: string): boolean {
  return /^[0-9a-f:.]{2,45}$/i.test(text) && URL.canParse(`http://[${text}]/`);
}

/** What a label in Punycode says, without `xn--`. For labels of at most 63 characters. */
export function decodePunycode(text: string): string {
  let at = text.lastIndexOf("-") + 1;
  const points = Array.from(text.slice(0, Math.max(0, at - 1)), (char) => char.charCodeAt(0));
  let point = 128;
  let bias = 72;
  for (let place = 0; at < text.length; place++) {
    const before = place;
    for (let k = 36, weight = 1; ; k += 36) {
      // The letters are 0 to 25, the digits 26 to 35.
      const digit = (Number.parseInt(text.charAt(at++), 36) + 26) % 36;
      place += digit * weight;
      const threshold = Math.min(26, Math.max(1, k - bias));
      if (!(digit >= threshold)) break;
      weight *= 36 - threshold;
    }
    const count = points.length + 1;
    bias = adapted(Math.floor((place - before) / (before === 0 ? 700 : 2)), count);
    point += Math.floor(place / count);
    place %= count;
    points.splice(place, 0, point);
  }
  return String.fromCodePoint(...points);
}

function adapted(delta: number, count: number): number {
  let rest = delta + Math.floor(delta / count);
  let k = 0;
  for (; rest > 455; k += 36) rest = Math.floor(rest / 35);
  return k + Math.floor((36 * rest) / (rest + 38));
}

/** Where an address was found. */
export interface AddressSpot {
  readonly place: Place;
  /** UTF-16 offset of the address in the string it is in. */
  readonly offset: number;
}

// RFC 5321 s4.5.3.1.1, s4.5.3.1.2, and both halves with the sign between them
const LONGEST_LOCAL_PART = 64;
export const LONGEST_ADDRESS = LONGEST_LOCAL_PART + 1 + LONGEST_DOMAIN;

/** Checks both halves, as written. Returns the address with its domain in ASCII; reports one issue otherwise. */
export function readAddrSpec(local: string, domain: string, spot: AddressSpot): string | undefined {
  const problem = localProblem(local, domain);
  if (problem !== undefined) return refuse(spot, problem);
  const reading = readDomain(domain);
  if (!reading.ok) return refuse(spot, { code: "address.domain", reason: reading.reason });
  const address = `${local}@${reading.domain}`;
  if (reading.mapped) {
    warn(spot, "address.idn-mapped", "the domain was mapped to other characters; compare its A-label");
  }
  warnOfDash(address, spot);
  return address;
}

interface Problem {
  readonly code: IssueCode;
  readonly reason: string;
  readonly rfc?: string;
  readonly hint?: string;
}

function localProblem(local: string, domain: string): Problem | undefined {
  if (local.length + 1 + domain.length > LONGEST_ADDRESS) {
    return { code: "address.length", reason: `an address has at most ${LONGEST_ADDRESS} characters` };
  }
  if (local === "" || domain === "") {
    return { code: "address.syntax", reason: "an address has text on both sides of @" };
  }
  if (/[^\0-~]/.test(local)) {
    return { code: "address.smtputf8", reason: "the part before @ is not ASCII", rfc: "RFC 6531 s3.3" };
  }
  const code = "address.local-part";
  if (local.length > LONGEST_LOCAL_PART) {
    return { code, reason: `the part before @ has at most ${LONGEST_LOCAL_PART} characters` };
  }
  if (looksEncoded(local)) return { code, reason: "readers take the part before @ for an encoded-word" };
  if (local === '""') return { code, reason: "the part before @ is empty" };
  // The parser made sure that a quoted local part ends with its quote.
  if (local.startsWith('"') || isDotAtom(local)) return undefined;
  return {
    code,
    reason: "the part before @ is made of atoms with single dots between them",
    // Mobile carriers in Japan gave such addresses to many.
    hint: 'an address with dots in a row, or at an end, is written in quotes: "a..b."@example.com',
  };
}

function refuse({ place, offset }: AddressSpot, { code, reason, ...detail }: Problem): undefined {
  return place.error(code, `${reason} (address at offset ${offset})`, { rfc: "RFC 5321 s4.1.2", ...detail });
}

function warn({ place, offset }: AddressSpot, code: IssueCode, text: string): void {
  place.warning(code, `${text} (address at offset ${offset})`);
}

/** A leading hyphen is legal and becomes a flag where the address is passed to a shell. */
export function warnOfDash(address: string, spot: AddressSpot): void {
  if (address.startsWith("-")) warn(spot, "address.leading-dash", "the address starts with a hyphen");
}

const PLAIN = new RegExp(`^${ATOM}(?:\\.${ATOM})*@${HOST}$`);

/** True for an address that needs no parser: a dot-atom, `@`, a host name in ASCII, all within their lengths. */
export function isPlainAddress(text: string): boolean {
  if (text.length > LONGEST_ADDRESS || !PLAIN.test(text)) return false;
  return !looksEncoded(text) && (text.length <= LONGEST_LOCAL_PART || fitsHalves(text, text.indexOf("@")));
}

function fitsHalves(text: string, at: number): boolean {
  return at <= LONGEST_LOCAL_PART && text.length - at - 1 <= LONGEST_DOMAIN;
}

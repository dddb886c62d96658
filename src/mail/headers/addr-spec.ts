// One addr-spec in its two halves: what each may be and how long. RFC 5322 s3.4.1, RFC 5321 s4.5.3.1.

import type { IssueCode, Place } from "../../issues.ts";
import { isDomainUnit, isDotAtom, looksEncoded } from "./tokens.ts";

// The domain of an address: a host name, an internationalised one as its A-label, or a literal.
// RFC 5321 s4.1.2, s4.1.3, RFC 5890; Punycode: RFC 3492 s5, s6.3.

/** What became of a domain. */
type DomainReading =
  | { readonly ok: true; readonly domain: string /** More than letter case was mapped. */; readonly mapped: boolean }
  | { readonly ok: false; readonly reason: string };

// RFC 5321 s4.5.3.1.2, RFC 1035 s2.3.4
const LONGEST_DOMAIN = 255;
const LONGEST_LABEL = 63;

/** Reads a domain without white space or comments. ASCII stays as it is; anything else becomes an A-label. */
export function readDomain(text: string): DomainReading {
  if (text.length > LONGEST_DOMAIN) return failed("a domain has at most 255 characters");
  if (text.startsWith("[")) return readLiteral(text);
  const ascii = isAscii(text);
  // The URL parser reads ports, escapes and more into ASCII characters, so those are checked before it sees them.
  const fault = ascii ? hostFault(text) : wideFault(text);
  if (fault !== undefined) return failed(fault);
  return ascii ? { ok: true, domain: text, mapped: false } : readInternational(text);
}

function failed(reason: string): DomainReading {
  return { ok: false, reason };
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}

// Labels of letters, digits and inner hyphens, single dots between them.
function hostFault(text: string): string | undefined {
  let start = 0;
  for (let i = 0; i <= text.length; i++) {
    const unit = i === text.length ? 0x2e : text.charCodeAt(i);
    if (unit !== 0x2e) {
      if (!isDomainUnit(unit)) return "a domain is made of letters, digits, hyphens and dots";
      continue;
    }
    if (i === start) return "a domain has an empty label";
    if (i - start > LONGEST_LABEL) return "a label of a domain has at most 63 characters";
    if (text.charCodeAt(start) === 0x2d || text.charCodeAt(i - 1) === 0x2d)
      return "a label starts or ends with a hyphen";
    start = i + 1;
  }
  return undefined;
}

function wideFault(text: string): string | undefined {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80 && unit !== 0x2e && !isDomainUnit(unit))
      return "a domain is made of letters, digits, hyphens and dots";
  }
  return undefined;
}

// The host of a URL is the A-label form on every runtime (WHATWG URL s3.3, UTS #46).
function readInternational(text: string): DomainReading {
  let host: string;
  try {
    host = new URL(`http://${text}/`).hostname;
  } catch {
    return failed("the domain has no A-label");
  }
  if (host.length > LONGEST_DOMAIN) return failed("a domain has at most 255 characters as A-labels");
  const fault = hostFault(host);
  if (fault !== undefined) return failed(fault);
  // Full-width digits become an IPv4 address, with parts that the caller did not write.
  if (isIpv4(host)) return failed("the domain is a number");
  const written = foldedLabels(text);
  // RFC 5891 s4.2.3.1: the label itself may not start or end with a hyphen, which its A-label hides.
  if (written.some(hasEdgeHyphen) || visibleLabels(text).some(hasEdgeHyphen)) {
    return failed("a label starts or ends with a hyphen");
  }
  const folded = written.map((label) => (isAscii(label) ? label : `xn--${encodePunycode(label)}`)).join(".");
  return { ok: true, domain: host, mapped: host !== folded };
}

// The labels when nothing but letter case is folded and characters are composed.
function foldedLabels(text: string): readonly string[] {
  let folded = "";
  // Character by character: the whole word would give a final sigma where the mapping gives a plain one.
  for (const char of text) folded += char.toLowerCase();
  return folded.normalize("NFC").split(".");
}

// The labels with full-width and invisible characters mapped too.
function visibleLabels(text: string): readonly string[] {
  return text
    .normalize("NFKC")
    .replace(/\p{Default_Ignorable_Code_Point}/gu, "")
    .split(/[.\u3002]/);
}

function hasEdgeHyphen(label: string): boolean {
  return label.startsWith("-") || label.endsWith("-");
}

// RFC 5321 s4.1.3: an IPv4 address, or an IPv6 address behind its tag.
function readLiteral(text: string): DomainReading {
  const inner = text.endsWith("]") ? text.slice(1, -1) : "";
  const valid = /^ipv6:/i.test(inner) ? isIpv6(inner.slice(5)) : isIpv4(inner);
  return valid ? { ok: true, domain: text, mapped: false } : failed("the domain literal holds no IPv4 or IPv6 address");
}

function isIpv4(text: string): boolean {
  const parts = text.split(".");
  return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
}

function isIpv6(text: string): boolean {
  if (!/^[0-9a-f:.]{2,45}$/i.test(text)) return false;
  try {
    return new URL(`http://[${text}]/`).hostname.startsWith("[");
  } catch {
    return false;
  }
}

const BASE = 36;
const TMIN = 1;
const TMAX = 26;
const SKEW = 38;
const DAMP = 700;
const INITIAL_BIAS = 72;
const INITIAL_N = 128;

/** The label in Punycode, without `xn--`. For labels of at most 63 characters: the work grows with their square. */
export function encodePunycode(label: string): string {
  const points = Array.from(label, (char) => char.codePointAt(0) ?? 0);
  let output = String.fromCharCode(...points.filter((point) => point < INITIAL_N));
  const basic = output.length;
  if (basic > 0) output += "-";
  let n = INITIAL_N;
  let delta = 0;
  let bias = INITIAL_BIAS;
  for (let handled = basic; handled < points.length; ) {
    const next = Math.min(...points.filter((point) => point >= n));
    delta += (next - n) * (handled + 1);
    n = next;
    for (const point of points) {
      if (point < n) delta++;
      if (point !== n) continue;
      output += variableLength(delta, bias);
      bias = adapt(delta, handled + 1, handled === basic ? DAMP : 2);
      delta = 0;
      handled++;
    }
    delta++;
    n++;
  }
  return output;
}

function variableLength(delta: number, bias: number): string {
  let output = "";
  let rest = delta;
  for (let k = BASE; ; k += BASE) {
    const threshold = Math.min(TMAX, Math.max(TMIN, k - bias));
    if (rest < threshold) return output + digit(rest);
    output += digit(threshold + ((rest - threshold) % (BASE - threshold)));
    rest = Math.floor((rest - threshold) / (BASE - threshold));
  }
}

function digit(value: number): string {
  return String.fromCharCode(value < 26 ? 0x61 + value : 0x30 + value - 26);
}

function adapt(delta: number, count: number, divisor: number): number {
  let rest = Math.floor(delta / divisor);
  rest += Math.floor(rest / count);
  let k = 0;
  for (; rest > ((BASE - TMIN) * TMAX) / 2; k += BASE) rest = Math.floor(rest / (BASE - TMIN));
  return k + Math.floor(((BASE - TMIN + 1) * rest) / (rest + SKEW));
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

// RFC 5322 s3.2.3: a dot-atom; RFC 1123 s2.1, RFC 1035 s2.3.4: labels of at most 63 letters, digits and inner hyphens.
const PLAIN =
  /^[\w!#$%&'*+\-/=?^`{|}~]+(?:\.[\w!#$%&'*+\-/=?^`{|}~]+)*@[0-9A-Za-z](?:[0-9A-Za-z-]{0,61}[0-9A-Za-z])?(?:\.[0-9A-Za-z](?:[0-9A-Za-z-]{0,61}[0-9A-Za-z])?)*$/;

/** True for an address that needs no parser: a dot-atom, `@`, a host name in ASCII, all within their lengths. */
export function isPlainAddress(text: string): boolean {
  if (text.length > LONGEST_ADDRESS || !PLAIN.test(text)) return false;
  const at = text.indexOf("@");
  return at <= LONGEST_LOCAL_PART && text.length - at - 1 <= LONGEST_DOMAIN && !looksEncoded(text);
}

// The syntax of one bare address `local@domain` and of a domain that is to be verified, with the service's text for each
// mistake. RFC 5322 s3.4.1.
import { invalidValue, type SesError } from "./errors.ts";

// RFC 5322 s3.2.3: the specials, without the dot.
const SPECIALS = new Set('()<>[]:;@\\,"');

/** Characters of an address with its display name. */
export const LONGEST_ADDRESS = 320;

/**
 * Checks a bare address in one pass from its left, so that the first mistake is the one that is reported.
 *
 * @returns the same address
 * @throws SesError InvalidParameterValue
 */
export function checkAddress(address: string): string {
  const domainAt = address.startsWith('"') ? checkQuotedLocal(address) : checkLocal(address);
  checkDomain(address, domainAt);
  return address;
}

// Gives the offset after the `@`.
function checkLocal(address: string): number {
  let at = 0;
  for (; at < address.length && address.charAt(at) !== "@"; at++) checkLocalCharacter(address, at);
  if (at === address.length) throw invalidValue("Missing final '@domain'");
  if (at === 0) throw invalidValue("Missing local name");
  if (address.charAt(at - 1) === ".") throw invalidValue("Local address ends with dot");
  return at + 1;
}

function checkLocalCharacter(address: string, index: number): void {
  const character = address.charAt(index);
  if (isControl(character)) throw invalidValue("Local address contains control or whitespace");
  if (SPECIALS.has(character)) throw invalidValue("Local address contains illegal character");
  if (character !== ".") return;
  if (index === 0) throw invalidValue("Local address starts with dot");
  if (address.charAt(index - 1) === ".") throw invalidValue("Local address contains dot-dot");
}

// There is no SMTPUTF8: to the service everything beyond printable ASCII is a control character.
function isControl(character: string): boolean {
  return character <= " " || character >= "\x7f";
}

// The service looks into a quoted local part for line breaks only.
function checkQuotedLocal(address: string): number {
  let at = 1;
  for (; at < address.length && address.charAt(at) !== '"'; at++) {
    if (address.charAt(at) === "\\") at++;
    if (/[\r\n]/.test(address.charAt(at))) throw invalidAddress(address);
  }
  if (at >= address.length) throw invalidValue("Missing '\"'");
  if (at + 1 >= address.length) throw invalidValue("Missing domain");
  if (address.charAt(at + 1) !== "@") throw invalidValue("Quote not at end of local address");
  return at + 2;
}

function checkDomain(address: string, start: number): void {
  if (start === address.length) throw invalidValue("Missing domain");
  if (address.charAt(start) === ".") throw invalidValue("Domain starts with dot");
  const isLiteral = address.charAt(start) === "[";
  for (let at = start; at < address.length; at++) {
    const character = address.charAt(at);
    if (isControl(character)) throw invalidValue("Domain contains control or whitespace");
    if (isLiteral) checkLiteral(address, start, at);
    else if (!/[A-Za-z0-9.-]/.test(character)) throw invalidValue("Domain contains illegal character");
    else if (character === "." && address.charAt(at - 1) === ".") throw invalidValue("Domain contains dot-dot");
  }
  if (isLiteral && !address.endsWith("]")) throw invalidValue("Domain contains illegal character");
  if (address.endsWith(".")) throw invalidValue("Domain ends with dot");
}

// RFC 5322 s3.4.1: a domain-literal ends where the address ends.
function checkLiteral(address: string, start: number, at: number): void {
  const character = address.charAt(at);
  const ends = character === "]" && at < address.length - 1;
  const opens = character === "[" && at > start;
  if (ends || opens || character === "\\") throw invalidValue("Domain contains illegal character");
}

/** What the service says of an address that it gives no better reason for. */
export function invalidAddress(address: string): SesError {
  return invalidValue(`Invalid email address ${address.slice(0, LONGEST_ADDRESS)}.`);
}

/** The domain of a checked address, in lower case. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf("@") + 1).toLowerCase();
}

/** A domain in the form it is kept in. */
export function asDomain(given: string): string {
  return given.trim().toLowerCase();
}

/** Checks the name of a domain that is to be verified. @throws SesError InvalidParameterValue */
export function checkDomainName(given: string): string {
  const domain = asDomain(given);
  const labels = domain.split(".");
  const fits = domain.length <= 253 && labels.length >= 2 && labels.every(isLabel);
  if (!fits) throw invalidValue(`Invalid domain name ${given.slice(0, 300)}.`);
  return domain;
}

// RFC 5890 s2.3.1: letters, digits, hyphens inside; an internationalised label comes as its A-label.
function isLabel(label: string): boolean {
  return label.length <= 63 && /^[a-z0-9]/.test(label) && /[a-z0-9]$/.test(label) && !/[^a-z0-9-]/.test(label);
}

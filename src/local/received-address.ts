// The syntax of one bare address `local@domain`, with the service's text for each mistake. RFC 5322 s3.4.1.
import { invalidValue } from "./errors.ts";

// RFC 5322 s3.2.3: the specials, without the dot.
const SPECIALS = new Set('()<>[]:;@\\,"');

/**
 * Checks a bare address.
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
  const at = address.indexOf("@");
  const end = at < 0 ? address.length : at;
  if (end === 0 && at === 0) throw invalidValue("Missing local name");
  for (let index = 0; index < end; index++) checkLocalCharacter(address, index);
  if (at < 0) throw invalidValue("Missing final '@domain'");
  if (address.charAt(at - 1) === ".") throw invalidValue("Local address ends with dot");
  return at + 1;
}

function checkLocalCharacter(address: string, index: number): void {
  const unit = address.charCodeAt(index);
  const character = address.charAt(index);
  if (unit <= 0x20 || unit === 0x7f) throw invalidValue("Local address contains control or whitespace");
  // Envelope addresses are 7-bit: there is no SMTPUTF8.
  if (unit > 0x7f || SPECIALS.has(character)) throw invalidValue("Local address contains illegal character");
  if (character !== ".") return;
  if (index === 0) throw invalidValue("Local address starts with dot");
  if (address.charAt(index - 1) === ".") throw invalidValue("Local address contains dot-dot");
}

function checkQuotedLocal(address: string): number {
  let at = 1;
  for (; at < address.length && address.charAt(at) !== '"'; at++) {
    const unit = address.charCodeAt(at);
    if (unit < 0x20 || unit === 0x7f) throw invalidValue("Local address contains control or whitespace");
    if (unit > 0x7f) throw invalidValue("Local address contains illegal character");
    if (unit === 0x5c) at++;
  }
  if (at >= address.length) throw invalidValue("Missing '\"'");
  if (at + 1 >= address.length) throw invalidValue("Missing domain");
  if (address.charAt(at + 1) !== "@") throw invalidValue("Quote not at end of local address");
  return at + 2;
}

function checkDomain(address: string, start: number): void {
  const domain = address.slice(start);
  if (domain === "") throw invalidValue("Missing domain");
  if (domain.startsWith("[")) {
    if (!/^\[[!-Z^-~]*\]$/.test(domain)) throw invalidValue("Domain contains illegal character");
    return;
  }
  for (const character of domain) {
    if (character <= " " || character === "\x7f") throw invalidValue("Domain contains control or whitespace");
    if (!/[A-Za-z0-9.-]/.test(character)) throw invalidValue("Domain contains illegal character");
  }
  if (domain.startsWith(".")) throw invalidValue("Domain starts with dot");
  if (domain.endsWith(".")) throw invalidValue("Domain ends with dot");
  if (domain.includes("..")) throw invalidValue("Domain contains dot-dot");
}

/** The domain of a checked address, in lower case. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf("@") + 1).toLowerCase();
}

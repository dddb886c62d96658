// The characters that standards allow in the pieces of a header field, and the check that every string bound for a
// header passes first. RFC 5322 s3.2, RFC 2045 s5.1.

import type { IssueCode, Place } from "../../issues.ts";
import { firstLoneSurrogate } from "../octets/charset.ts";

const ATEXT = 1;
const TOKEN = 2;
const FTEXT = 4;
const DOMAIN = 8;

const classes: Uint8Array = buildClasses();

function buildClasses(): Uint8Array {
  const table = new Uint8Array(128);
  for (let unit = 0x21; unit < 0x7f; unit++) {
    const char = String.fromCharCode(unit);
    const alphanumeric = /[A-Za-z0-9]/.test(char);
    // RFC 5322 s3.2.3: atext
    const atext = alphanumeric || "!#$%&'*+-/=?^_`{|}~".includes(char);
    // RFC 2045 s5.1: any printable character but tspecials
    const token = !'()<>@,;:\\"/[]?='.includes(char);
    table[unit] =
      (atext ? ATEXT : 0) |
      (token ? TOKEN : 0) |
      // RFC 5322 s3.6.8: a field name is any printable character but the colon
      (char === ":" ? 0 : FTEXT) |
      // RFC 1123 s2.1: letters, digits, hyphen
      (alphanumeric || char === "-" ? DOMAIN : 0);
  }
  return table;
}

function isAll(text: string, kind: number): boolean {
  for (let i = 0; i < text.length; i++) if (((classes[text.charCodeAt(i)] ?? 0) & kind) === 0) return false;
  return text.length > 0;
}

/** True for a character that may be in an atom. Takes a UTF-16 unit. RFC 5322 s3.2.3. */
export function isAtext(unit: number): boolean {
  return ((classes[unit] ?? 0) & ATEXT) !== 0;
}

/** True for an ASCII letter, a digit or a hyphen. Takes a UTF-16 unit. */
export function isDomainUnit(unit: number): boolean {
  return ((classes[unit] ?? 0) & DOMAIN) !== 0;
}

/** True when the text is a `token` of RFC 2045 s5.1. */
export function isToken(text: string): boolean {
  return isAll(text, TOKEN);
}

/** True when the text can name a field: `ftext` of RFC 5322 s3.6.8, at least one character. */
export function isFieldName(text: string): boolean {
  return isAll(text, FTEXT) && !looksEncoded(text);
}

/** True when the text is atoms joined by single dots: `dot-atom-text` of RFC 5322 s3.2.3. */
export function isDotAtom(text: string): boolean {
  let afterDot = true;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 0x2e) {
      if (afterDot) return false;
      afterDot = true;
    } else if (isAtext(unit)) afterDot = false;
    else return false;
  }
  return !afterDot;
}

// A compiled pattern takes a fifth of what a loop over the units does.
const PRINTABLE = /^[ -~]*$/;

/** True when every character is printable ASCII or a space. */
export function isPrintable(text: string): boolean {
  return PRINTABLE.test(text);
}

/** The text as a quoted-string, `\` and `"` escaped. RFC 5322 s3.2.4. The text must be printable ASCII. */
export function quoteString(text: string): string {
  if (!text.includes('"') && !text.includes("\\")) return `"${text}"`;
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

/** A parameter value: bare when it is a token, else quoted. RFC 2045 s5.1. */
export function tokenOrQuotedString(text: string): string {
  return isToken(text) ? text : quoteString(text);
}

/** Codes to report other than `header.line-break` and `header.control`. */
export interface TextCodes {
  readonly lineBreak?: IssueCode;
  readonly control?: IssueCode;
}

/**
 * Finds what no header may hold: CR and LF, other control characters (tab excepted) and lone surrogates. Reports at
 * most one issue of each kind, with the offset in UTF-16 units.
 *
 * @returns true when the text is clean.
 * @example
 * checkHeaderText("a\r\nBcc: e@example.com", ["subject"], report); // false, header.line-break
 */
export function checkHeaderText(text: string, place: Place, codes: TextCodes = {}): boolean {
  return check(text, place, { codes, tab: true });
}

/** The same check for text in which a tab has no place either: names, addresses, ids, values with a grammar. */
export function checkStructuredText(text: string, place: Place, codes: TextCodes = {}): boolean {
  return check(text, place, { codes, tab: false });
}

interface CheckOptions {
  readonly codes: TextCodes;
  readonly tab: boolean;
}

// What may have to be reported: controls, DEL, and surrogates, which may be alone.
const SUSPECT = /[\0-\x1f\x7f\ud800-\udfff]/;
const SUSPECT_BUT_TAB = /[\0-\x08\n-\x1f\x7f\ud800-\udfff]/;

/** True for text about which {@link checkStructuredText} has nothing to report, and that holds no surrogate. */
export function isClean(text: string): boolean {
  return !SUSPECT.test(text);
}

function check(text: string, place: Place, { codes, tab }: CheckOptions): boolean {
  if (!(tab ? SUSPECT_BUT_TAB : SUSPECT).test(text)) return true;
  let lineBreak = -1;
  let control = -1;
  let wide = false;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7e) {
      if (unit === 0x7f) control = control < 0 ? i : control;
      else if (unit >= 0xd800) wide = true;
    } else if (unit < 0x20) {
      if (unit === 0x0a || unit === 0x0d) lineBreak = lineBreak < 0 ? i : lineBreak;
      else if (unit !== 0x09 || !tab) control = control < 0 ? i : control;
    }
  }
  if (wide && control < 0) control = firstLoneSurrogate(text);
  if (lineBreak >= 0) {
    place.error(codes.lineBreak ?? "header.line-break", `line break at offset ${lineBreak}`, {
      rfc: "RFC 5322 s2.2",
      hint: "a header value is one line; folding is done for you",
    });
  }
  if (control >= 0) {
    place.error(codes.control ?? "header.control", `control character or lone surrogate at offset ${control}`, {
      rfc: "RFC 5322 s2.2",
    });
  }
  return lineBreak < 0 && control < 0;
}

/**
 * True for text that readers take for an encoded-word. Where none is allowed (addresses, ids, values with a grammar)
 * readers decode it all the same, and get something else than was written. RFC 2047 s5.
 */
export function looksEncoded(text: string): boolean {
  return text.includes("=?") && /=\?[^?]*\?[bq]\?[^?]*\?=/i.test(text);
}

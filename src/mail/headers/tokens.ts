// The characters that standards allow in the pieces of a header field, and the check that every string bound for a
// header passes first. RFC 5322 s3.2, RFC 2045 s5.1.

import type { IssueCode, Place } from "../../issues.ts";
import { firstLoneSurrogate } from "../octets/charset.ts";

/** RFC 5322 s3.2.3: an atom, as the source of a pattern. */
export const ATOM = "[\\w!#$%&'*+\\-/=?^`{|}~]+";

const ONLY_ATOM = new RegExp(`^${ATOM}$`);

// RFC 2045 s5.1: any printable character but tspecials.
const TOKEN = /^[!#-'*+\-.0-9A-Z^-~]+$/;

/** True when the text is a `token` of RFC 2045 s5.1. */
export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/** True when the text can name a field: `ftext` of RFC 5322 s3.6.8, at least one character. */
export function isFieldName(text: string): boolean {
  return /^[!-9;-~]+$/.test(text) && !looksEncoded(text);
}

/** True when the text is atoms joined by single dots: `dot-atom-text` of RFC 5322 s3.2.3. */
export function isDotAtom(text: string): boolean {
  return text.split(".").every((atom) => ONLY_ATOM.test(atom));
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

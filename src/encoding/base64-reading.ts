// Base64 as programs hand it over: of either alphabet, with padding or without. Gmail's API and JSON Web Tokens give the
// URL-safe one. RFC 4648 s4, s5, s3.2.
import { decodeBase64 } from "./base64.ts";

/** The bytes, or where and why the text is not base64. The reason holds nothing of the text. */
export type Base64Reading =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly offset: number; readonly reason: string };

/**
 * Reads base64 or base64url, padded or not; CR, LF, space and tab are skipped.
 *
 * @param text - one of the two alphabets, not both
 * @returns the bytes; else the UTF-16 offset of what is wrong: a character of neither alphabet or of the other one,
 * padding that is not at the end or not as long as it should be, a length that no bytes give, and bits set where no data
 * is (RFC 4648 s3.5)
 * @example
 * readBase64("-_8"); // { ok: true, bytes: Uint8Array [251, 255] }
 */
export function readBase64(text: string): Base64Reading {
  const strict = decodeBase64(text);
  if (strict !== undefined) return { ok: true, bytes: strict };
  const read = readLetters(text);
  if (!read.ok) return read;
  const standard = read.urlSafe ? text.replaceAll("-", "+").replaceAll("_", "/") : text;
  const bytes = decodeBase64(standard + "=".repeat(read.missing));
  if (bytes !== undefined) return { ok: true, bytes };
  return { ok: false, offset: read.last, reason: "the last character has bits set that carry no data" };
}

const LETTER = 1;
const STANDARD = 2;
const URL_SAFE = 3;
const BLANK = 4;
const PADDING = 5;

const kinds = /* @__PURE__ */ (() => {
  const table = new Uint8Array(128);
  for (let unit = 0; unit < 128; unit++) if (/[A-Za-z0-9]/.test(String.fromCharCode(unit))) table[unit] = LETTER;
  for (const [units, kind] of [
    ["+/", STANDARD],
    ["-_", URL_SAFE],
    ["\r\n \t", BLANK],
    ["=", PADDING],
  ] as const) {
    for (const unit of units) table[unit.charCodeAt(0)] = kind;
  }
  return table;
})();

interface Letters {
  readonly ok: true;
  readonly urlSafe: boolean;
  /** How much padding was left out. */
  readonly missing: number;
  /** The offset of the last character that carries data. */
  readonly last: number;
}

function readLetters(text: string): Letters | Exclude<Base64Reading, { readonly ok: true }> {
  let count = 0;
  let padding = 0;
  let firstPadding = -1;
  let last = -1;
  let special = LETTER;
  for (let offset = 0; offset < text.length; offset++) {
    const kind = kinds[text.charCodeAt(offset)] ?? 0;
    if (kind === BLANK) continue;
    if (kind === PADDING) {
      if (padding++ === 0) firstPadding = offset;
      continue;
    }
    if (kind === 0) return failed(offset, "there is a character that base64 does not have");
    if (padding > 0) return failed(firstPadding, "there is padding that is not at the end");
    if (kind !== LETTER && special !== LETTER && kind !== special) {
      return failed(offset, "characters of base64 and of base64url are mixed");
    }
    if (kind !== LETTER) special = kind;
    count++;
    last = offset;
  }
  // Six bits are less than a byte.
  if (count % 4 === 1) return failed(last, "a character is missing or too much");
  const wanted = (4 - (count % 4)) % 4;
  if (padding > 0 && padding !== wanted) return failed(firstPadding, "the padding has the wrong length");
  return { ok: true, urlSafe: special === URL_SAFE, missing: wanted - padding, last };
}

function failed(offset: number, reason: string): Exclude<Base64Reading, { readonly ok: true }> {
  return { ok: false, offset, reason };
}

// A text on its way into encoded-words: the pieces it may be cut into, and what each costs in octets and in Q.

import { MessageError } from "../../issues.ts";
import { type Charset, unmappable, utf8 } from "../octets/charset.ts";
import { isBytes } from "../octets/kinds.ts";
import { clusterEnds, codePointEnds, isSimple } from "./graphemes.ts";
import { type QAlphabet, quotedSize } from "./word-place.ts";

/** The most octets a B word can carry: 60 characters of base64. */
export const LARGEST_WORD = 45;

/** What no word may tear: grapheme clusters, or code points only. */
export type WordUnit = "cluster" | "codePoint";

/** A text cut into pieces that no word may tear. Pieces are counted from 0; `to` is not included. */
export interface WordRun {
  readonly text: string;
  readonly count: number;
  /** The UTF-16 offset at which piece `at` starts; the length of the text for `count`. */
  offset(at: number): number;
  octets(from: number, to: number): Uint8Array;
  /** Octets of the pieces. */
  size(from: number, to: number): number;
  /** Characters of the pieces in Q. */
  quoted(from: number, to: number): number;
}

// Up to here the octets fit the array that the engine keeps beside its own objects, which costs a tenth of any other.
const SHORT = 21;

// UTF-8 of a short text without the call of an encoder; undefined for surrogates, which are rare and may be alone.
function shortUtf8(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(text.length * 3);
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) bytes[at++] = unit;
    else if (unit < 0x800) {
      bytes[at++] = 0xc0 | (unit >> 6);
      bytes[at++] = 0x80 | (unit & 0x3f);
    } else {
      if ((unit & 0xf800) === 0xd800) return undefined;
      bytes[at++] = 0xe0 | (unit >> 12);
      bytes[at++] = 0x80 | ((unit >> 6) & 0x3f);
      bytes[at++] = 0x80 | (unit & 0x3f);
    }
  }
  return bytes.subarray(0, at);
}

/** The octets of a text. Throws MessageError `charset.unmappable` for a character outside the charset. */
export function encodeText(text: string, charset: Charset): Uint8Array {
  const short = charset === utf8 && text.length <= SHORT ? shortUtf8(text) : undefined;
  if (short !== undefined) return short;
  const bytes = charset.encode(text);
  if (isBytes(bytes)) return bytes;
  throw new MessageError([unmappable(charset, text, bytes.unmappable, [])]);
}

/** Cuts a text into its units. */
export function wordRun(text: string, charset: Charset, alphabet: QAlphabet, unit: WordUnit): WordRun {
  if (charset === utf8 && isSimple(text)) return simpleRun(text, alphabet);
  const ends = unit === "cluster" ? clusterEnds(text) : splitEnds(text, charset);
  return charset.stateful ? statefulRun(text, charset, alphabet, ends) : statelessRun(text, charset, alphabet, ends);
}

// UTF-8 of scripts in which every UTF-16 unit is a piece, as nearly all text is: no list of pieces, and the sums need
// no look at the octets, since those above 127 all take three characters of Q.
function simpleRun(text: string, { widths }: QAlphabet): WordRun {
  const bytes = encodeText(text, utf8);
  const sizes = new Int32Array(text.length + 1);
  const quotes = new Int32Array(text.length + 1);
  let size = 0;
  let quoted = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    const octets = unit < 0x80 ? 1 : unit < 0x800 ? 2 : 3;
    size += octets;
    quoted += unit < 0x80 ? (widths[unit] ?? 0) : 3 * octets;
    sizes[i + 1] = size;
    quotes[i + 1] = quoted;
  }
  return {
    text,
    count: text.length,
    offset: (at) => at,
    octets: (from, to) => bytes.subarray(sizes[from], sizes[to]),
    size: (from, to) => between(sizes, from, to),
    quoted: (from, to) => between(quotes, from, to),
  };
}

function between(sums: Int32Array, from: number, to: number): number {
  return (sums[to] ?? 0) - (sums[from] ?? 0);
}

// Octets of a whole are the octets of its pieces in a row, so sums over a prefix answer every question.
function statelessRun(text: string, charset: Charset, alphabet: QAlphabet, ends: readonly number[]): WordRun {
  const bytes = encodeText(text, charset);
  const sizes = new Int32Array(ends.length + 1);
  const quotes = new Int32Array(ends.length + 1);
  let start = 0;
  let size = 0;
  let quoted = 0;
  for (const [at, end] of ends.entries()) {
    const from = size;
    size += sizeOf(text, start, end, charset);
    quoted += quotedSize(bytes, from, size, alphabet);
    start = end;
    sizes[at + 1] = size;
    quotes[at + 1] = quoted;
  }
  return {
    text,
    count: ends.length,
    offset: (at) => startOf(ends, at),
    octets: (from, to) => bytes.subarray(sizes[from], sizes[to]),
    size: (from, to) => between(sizes, from, to),
    quoted: (from, to) => between(quotes, from, to),
  };
}

function startOf(ends: readonly number[], at: number): number {
  return at === 0 ? 0 : (ends[at - 1] ?? 0);
}

// Ends of code points. A charset may have one code for several of them: those stay together.
function splitEnds(text: string, charset: Charset): readonly number[] {
  if (charset === utf8) return codePointEnds(text, 0, text.length);
  const ends: number[] = [];
  let start = 0;
  for (const end of clusterEnds(text)) {
    const inner = codePointEnds(text, start, end);
    for (const one of isSum(text, start, inner, charset) ? inner : [end]) ends.push(one);
    start = end;
  }
  return ends;
}

// True when each piece can be written apart.
function isSum(text: string, start: number, ends: readonly number[], charset: Charset): boolean {
  if (ends.length < 2) return true;
  let from = start;
  let sum = 0;
  for (const end of ends) {
    const octets = charset.encode(text.slice(from, end));
    if (!isBytes(octets)) return false;
    sum += octets.length;
    from = end;
  }
  return charset.stateful || sum === encodeText(text.slice(start, from), charset).length;
}

function sizeOf(text: string, start: number, end: number, charset: Charset): number {
  if (charset.name !== "UTF-8") return encodeText(text.slice(start, end), charset).length;
  let size = 0;
  for (let i = start; i < end; i++) {
    const unit = text.charCodeAt(i);
    // Half of a surrogate pair makes two of the four octets.
    size += unit < 0x80 ? 1 : unit < 0x800 || (unit & 0xf800) === 0xd800 ? 2 : 3;
  }
  return size;
}

// RFC 1468: each stretch starts and ends in ASCII, so its octets are known only by encoding it. Words are short, so
// every question stays cheap.
function statefulRun(text: string, charset: Charset, alphabet: QAlphabet, ends: readonly number[]): WordRun {
  const octets = (from: number, to: number): Uint8Array =>
    encodeText(text.slice(startOf(ends, from), startOf(ends, to)), charset);
  return {
    text,
    count: ends.length,
    offset: (at) => startOf(ends, at),
    octets,
    size: (from, to) => octets(from, to).length,
    quoted: (from, to) => {
      const bytes = octets(from, to);
      return quotedSize(bytes, 0, bytes.length, alphabet);
    },
  };
}

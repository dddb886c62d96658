// A text on its way into encoded-words: the pieces it may be cut into, and what each costs in octets and in Q.

import { type Charset, unmappable, utf8 } from "../encoding/charset.ts";
import { isBytes } from "../encoding/kinds.ts";
import { MessageError } from "../issues.ts";
import { clusterEnds, codePointEnds, isSimple } from "./graphemes.ts";
import { type QAlphabet, quotedSize } from "./q-encoding.ts";

/** The most octets a B word can carry: 60 characters of base64. */
export const LARGEST_WORD = 45;
const LARGEST_QUOTED = 63;

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

/** Cuts a text into grapheme clusters, and those that no word can hold into code points. */
export function wordRun(text: string, charset: Charset, alphabet: QAlphabet): WordRun {
  if (charset.stateful) return statefulRun(text, charset, alphabet);
  return charset === utf8 && isSimple(text) ? simpleRun(text, alphabet) : statelessRun(text, charset, alphabet);
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

function between(sums: Int32Array | readonly number[], from: number, to: number): number {
  return (sums[to] ?? 0) - (sums[from] ?? 0);
}

// Octets of a whole are the octets of its pieces in a row, so sums over a prefix answer every question.
function statelessRun(text: string, charset: Charset, alphabet: QAlphabet): WordRun {
  const bytes = encodeText(text, charset);
  const starts = [0];
  const sizes = [0];
  const quotes = [0];
  let start = 0;
  let size = 0;
  let quoted = 0;
  const add = (end: number): void => {
    size += sizeOf(text, start, end, charset);
    quoted += quotedSize(bytes, sizes.at(-1) ?? 0, size, alphabet);
    start = end;
    starts.push(end);
    sizes.push(size);
    quotes.push(quoted);
  };
  for (const end of clusterEnds(text)) {
    const from = size;
    const to = size + sizeOf(text, start, end, charset);
    if (to - from > LARGEST_WORD && quotedSize(bytes, from, to, alphabet) > LARGEST_QUOTED) {
      for (const inner of codePointEnds(text, start, end)) add(inner);
    } else add(end);
  }
  return {
    text,
    count: starts.length - 1,
    offset: (at) => starts[at] ?? text.length,
    octets: (from, to) => bytes.subarray(sizes[from], sizes[to]),
    size: (from, to) => between(sizes, from, to),
    quoted: (from, to) => between(quotes, from, to),
  };
}

function sizeOf(text: string, start: number, end: number, charset: Charset): number {
  if (charset.name !== "UTF-8") return encodeText(text.slice(start, end), charset).length;
  let size = 0;
  for (let i = start; i < end; i++) {
    const unit = text.charCodeAt(i);
    // Half of a surrogate pair stands for two of the four octets.
    size += unit < 0x80 ? 1 : unit < 0x800 || (unit & 0xf800) === 0xd800 ? 2 : 3;
  }
  return size;
}

// RFC 1468: each stretch starts and ends in ASCII, so its octets are known only by encoding it. Words are short, so
// every question stays cheap.
function statefulRun(text: string, charset: Charset, alphabet: QAlphabet): WordRun {
  const starts = [0];
  let start = 0;
  for (const end of clusterEnds(text)) {
    const fits = end - start <= LARGEST_WORD && encodeText(text.slice(start, end), charset).length <= LARGEST_WORD;
    for (const inner of fits ? [end] : codePointEnds(text, start, end)) starts.push(inner);
    start = end;
  }
  const octets = (from: number, to: number): Uint8Array => encodeText(text.slice(starts[from], starts[to]), charset);
  return {
    text,
    count: starts.length - 1,
    offset: (at) => starts[at] ?? text.length,
    octets,
    size: (from, to) => octets(from, to).length,
    quoted: (from, to) => {
      const bytes = octets(from, to);
      return quotedSize(bytes, 0, bytes.length, alphabet);
    },
  };
}

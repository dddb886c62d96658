// A text on its way into encoded-words: its octets, the pieces that no word may tear, and what those cost in B and in Q.
import { MessageError } from "../../issues.ts";
import { type Charset, firstLoneSurrogate, unmappable, utf8 } from "../octets/charset.ts";
import { isBytes } from "../octets/kinds.ts";
import { clusterEnds, codePointEnds } from "./graphemes.ts";

/** How many characters of Q each octet takes: 1 or 3. */
export type QWidths = Uint8Array;

// RFC 2047 s4.2: in running text every printable character but `=`, `?` and `_` represents itself.
export const textWidths: QWidths = /* @__PURE__ */ widthsOf(/[!-<>@-^`-~]/);

// RFC 2047 s5(3): in a phrase only these do.
export const phraseWidths: QWidths = /* @__PURE__ */ widthsOf(/[A-Za-z0-9!*+\-/]/);

function widthsOf(bare: RegExp): QWidths {
  const widths = new Uint8Array(256).fill(3);
  for (let octet = 0x20; octet < 0x7f; octet++) {
    if (octet === 0x20 || bare.test(String.fromCharCode(octet))) widths[octet] = 1;
  }
  return widths;
}

/** A text on its way into words, as octets. Those of UTF-8 are good until the next text is encoded. */
export interface WordText {
  readonly text: string;
  readonly charset: Charset;
  readonly widths: QWidths;
  readonly octets: Uint8Array;
  /** How many octets it takes. */
  readonly size: number;
}

/** The same, cut into pieces that no word may tear. Pieces are counted from 0. */
export interface WordRun extends WordText {
  readonly count: number;
  /** Where the pieces end, in UTF-16 units; undefined where every unit is a piece. */
  readonly ends: readonly number[] | undefined;
  /** Octets before each piece, and behind the last; empty where only encoding a part tells (escape sequences). */
  readonly sizes: Int32Array;
  /** Characters of Q before each piece, and behind the last. */
  readonly quotes: Int32Array;
}

// Arrays cost more than what a name writes to them. Those that are kept hold the text that was encoded last, in UTF-8
// only: another charset is foreign code, which may write a message of its own.
const MOST_KEPT = 16_384;
let keptOctets = new Uint8Array(256);
let keptSums: Pick<WordRun, "sizes" | "quotes"> | undefined;

/**
 * Encodes a text.
 *
 * @throws MessageError `charset.unmappable`
 */
export function encodeForWords(text: string, charset: Charset, widths: QWidths): WordText {
  if (charset === utf8) return encodeUtf8(text, widths);
  const octets = encodeText(text, charset);
  return { text, charset, widths, octets, size: octets.length };
}

const encoder = new TextEncoder();
// A call into the host costs more than the octets of a short text.
const SHORT = 40;

function encodeUtf8(text: string, widths: QWidths): WordText {
  let octets = keptOctets;
  if (octets.length < 3 * text.length) {
    octets = new Uint8Array(3 * text.length);
    if (text.length <= MOST_KEPT) keptOctets = octets;
  }
  const short = text.length <= SHORT ? writeShort(text, octets) : undefined;
  // This throws for half of a surrogate pair.
  if (short === undefined && firstLoneSurrogate(text) >= 0) encodeText(text, utf8);
  return { text, charset: utf8, widths, octets, size: short ?? encoder.encodeInto(text, octets).written };
}

// UTF-8 of text without surrogates.
function writeShort(text: string, octets: Uint8Array): number | undefined {
  let size = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) octets[size++] = unit;
    else if ((unit & 0xf800) === 0xd800) return undefined;
    else {
      if (unit < 0x800) octets[size++] = 0xc0 | (unit >> 6);
      else {
        octets[size++] = 0xe0 | (unit >> 12);
        octets[size++] = 0x80 | ((unit >> 6) & 0x3f);
      }
      octets[size++] = 0x80 | (unit & 0x3f);
    }
  }
  return size;
}

/** The text cut into grapheme clusters, into code points only, or into UTF-16 units where those are clusters. */
export function divided(whole: WordText, unit: "cluster" | "codePoint" | "unit"): WordRun {
  const { text, charset } = whole;
  if (unit === "unit") return utf8Run(whole);
  const ends = unit === "cluster" ? clusterEnds(text) : splitEnds(text, charset);
  return charset === utf8 ? utf8Run(whole, ends) : foreignRun(whole, ends);
}

// One walk over the octets finds both sums.
function utf8Run(whole: WordText, ends?: readonly number[]): WordRun {
  const { text, charset, widths, octets, size } = whole;
  const { sizes, quotes } = sumsFor(text.length);
  let quoted = 0;
  let count = 0;
  for (let from = 0, at = 0; from < size; ) {
    const octet = octets[from] ?? 0;
    const length = lengthOf(octet);
    from += length;
    at += length === 4 ? 2 : 1;
    quoted += length === 1 ? (widths[octet] ?? 0) : 3 * length;
    if (ends !== undefined && ends[count] !== at) continue;
    count++;
    sizes[count] = from;
    quotes[count] = quoted;
  }
  return { text, charset, widths, octets, size, count, ends, sizes, quotes };
}

function sumsFor(pieces: number): Pick<WordRun, "sizes" | "quotes"> {
  if (keptSums !== undefined && keptSums.sizes.length > pieces) return keptSums;
  const length = Math.max(256, pieces) + 1;
  const sums = { sizes: new Int32Array(length), quotes: new Int32Array(length) };
  if (pieces <= MOST_KEPT) keptSums = sums;
  return sums;
}

// The octets of a character, as the first of them says. RFC 3629 s3.
function lengthOf(octet: number): number {
  if (octet < 0xe0) return octet < 0x80 ? 1 : 2;
  return octet < 0xf0 ? 3 : 4;
}

const NO_SUMS = new Int32Array(0);

// Octets of a whole are the octets of its pieces in a row, but where escape sequences switch between code sets.
function foreignRun(whole: WordText, ends: readonly number[]): WordRun {
  const { text, charset, widths, octets } = whole;
  const run = { ...whole, count: ends.length, ends };
  if (charset.stateful) return { ...run, sizes: NO_SUMS, quotes: NO_SUMS };
  const sizes = new Int32Array(ends.length + 1);
  const quotes = new Int32Array(ends.length + 1);
  let size = 0;
  let quoted = 0;
  for (const [at, end] of ends.entries()) {
    const from = size;
    size =
      at + 1 === ends.length ? octets.length : from + encodeText(text.slice(ends[at - 1] ?? 0, end), charset).length;
    quoted += quotedSize(octets, from, size, widths);
    sizes[at + 1] = size;
    quotes[at + 1] = quoted;
  }
  return { ...run, sizes, quotes };
}

/** Characters of Q that the octets take. */
export function quotedSize(octets: Uint8Array, from: number, to: number, widths: QWidths): number {
  let size = 0;
  for (let i = from; i < to; i++) size += widths[octets[i] ?? 0] ?? 0;
  return size;
}

/** The UTF-16 offset at which a piece starts; the length of the text behind the last. */
export function offsetOf({ ends }: WordRun, piece: number): number {
  if (ends === undefined) return piece;
  return piece === 0 ? 0 : (ends[piece - 1] ?? 0);
}

/** Octets of the pieces. */
export function sizeOf(run: WordRun, from: number, to: number): number {
  if (run.charset.stateful) return statefulOctets(run, from, to).length;
  return (run.sizes[to] ?? 0) - (run.sizes[from] ?? 0);
}

/** Characters of the pieces in Q. */
export function quotedSizeOf(run: WordRun, from: number, to: number): number {
  if (!run.charset.stateful) return (run.quotes[to] ?? 0) - (run.quotes[from] ?? 0);
  const octets = statefulOctets(run, from, to);
  return quotedSize(octets, 0, octets.length, run.widths);
}

/**
 * The octets of the pieces in a charset with escape sequences. RFC 1468: each stretch starts and ends in ASCII. Words are
 * short, so every question stays cheap.
 */
export function statefulOctets(run: WordRun, from: number, to: number): Uint8Array {
  return encodeText(run.text.slice(offsetOf(run, from), offsetOf(run, to)), run.charset);
}

/** The octets of a text. Throws MessageError `charset.unmappable` for a character outside the charset. */
export function encodeText(text: string, charset: Charset): Uint8Array {
  const bytes = charset.encode(text);
  if (isBytes(bytes)) return bytes;
  throw new MessageError([unmappable(charset, text, bytes.unmappable, [])]);
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

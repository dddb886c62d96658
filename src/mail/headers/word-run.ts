// A text on its way into encoded-words: its octets, the pieces that no word may tear, and what those cost in B and in Q.
import { MessageError } from "../../issues.ts";
import { type Charset, unmappable, utf8 } from "../octets/charset.ts";
import { isBytes } from "../octets/kinds.ts";
import { clusterEnds, codePointEnds, isSimple } from "./graphemes.ts";

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

/** A text cut into pieces that no word may tear. Pieces are counted from 0. */
export interface WordRun {
  readonly text: string;
  readonly charset: Charset;
  readonly widths: QWidths;
  readonly count: number;
  /** True when the pieces may be parted: UTF-8 of scripts whose UTF-16 units are all clusters. */
  readonly divisible: boolean;
  /** Where the pieces end, in UTF-16 units; undefined where every unit is a piece. */
  readonly ends: readonly number[] | undefined;
  /** The octets of the whole; of a charset with escape sequences those of a part are known only by encoding it. */
  readonly octets: Uint8Array;
  /** Octets before each piece, and behind the last. */
  readonly sizes: Int32Array;
  /** Characters of Q before each piece, and behind the last. */
  readonly quotes: Int32Array;
}

interface Room {
  readonly octets: Uint8Array;
  readonly sizes: Int32Array;
  readonly quotes: Int32Array;
}

function roomFor(units: number): Room {
  return { octets: new Uint8Array(3 * units), sizes: new Int32Array(units + 1), quotes: new Int32Array(units + 1) };
}

// Arrays cost more than what a name writes to them. Those that are kept hold the run that was made last, in UTF-8 only:
// another charset is foreign code, which may write a message of its own.
const MOST_KEPT = 16_384;
let kept: Room | undefined;
const nothing = roomFor(0);

/** The whole text: a divisible run, or one that tells only what all of it costs. */
export function wholeRun(text: string, charset: Charset, widths: QWidths): WordRun {
  return charset === utf8 ? utf8Run(text, widths) : foreignRun(text, charset, widths, [text.length]);
}

/** The run cut into grapheme clusters, or into code points only. Runs of UTF-8 made before are of no use afterwards. */
export function divided({ text, charset, widths }: WordRun, unit: "cluster" | "codePoint"): WordRun {
  const ends = unit === "cluster" ? clusterEnds(text) : splitEnds(text, charset);
  return charset === utf8 ? utf8Run(text, widths, ends) : foreignRun(text, charset, widths, ends);
}

// One walk finds the octets and both sums.
function utf8Run(text: string, widths: QWidths, ends?: readonly number[]): WordRun {
  if (kept === undefined || kept.sizes.length <= text.length) kept = roomFor(Math.max(256, text.length));
  const { octets, sizes, quotes } = kept;
  if (text.length > MOST_KEPT) kept = undefined;
  let size = 0;
  let quoted = 0;
  let count = 0;
  for (let at = 0; at < text.length; ) {
    const unit = text.charCodeAt(at++);
    if (unit < 0x80) {
      octets[size++] = unit;
      quoted += widths[unit] ?? 0;
    } else if (unit < 0x800) {
      octets[size++] = 0xc0 | (unit >> 6);
      octets[size++] = 0x80 | (unit & 0x3f);
      quoted += 6;
    } else if ((unit & 0xf800) !== 0xd800) {
      octets[size++] = 0xe0 | (unit >> 12);
      octets[size++] = 0x80 | ((unit >> 6) & 0x3f);
      octets[size++] = 0x80 | (unit & 0x3f);
      quoted += 9;
    } else {
      const point = text.codePointAt(at - 1) ?? 0;
      // A lone surrogate: this throws.
      if (point < 0x10000) return foreignRun(text, utf8, widths, [text.length]);
      at++;
      octets[size++] = 0xf0 | (point >> 18);
      octets[size++] = 0x80 | ((point >> 12) & 0x3f);
      octets[size++] = 0x80 | ((point >> 6) & 0x3f);
      octets[size++] = 0x80 | (point & 0x3f);
      quoted += 12;
    }
    if (ends !== undefined && ends[count] !== at) continue;
    count++;
    sizes[count] = size;
    quotes[count] = quoted;
  }
  return { text, charset: utf8, widths, count, divisible: isSimple(text), ends, octets, sizes, quotes };
}

// Octets of a whole are the octets of its pieces in a row, but where escape sequences switch between code sets.
function foreignRun(text: string, charset: Charset, widths: QWidths, ends: readonly number[]): WordRun {
  const run = { text, charset, widths, count: ends.length, divisible: false, ends };
  if (charset.stateful) return { ...run, ...nothing };
  const octets = encodeText(text, charset);
  const { sizes, quotes } = roomFor(ends.length);
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
  return { ...run, octets, sizes, quotes };
}

function quotedSize(octets: Uint8Array, from: number, to: number, widths: QWidths): number {
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

/** The octets of the pieces. */
export function octetsOf(run: WordRun, from: number, to: number): Uint8Array {
  if (run.charset.stateful) return statefulOctets(run, from, to);
  return run.octets.subarray(run.sizes[from], run.sizes[to]);
}

// RFC 1468: each stretch starts and ends in ASCII. Words are short, so every question stays cheap.
function statefulOctets(run: WordRun, from: number, to: number): Uint8Array {
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

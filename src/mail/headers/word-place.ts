// What the writers of encoded-words share: where the words go, how long they may be, and which may be padded.
// RFC 2047 s2.
import { type Charset, wireName } from "../octets/charset.ts";

// RFC 2047 s2: a word has at most 75 characters, delimiters included.
export const LONGEST_WORD = 75;

/** Where the words go. */
export interface WordPlace {
  readonly charset: Charset;
  /** A display name or group name (RFC 2047 s5(3)) has the smaller Q alphabet. */
  readonly kind: "text" | "phrase";
  /** Characters that the first word may take on the current line. */
  readonly room: number;
  /** True when the first word may go to a new line instead. */
  readonly canFold: boolean;
  /** True when nothing follows the words in their field. */
  readonly closes: boolean;
  /** Characters of a word, where something that cannot be folded off shares its line. */
  readonly longest?: number;
}

/** Pieces `from` to `to` (not included) of a run in one word. */
export interface WordSpan {
  readonly from: number;
  readonly to: number;
  readonly encoding: "B" | "Q";
}

/** Characters of a word that carry no text: `=?`, charset, `?Q?` and `?=`. */
export function wordOverhead(charset: Charset): number {
  return wireName(charset).length + 7;
}

/** Characters that so many octets take in base64, padding included. */
export function base64Size(octets: number): number {
  return Math.ceil(octets / 3) * 4;
}

/**
 * True when the last word may be padded. GMime before 3.2.14 loses the words that follow a padded B word
 * (jstedfast/gmime#133), so a padded word ends its field. A charset with escape sequences has B words only (RFC 1468),
 * and no cut changes the sum of its octets modulo three: its last word may be padded, since no other word follows.
 */
export function mayPad({ closes, charset }: WordPlace): boolean {
  return closes || charset.stateful;
}

/** Characters that a word may carry: the first in what is left of its line, every other one on its own line. */
export function wordRooms(place: WordPlace): { readonly first: number; readonly full: number } {
  const overhead = wordOverhead(place.charset);
  const full = (place.longest ?? LONGEST_WORD) - overhead;
  const room = Math.min(place.room - overhead, full);
  // Less than half a word is not worth the delimiters when a new line is to be had.
  return { first: place.canFold && room < full / 2 ? full : room, full };
}

/** What a reader gets for each octet, and how many characters that takes. */
export interface QAlphabet {
  readonly written: readonly string[];
  readonly widths: Uint8Array;
}

// RFC 2047 s4.2: in running text every printable character but these three represents itself.
export const textAlphabet: QAlphabet = buildAlphabet((char) => char > " " && char < "\u007f" && !"=?_".includes(char));

// RFC 2047 s5(3): in a phrase only these do.
export const phraseAlphabet: QAlphabet = buildAlphabet((char) => /[A-Za-z0-9!*+\-/]/.test(char));

function buildAlphabet(isBare: (char: string) => boolean): QAlphabet {
  const written: string[] = [];
  const widths = new Uint8Array(256);
  for (let octet = 0; octet < 256; octet++) {
    const char = String.fromCharCode(octet);
    const text = char === " " ? "_" : isBare(char) ? char : `=${octet.toString(16).toUpperCase().padStart(2, "0")}`;
    written.push(text);
    widths[octet] = text.length;
  }
  return { written, widths };
}

/** How many characters the octets from `from` to `to` take. */
export function quotedSize(bytes: Uint8Array, from: number, to: number, { widths }: QAlphabet): number {
  let size = 0;
  for (let i = from; i < to; i++) size += widths[bytes[i] ?? 0] ?? 0;
  return size;
}

/** The octets in Q. */
export function quoteOctets(bytes: Uint8Array, { written }: QAlphabet): string {
  let text = "";
  for (const octet of bytes) text += written[octet];
  return text;
}

// Encoded-words: text outside ASCII in a header, as B or Q, whichever is shorter, cut between whole characters.
// RFC 2047.

import { wireName } from "../octets/charset.ts";
import { encodeNatively, writeCharacters } from "../octets/kernel/base64-lines.ts";
import { type FieldLine, putWord, startUnfolded } from "./folding.ts";
import {
  base64Size,
  cutIntoWords,
  type Encoding,
  LONGEST_WORD,
  mayPad,
  tearsCluster,
  type WordPlace,
  wordOverhead,
} from "./word-cuts.ts";
import {
  encodeForWords,
  phraseWidths,
  type QWidths,
  quotedSize,
  statefulOctets,
  textWidths,
  type WordRun,
  type WordText,
} from "./word-run.ts";

/**
 * The text as encoded-words, to be separated by white space. The first fits the room, or its own line when
 * nothing fits the room.
 *
 * @throws MessageError `charset.unmappable`.
 * @example
 * encodeWords("Grüße", { charset: utf8, kind: "text", room: 75, canFold: false, closes: true });
 * // ["=?UTF-8?Q?Gr=C3=BC=C3=9Fe?="]
 */
export function encodeWords(text: string, place: WordPlace): readonly string[] {
  const line = startUnfolded();
  putWords(line, text, place);
  return line.fresh ? [] : line.text.split(" ");
}

/** Writes the text as encoded-words, one or several. */
export function putWords(line: FieldLine, text: string, place: WordPlace): void {
  const whole = encoded(text, place);
  const encoding = singleEncoding(whole, place);
  if (encoding === undefined) putSeveral(line, whole, place);
  else putWord(line, wordOf(whole, encoding, 0, whole.size));
}

/** Writes the text as one word if it fits one, in the room or on a new line; false when it does not. */
export function putSingleWord(line: FieldLine, text: string, place: WordPlace): boolean {
  const whole = encoded(text, place);
  const encoding = singleEncoding(whole, place);
  if (encoding !== undefined) putWord(line, wordOf(whole, encoding, 0, whole.size));
  return encoding !== undefined;
}

/** True when the text must be torn inside a character to fit into words. */
export function mustTear(text: string, place: WordPlace): boolean {
  const whole = encoded(text, place);
  return singleEncoding(whole, place) === undefined && tearsCluster(whole, place);
}

function encoded(text: string, { charset, kind }: WordPlace): WordText {
  return encodeForWords(text, charset, kind === "phrase" ? phraseWidths : textWidths);
}

function singleEncoding({ octets, size, widths }: WordText, place: WordPlace): Encoding | undefined {
  const { charset } = place;
  const longest = place.longest ?? LONGEST_WORD;
  const room = (place.canFold ? longest : Math.min(place.room, longest)) - wordOverhead(charset);
  // Q takes a character at least for each octet, B more.
  if (size > room && !charset.stateful) return undefined;
  const based = base64Size(size);
  const mayBase = based <= room && (mayPad(place) || size % 3 === 0);
  // RFC 1468, "MIME Considerations": text with escape sequences goes into B words, several where one is too short.
  if (charset.stateful) return mayBase ? "B" : undefined;
  const quoted = quotedSize(octets, 0, size, widths);
  if (mayBase && based < quoted) return "B";
  return quoted <= room ? "Q" : undefined;
}

function putSeveral(line: FieldLine, whole: WordText, place: WordPlace): void {
  const { run, ends, encodings } = cutIntoWords(whole, place);
  const { charset, octets, size, sizes } = run;
  // Octets of B words, but for the last, are multiples of three: what is base64 of all is that of each in a row.
  const based = charset.stateful || !encodings.includes("B") ? undefined : encodeNatively?.(octets.subarray(0, size));
  const opening = `=?${wireName(charset)}?B?`;
  let from = 0;
  for (let index = 0; index < ends.length; index++) {
    const to = ends[index] ?? from;
    const start = sizes[from] ?? 0;
    const end = sizes[to] ?? 0;
    const encoding = encodings[index] ?? "Q";
    if (charset.stateful) putWord(line, statefulWord(run, encoding, from, to));
    else if (encoding === "B" && based !== undefined && start % 3 === 0) {
      putWord(line, `${opening}${based.slice((start / 3) * 4, base64Size(end))}?=`);
    } else putWord(line, wordOf(run, encoding, start, end));
    from = to;
  }
}

function statefulWord(run: WordRun, encoding: Encoding, from: number, to: number): string {
  const octets = statefulOctets(run, from, to);
  return wordOf({ ...run, octets }, encoding, 0, octets.length);
}

// A word is written where every word is, and made a string once.
const letters = new Uint8Array(256);
const QUESTION = 0x3f;

interface NativeHost {
  readonly Buffer?: {
    from(bytes: ArrayBufferLike): { toString(encoding: "latin1", start: number, end: number): string };
  };
}

const native = /* @__PURE__ */ nativeLetters(globalThis);
const ascii = new TextDecoder();

function nativeLetters({ Buffer }: NativeHost) {
  return Buffer?.from(letters.buffer);
}

function wordOf({ octets, charset, widths }: WordText, encoding: Encoding, from: number, to: number): string {
  const name = wireName(charset);
  // Only a charset with codes of very many octets has words that long.
  const isLong = 3 * (to - from) + name.length + 9 > letters.length;
  const target = isLong ? new Uint8Array(4 * (to - from) + name.length + 9) : letters;
  target[0] = 0x3d;
  target[1] = QUESTION;
  let at = 2;
  for (let index = 0; index < name.length; index++) target[at++] = name.charCodeAt(index);
  target[at] = QUESTION;
  target[at + 1] = encoding.charCodeAt(0);
  target[at + 2] = QUESTION;
  at += 3;
  if (encoding === "B") at = writeCharacters({ source: octets, start: from, end: to }, target, at);
  else for (let index = from; index < to; index++) at = writeQ(octets[index] ?? 0, widths, target, at);
  target[at] = QUESTION;
  target[at + 1] = 0x3d;
  at += 2;
  return target === letters && native !== undefined
    ? native.toString("latin1", 0, at)
    : ascii.decode(target.subarray(0, at));
}

function writeQ(octet: number, widths: QWidths, target: Uint8Array, at: number): number {
  if (widths[octet] === 1) {
    target[at] = octet === 0x20 ? 0x5f : octet;
    return at + 1;
  }
  target[at] = 0x3d;
  target[at + 1] = hexDigit(octet >> 4);
  target[at + 2] = hexDigit(octet & 15);
  return at + 3;
}

function hexDigit(value: number): number {
  return value < 10 ? 0x30 + value : 0x37 + value;
}

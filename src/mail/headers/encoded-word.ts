// Encoded-words: text outside ASCII in a header, as B or Q, whichever is shorter, cut between whole characters.
// RFC 2047.

import { wireName } from "../octets/charset.ts";
import { writeCharacters } from "../octets/kernel/base64-lines.ts";
import {
  base64Size,
  cutIntoWords,
  type Encoding,
  LONGEST_WORD,
  mayPad,
  tearsCluster,
  type WordPart,
  type WordPlace,
  wordOverhead,
} from "./word-cuts.ts";
import {
  octetsOf,
  phraseWidths,
  type QWidths,
  quotedSizeOf,
  sizeOf,
  textWidths,
  type WordRun,
  wholeRun,
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
  const run = runFor(text, place);
  return wordsOf({ run, from: 0, to: run.count, place });
}

/** The text on its way into words. One of UTF-8 is good until the next one is made. */
export function runFor(text: string, { charset, kind }: Pick<WordPlace, "charset" | "kind">): WordRun {
  return wholeRun(text, charset, kind === "phrase" ? phraseWidths : textWidths);
}

/** The words of a part of a run; of all of it, when the run is not divisible. */
export function wordsOf(part: WordPart): readonly string[] {
  const encoding = singleEncoding(part);
  return encoding === undefined ? severalWords(part) : [wordOf(part, encoding)];
}

/** The part as one word if it fits one, in the room or on a new line. */
export function singleWord(part: WordPart): string | undefined {
  const encoding = singleEncoding(part);
  return encoding && wordOf(part, encoding);
}

function singleEncoding({ run, from, to, place }: WordPart): Encoding | undefined {
  const { charset } = place;
  const longest = place.longest ?? LONGEST_WORD;
  const room = (place.canFold ? longest : Math.min(place.room, longest)) - wordOverhead(charset);
  const size = sizeOf(run, from, to);
  const based = base64Size(size);
  const mayBase = based <= room && (mayPad(place) || size % 3 === 0);
  // RFC 1468, "MIME Considerations": text with escape sequences goes into B words, several where one is too short.
  if (charset.stateful) return mayBase ? "B" : undefined;
  const quoted = quotedSizeOf(run, from, to);
  if (mayBase && based < quoted) return "B";
  return quoted <= room ? "Q" : undefined;
}

/** True when the part has to be torn inside a character to fit into words. */
export function mustTear(part: WordPart): boolean {
  return !part.run.divisible && singleEncoding(part) === undefined && tearsCluster(part);
}

function severalWords(part: WordPart): readonly string[] {
  const { run, start, ends, encodings } = cutIntoWords(part);
  const { place } = part;
  return ends.map((to, at) => wordOf({ run, from: ends[at - 1] ?? start, to, place }, encodings[at] ?? "Q"));
}

// A word is written where every word is, and made a string once.
const letters = new Uint8Array(256);

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

function wordOf({ run, from, to }: WordPart, encoding: Encoding): string {
  const { stateful } = run.charset;
  const octets = stateful ? octetsOf(run, from, to) : run.octets;
  const start = stateful ? 0 : (run.sizes[from] ?? 0);
  const end = stateful ? octets.length : (run.sizes[to] ?? 0);
  const opening = `=?${wireName(run.charset)}?${encoding}?`;
  // Only a charset with codes of very many octets has words that long.
  const target =
    3 * (end - start) + opening.length + 4 > letters.length ? new Uint8Array(4 * (end - start) + 256) : letters;
  let at = 0;
  for (; at < opening.length; at++) target[at] = opening.charCodeAt(at);
  if (encoding === "B") at = writeCharacters({ source: octets, start, end }, target, at);
  else for (let from = start; from < end; from++) at = writeQ(octets[from] ?? 0, run.widths, target, at);
  target[at] = 0x3f;
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

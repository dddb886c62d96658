// Encoded-words: text outside ASCII in a header, as B or Q, whichever is shorter, cut between whole characters.
// RFC 2047.
import { encodeBase64 } from "../encoding/base64.ts";
import { type Charset, wireName } from "../encoding/charset.ts";
import { phraseAlphabet, type QAlphabet, quotedSize, quoteOctets, textAlphabet } from "./q-encoding.ts";
import { encodeText, LARGEST_WORD, type WordRun, wordRun } from "./word-run.ts";

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

interface Span {
  readonly from: number;
  readonly to: number;
  readonly encoding: "B" | "Q";
}

/** Characters of a word that carry no text: `=?`, charset, `?Q?` and `?=`. */
export function wordOverhead(charset: Charset): number {
  return wireName(charset).length + 7;
}

/**
 * The text as encoded-words, to be separated by white space. The first fits the room, or a line of its own when
 * nothing fits the room.
 *
 * @throws MessageError `charset.unmappable`.
 * @example
 * encodeWords("Grüße", { charset: utf8, kind: "text", room: 75, canFold: false, closes: true });
 * // ["=?UTF-8?Q?Gr=C3=BC=C3=9Fe?="]
 */
export function encodeWords(text: string, place: WordPlace): readonly string[] {
  const single = singleWord(text, place);
  if (single !== undefined) return [single];
  const alphabet = alphabetOf(place);
  const run = wordRun(text, place.charset, alphabet);
  return cheapest(run, place).map(({ from, to, encoding }) =>
    writeWord(run.octets(from, to), encoding, { charset: place.charset, alphabet }),
  );
}

/** The text as one word if it fits one, in the room or on a new line. */
export function singleWord(text: string, place: WordPlace): string | undefined {
  const longest = place.longest ?? LONGEST_WORD;
  if (text.length > longest) return undefined;
  const { charset } = place;
  const alphabet = alphabetOf(place);
  const bytes = encodeText(text, charset);
  const room = (place.canFold ? longest : Math.min(place.room, longest)) - wordOverhead(charset);
  const quoted = quotedSize(bytes, 0, bytes.length, alphabet);
  const based = base64Size(bytes.length);
  const mayBase = place.closes || bytes.length % 3 === 0;
  if (mayBase && based <= room && (based < quoted || charset.stateful)) {
    return writeWord(bytes, "B", { charset, alphabet });
  }
  if (mayPad(place) && based <= room && (charset.stateful || quoted > room)) {
    return writeWord(bytes, "B", { charset, alphabet });
  }
  // RFC 1468, "MIME Considerations": text with escape sequences goes into B words, several where one is too short.
  return quoted <= room && !charset.stateful ? writeWord(bytes, "Q", { charset, alphabet }) : undefined;
}

// GMime before 3.2.14 loses the B words that follow a padded one (jstedfast/gmime#133), so in text a padded word ends
// its field. The last word of a name may be padded where that saves a word: what follows a name is no word.
function mayPad(place: WordPlace): boolean {
  return place.closes || place.kind === "phrase";
}

function alphabetOf(place: WordPlace): QAlphabet {
  return place.kind === "phrase" ? phraseAlphabet : textAlphabet;
}

function base64Size(octets: number): number {
  return Math.ceil(octets / 3) * 4;
}

function writeWord(bytes: Uint8Array, encoding: "B" | "Q", how: { charset: Charset; alphabet: QAlphabet }): string {
  const text = encoding === "B" ? encodeBase64(bytes) : quoteOctets(bytes, how.alphabet);
  return `=?${wireName(how.charset)}?${encoding}?${text}?=`;
}

function cheapest(run: WordRun, place: WordPlace): readonly Span[] {
  const based = cut(run, place, "B");
  if (place.charset.stateful) return based;
  const quoted = cut(run, place, "Q");
  const byDamage = place.kind === "phrase" ? damage(run, based) - damage(run, quoted) : 0;
  if (byDamage !== 0) return byDamage < 0 ? based : quoted;
  return cost(run, based, place) < cost(run, quoted, place) ? based : quoted;
}

// CPython shows a space between the words of a name (python/cpython#128110): one more beside a space is a blemish,
// one inside a name is a wrong name.
function damage(run: WordRun, spans: readonly Span[]): number {
  const torn = spans.filter(({ to }) => !touchesSpace(run, to)).length;
  return torn * run.count + spans.length;
}

function cost(run: WordRun, spans: readonly Span[], { charset }: WordPlace): number {
  let sum = spans.length * (wordOverhead(charset) + 1);
  for (const { from, to, encoding } of spans) {
    sum += encoding === "B" ? base64Size(run.size(from, to)) : run.quoted(from, to);
  }
  return sum;
}

// Fills word after word. Where the wanted encoding cannot hold a piece legally, the other one takes over for a word.
function cut(run: WordRun, place: WordPlace, wanted: "B" | "Q"): readonly Span[] {
  const spans: Span[] = [];
  const full = (place.longest ?? LONGEST_WORD) - wordOverhead(place.charset);
  let room = Math.min(place.room - wordOverhead(place.charset), full);
  // Less than half a word is not worth the delimiters when a new line is to be had.
  if (place.canFold && room < full / 2) room = full;
  let from = 0;
  while (from < run.count) {
    const span = nextSpan(run, from, { place, wanted, room }) ?? nextSpan(run, from, { place, wanted, room: full });
    // Only a charset whose name leaves no room for a single character comes here.
    const taken: Span = span ?? { from, to: from + 1, encoding: "Q" };
    spans.push(taken);
    from = taken.to;
    room = full;
  }
  return spans;
}

interface Wish {
  readonly place: WordPlace;
  readonly wanted: "B" | "Q";
  readonly room: number;
}

function nextSpan(run: WordRun, from: number, { place, wanted, room }: Wish): Span | undefined {
  const largest = Math.min(LARGEST_WORD, Math.floor(room / 4) * 3);
  const based = { place, limit: largest, ends: "space" } as const;
  const quoted = { place, limit: room, ends: "space" } as const;
  const beside = place.kind === "phrase" ? fitting(run, from, wanted, { based, quoted }) : undefined;
  if (beside !== undefined) return beside;
  const anywhere = { based: { ...based, ends: "any" }, quoted: { ...quoted, ends: "any" } } as const;
  return fitting(run, from, wanted, anywhere) ?? paddedSpan(run, from, largest);
}

interface BothLimits {
  readonly based: Limits;
  readonly quoted: Limits;
}

function fitting(run: WordRun, from: number, wanted: "B" | "Q", { based, quoted }: BothLimits): Span | undefined {
  if (wanted === "B") return basedSpan(run, from, based) ?? quotedSpan(run, from, quoted);
  return quotedSpan(run, from, quoted) ?? basedSpan(run, from, based);
}

/** Where a word may end: after any piece, or only beside a space and at the end. */
type Ends = "any" | "space";

interface Limits {
  readonly place: WordPlace;
  /** Octets for B, characters for Q. */
  readonly limit: number;
  readonly ends: Ends;
}

function basedSpan(run: WordRun, from: number, { place, limit, ends }: Limits): Span | undefined {
  for (let to = farthest(run, from, "size", limit); to > from; to--) {
    const whole = run.size(from, to) % 3 === 0 || (to === run.count && mayPad(place));
    if (whole && (ends === "any" || touchesSpace(run, to))) return { from, to, encoding: "B" };
  }
  return undefined;
}

function quotedSpan(run: WordRun, from: number, { limit, ends }: Limits): Span | undefined {
  for (let to = farthest(run, from, "quoted", limit); to > from; to--) {
    if (ends === "any" || touchesSpace(run, to)) return { from, to, encoding: "Q" };
  }
  return undefined;
}

// The last piece that still fits, by halving: every piece takes at least one of what is limited, and more pieces never
// take less.
function farthest(run: WordRun, from: number, measure: "size" | "quoted", limit: number): number {
  let fits = from;
  let over = Math.min(run.count, from + limit) + 1;
  while (over - fits > 1) {
    const middle = (fits + over) >> 1;
    if (run[measure](from, middle) <= limit) fits = middle;
    else over = middle;
  }
  return fits;
}

// A cluster of 22 to 45 octets that is too wide for Q and no multiple of three: tearing it is the worse choice.
function paddedSpan(run: WordRun, from: number, largest: number): Span | undefined {
  return run.size(from, from + 1) <= largest ? { from, to: from + 1, encoding: "B" } : undefined;
}

// The space that CPython adds between words of a name harms least beside one that is there.
function touchesSpace(run: WordRun, at: number): boolean {
  if (at === run.count) return true;
  const offset = run.offset(at);
  return run.text.charCodeAt(offset) === 0x20 || run.text.charCodeAt(offset - 1) === 0x20;
}

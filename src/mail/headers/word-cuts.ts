// Where the words of a text end: the shortest encoded-words that tear no cluster, and padding where it does no harm.
// RFC 2047 s2.
import { type Charset, wireName } from "../octets/charset.ts";
import { clusterEnds } from "./graphemes.ts";
import { divided, offsetOf, quotedSizeOf, sizeOf, type WordRun } from "./word-run.ts";

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

/** Pieces `from` to `to` (not included) of a run, and where their words go. */
export interface WordPart {
  readonly run: WordRun;
  readonly from: number;
  readonly to: number;
  readonly place: WordPlace;
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

export type Encoding = "B" | "Q";

/** Where each word ends, in pieces, and as what it is written. */
export interface Cuts {
  readonly run: WordRun;
  /** The piece at which the first word starts. */
  readonly start: number;
  readonly ends: readonly number[];
  readonly encodings: readonly Encoding[];
}

// No name is that long: it is filled like a text, which takes a tenth of the time.
const LONGEST_NAME = 1_000;

/** The words of a part that does not fit one. What is not divisible is given whole. */
export function cutIntoWords(part: WordPart): Cuts {
  const { run, place } = part;
  const simple = run.divisible;
  if (place.kind === "text" || run.text.length > LONGEST_NAME) {
    const cuts = filled(simple ? part : wholeOf(divided(run, "cluster"), place));
    if (cuts !== undefined) return cuts;
  }
  return cheapest(simple ? part : wholeOf(divided(run, "codePoint"), place), simple);
}

function wholeOf(run: WordRun, place: WordPlace): WordPart {
  return { run, from: 0, to: run.count, place };
}

// Less than this fits a Q word in any charset: at most four octets for each unit.
const NARROW = 6;

/** True when words cannot hold a text that does not fit one without tearing a cluster. */
export function tearsCluster({ run, place }: WordPart): boolean {
  if (run.divisible) return false;
  const ends = clusterEnds(run.text);
  if (ends.every((end, at) => end - (ends[at - 1] ?? 0) < NARROW)) return false;
  if (place.kind === "text" || run.text.length > LONGEST_NAME) {
    return filled(wholeOf(divided(run, "cluster"), place)) === undefined;
  }
  const whole = new Set(ends);
  const points = divided(run, "codePoint");
  return cheapest(wholeOf(points, place), false).ends.some((to) => !whole.has(offsetOf(points, to)));
}

// What words may carry: the first what is left of its line, every other one what its own line holds.
function roomsOf(place: WordPlace): { readonly first: number; readonly full: number } {
  const overhead = wordOverhead(place.charset);
  const full = (place.longest ?? LONGEST_WORD) - overhead;
  const room = Math.min(place.room - overhead, full);
  // Less than half a word is not worth the delimiters when a new line is to be had.
  return { first: place.canFold && room < full / 2 ? full : room, full };
}

/** The most octets that a B word of so many characters can carry; 45 at the most, as RFC 2047 s2 has it. */
function largestIn(room: number): number {
  return Math.min(45, Math.floor(room / 4) * 3);
}

// Nearly every text can be cut between clusters by filling word after word. Undefined for the others.
function filled(part: WordPart): Cuts | undefined {
  const based = fill(part, part.place.charset.stateful ? ["B"] : ["B", "Q"]);
  if (part.place.charset.stateful) return based;
  const quoted = fill(part, ["Q", "B"]);
  if (based === undefined || quoted === undefined) return quoted ?? based;
  return based.cost < quoted.cost ? based : quoted;
}

// Four octets in Q.
const WIDEST_CHARACTER = 12;

interface Filling extends Cuts {
  readonly part: WordPart;
  /** What is tried first, and what takes over for a word that cannot hold a piece legally. */
  readonly wanted: readonly Encoding[];
  readonly ends: number[];
  readonly encodings: Encoding[];
  cost: number;
}

function fill(part: WordPart, wanted: readonly Encoding[]): Filling | undefined {
  const { first, full } = roomsOf(part.place);
  // CPython shows the space of a fold that is behind the field's name: only where no character fits beside it.
  const mayFold = part.place.canFold || first < WIDEST_CHARACTER;
  const filling: Filling = { part, run: part.run, start: part.from, wanted, ends: [], encodings: [], cost: 0 };
  let room = first;
  for (let from = part.from; from < part.to; room = full) {
    const added = addWord(filling, from, room) || ((from > part.from || mayFold) && addWord(filling, from, full));
    if (!added) return undefined;
    from = filling.ends.at(-1) ?? part.to;
  }
  return filling;
}

function addWord(filling: Filling, from: number, room: number): boolean {
  const { part, wanted } = filling;
  for (const encoding of wanted) {
    const to = encoding === "B" ? basedEnd(part, from, room) : farthest(part, from, "Q", room);
    if (to === from) continue;
    filling.ends.push(to);
    filling.encodings.push(encoding);
    filling.cost += encoding === "B" ? base64Size(sizeOf(part.run, from, to)) : quotedSizeOf(part.run, from, to);
    filling.cost += wordOverhead(part.place.charset) + 1;
    return true;
  }
  return false;
}

// The farthest end at which a B word needs no padding, or may have it; `from` when there is none.
function basedEnd(part: WordPart, from: number, room: number): number {
  const { run, to: last, place } = part;
  let to = farthest(part, from, "B", largestIn(room));
  if (to === last && mayPad(place)) return to;
  while (to > from && sizeOf(run, from, to) % 3 !== 0) to--;
  return to;
}

// The last piece that still fits, by halving: every piece takes at least one of what is limited, and more pieces never
// take less.
function farthest({ run, to }: WordPart, from: number, encoding: Encoding, limit: number): number {
  let fits = from;
  let over = Math.min(to, from + Math.max(limit, 0)) + 1;
  while (over - fits > 1) {
    const middle = (fits + over) >> 1;
    const cost = encoding === "B" ? sizeOf(run, from, middle) : quotedSizeOf(run, from, middle);
    if (cost <= limit) fits = middle;
    else over = middle;
  }
  return fits;
}

// What is wrong with a cut, in characters that one would rather write. A torn cluster shows broken where a reader
// decodes word by word. CPython shows a space between the words of a name (python/cpython#128110): one more beside a
// space is a blemish, one inside a name is a wrong name.
const TORN_CLUSTER = 1e6;
const TORN_NAME = 1e3;
const SECOND_WORD = 100;
// RFC 1468, "MIME Considerations": only where no B word can hold the text.
const QUOTED_ESCAPES = 1e9;

/** What is known about the best words from each piece to the end of the part. */
interface Table {
  readonly costs: number[];
  /** Where the first of these words ends. */
  readonly ends: number[];
  readonly encodings: Encoding[];
}

// The cuts that cost least. Pieces are code points, which are clusters too when they are simple.
function cheapest(part: WordPart, simple: boolean): Cuts {
  const { run, from: start, to: last, place } = part;
  const { first, full } = roomsOf(place);
  const overhead = wordOverhead(place.charset) + 1;
  const whole = simple ? undefined : new Set(clusterEnds(run.text));
  const table: Table = { costs: new Array(last + 1), ends: new Array(last), encodings: new Array(last) };
  table.costs[last] = 0;
  for (let from = last - 1; from >= start; from--) {
    const found = from === start ? weigh(part, table, from, first) : undefined;
    const cost = found ?? weigh(part, table, from, full) ?? takeOne(run, table, from);
    table.costs[from] = cost + overhead + (from === start ? 0 : priceOf(part, from, whole));
  }
  return pathOf(part, table);
}

function pathOf({ run, from: start, to }: WordPart, table: Table): Cuts {
  const ends: number[] = [];
  const encodings: Encoding[] = [];
  for (let from = start; from < to; ) {
    encodings.push(table.encodings[from] ?? "Q");
    from = table.ends[from] ?? to;
    ends.push(from);
  }
  return { run, start, ends, encodings };
}

// Of equal words the longest is taken, and Q before B. Gives what the words cost, undefined when none fits the room.
function weigh({ run, to: last, place }: WordPart, table: Table, from: number, room: number): number | undefined {
  const extra = place.charset.stateful ? QUOTED_ESCAPES : 0;
  const largest = largestIn(room);
  const padded = mayPad(place);
  let best = Number.POSITIVE_INFINITY;
  for (let to = from + 1; to <= last; to++) {
    const size = sizeOf(run, from, to);
    const quoted = quotedSizeOf(run, from, to);
    if (size > largest && quoted > room) break;
    const fits = size <= largest && (size % 3 === 0 || (padded && to === last));
    const asB = fits ? base64Size(size) : Number.POSITIVE_INFINITY;
    const asQ = quoted <= room ? quoted + extra : Number.POSITIVE_INFINITY;
    const cost = Math.min(asB, asQ) + (table.costs[to] ?? 0);
    if (cost > best || cost === Number.POSITIVE_INFINITY) continue;
    best = cost;
    table.ends[from] = to;
    table.encodings[from] = asB < asQ ? "B" : "Q";
  }
  return best === Number.POSITIVE_INFINITY ? undefined : best;
}

// Only a charset whose name leaves no room for a single character comes here.
function takeOne(run: WordRun, table: Table, from: number): number {
  table.ends[from] = from + 1;
  table.encodings[from] = "Q";
  return quotedSizeOf(run, from, from + 1) + (table.costs[from + 1] ?? 0);
}

// What a cut before a piece costs.
function priceOf({ run, place }: WordPart, piece: number, whole: ReadonlySet<number> | undefined): number {
  const offset = offsetOf(run, piece);
  const torn = whole === undefined || whole.has(offset) ? 0 : TORN_CLUSTER;
  if (place.kind === "text") return torn;
  const besideSpace = run.text.charCodeAt(offset) === 0x20 || run.text.charCodeAt(offset - 1) === 0x20;
  return torn + SECOND_WORD + (besideSpace ? 0 : TORN_NAME);
}

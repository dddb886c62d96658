// Where the words of a text end: the shortest encoded-words that tear no cluster, and padding where it does no harm.
// RFC 2047 s2.
import { type Charset, utf8, wireName } from "../octets/charset.ts";
import { clusterEnds, isSimple } from "./graphemes.ts";
import { divided, offsetOf, quotedSizeOf, sizeOf, type WordRun, type WordText } from "./word-run.ts";

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
  readonly ends: readonly number[];
  readonly encodings: readonly Encoding[];
}

// No name is that long: it is filled like a text, which takes a tenth of the time.
const LONGEST_NAME = 1_000;

/** The words of a text that does not fit one. */
export function cutIntoWords(whole: WordText, place: WordPlace): Cuts {
  const simple = isDivisible(whole);
  if (place.kind === "text" || whole.text.length > LONGEST_NAME) {
    const cuts = filled(divided(whole, simple ? "unit" : "cluster"), place);
    if (cuts !== undefined) return cuts;
  }
  return cheapest(divided(whole, simple ? "unit" : "codePoint"), place);
}

/** True when a text may be cut anywhere: UTF-8 of scripts whose UTF-16 units are all clusters. */
export function isDivisible({ text, charset }: Pick<WordText, "text" | "charset">): boolean {
  return charset === utf8 && isSimple(text);
}

// Less than this fits a Q word in any charset: at most four octets for each unit.
const NARROW = 6;

/** True when words cannot hold a text that does not fit one without tearing a cluster. */
export function tearsCluster(whole: WordText, place: WordPlace): boolean {
  if (isDivisible(whole)) return false;
  const ends = clusterEnds(whole.text);
  if (ends.every((end, at) => end - (ends[at - 1] ?? 0) < NARROW)) return false;
  if (place.kind === "text" || whole.text.length > LONGEST_NAME) {
    return filled(divided(whole, "cluster"), place) === undefined;
  }
  const clusters = new Set(ends);
  const points = divided(whole, "codePoint");
  return cheapest(points, place).ends.some((to) => !clusters.has(offsetOf(points, to)));
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
function filled(run: WordRun, place: WordPlace): Cuts | undefined {
  if (place.charset.stateful) return fill(run, place, ["B"]);
  const based = fill(run, place, ["B", "Q"]);
  return fill(run, place, ["Q", "B"], based?.cost) ?? based;
}

// Four octets in Q.
const WIDEST_CHARACTER = 12;

interface Filling extends Cuts {
  readonly place: WordPlace;
  /** What is tried first, and what takes over for a word that cannot hold a piece legally. */
  readonly wanted: readonly Encoding[];
  readonly ends: number[];
  readonly encodings: Encoding[];
  cost: number;
}

// Undefined when some piece fits no word, or when the words cost more than the most that they may.
function fill(
  run: WordRun,
  place: WordPlace,
  wanted: readonly Encoding[],
  most = Number.POSITIVE_INFINITY,
): Filling | undefined {
  const { first, full } = roomsOf(place);
  // CPython shows the space of a fold that is behind the field's name: only where no character fits beside it.
  const mayFold = place.canFold || first < WIDEST_CHARACTER;
  const filling: Filling = { run, place, wanted, ends: [], encodings: [], cost: 0 };
  let room = first;
  for (let from = 0; from < run.count; room = full) {
    const added = addWord(filling, from, room) || ((from > 0 || mayFold) && addWord(filling, from, full));
    if (!added) return undefined;
    const further = from === 0 ? sureCost(filling, full) : 0;
    if (filling.cost + further > most) return undefined;
    from = filling.ends.at(-1) ?? run.count;
  }
  return filling;
}

// What the words behind the first cost at least: where Q comes first and every character fits a word, all of them are Q.
function sureCost({ run, place, wanted, ends }: Filling, full: number): number {
  if (wanted[0] !== "Q" || run.ends !== undefined) return 0;
  const rest = quotedSizeOf(run, ends[0] ?? 0, run.count);
  return rest + Math.ceil(rest / full) * (wordOverhead(place.charset) + 1);
}

function addWord(filling: Filling, from: number, room: number): boolean {
  const { run, place, wanted } = filling;
  for (const encoding of wanted) {
    const to = encoding === "B" ? basedEnd(filling, from, room) : farthest(run, from, "Q", room);
    if (to === from) continue;
    filling.ends.push(to);
    filling.encodings.push(encoding);
    filling.cost += encoding === "B" ? base64Size(sizeOf(run, from, to)) : quotedSizeOf(run, from, to);
    filling.cost += wordOverhead(place.charset) + 1;
    return true;
  }
  return false;
}

// The farthest end at which a B word needs no padding, or may have it; `from` when there is none.
function basedEnd({ run, place }: Filling, from: number, room: number): number {
  let to = farthest(run, from, "B", largestIn(room));
  if (to === run.count && mayPad(place)) return to;
  while (to > from && sizeOf(run, from, to) % 3 !== 0) to--;
  return to;
}

// The last piece that still fits, by halving: every piece takes at least one of what is limited, and more pieces never
// take less.
function farthest(run: WordRun, from: number, encoding: Encoding, limit: number): number {
  const sums = encoding === "B" ? run.sizes : run.quotes;
  const most = (sums[from] ?? 0) + limit;
  let fits = from;
  let over = Math.min(run.count, from + Math.max(limit, 0)) + 1;
  while (over - fits > 1) {
    const middle = (fits + over) >> 1;
    const isIn = run.charset.stateful ? sizeOf(run, from, middle) <= limit : (sums[middle] ?? 0) <= most;
    if (isIn) fits = middle;
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
function cheapest(run: WordRun, place: WordPlace): Cuts {
  const last = run.count;
  const { first, full } = roomsOf(place);
  const overhead = wordOverhead(place.charset) + 1;
  const whole = run.ends === undefined ? undefined : new Set(clusterEnds(run.text));
  const table: Table = { costs: new Array(last + 1), ends: new Array(last), encodings: new Array(last) };
  table.costs[last] = 0;
  for (let from = last - 1; from >= 0; from--) {
    const found = from === 0 ? weigh({ run, place, table }, from, first) : undefined;
    const cost = found ?? weigh({ run, place, table }, from, full) ?? takeOne(run, table, from);
    table.costs[from] = cost + overhead + (from === 0 ? 0 : priceOf(run, place, from, whole));
  }
  return pathOf(run, table);
}

function pathOf(run: WordRun, table: Table): Cuts {
  const ends: number[] = [];
  const encodings: Encoding[] = [];
  for (let from = 0; from < run.count; ) {
    encodings.push(table.encodings[from] ?? "Q");
    from = table.ends[from] ?? run.count;
    ends.push(from);
  }
  return { run, ends, encodings };
}

interface Weighing {
  readonly run: WordRun;
  readonly place: WordPlace;
  readonly table: Table;
}

// Of equal words the longest is taken, and Q before B. Gives what the words cost, undefined when none fits the room.
function weigh({ run, place, table }: Weighing, from: number, room: number): number | undefined {
  const last = run.count;
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
function priceOf(run: WordRun, place: WordPlace, piece: number, whole: ReadonlySet<number> | undefined): number {
  const offset = offsetOf(run, piece);
  const torn = whole === undefined || whole.has(offset) ? 0 : TORN_CLUSTER;
  if (place.kind === "text") return torn;
  const besideSpace = run.text.charCodeAt(offset) === 0x20 || run.text.charCodeAt(offset - 1) === 0x20;
  return torn + SECOND_WORD + (besideSpace ? 0 : TORN_NAME);
}

import { clusterEnds, isSimple } from "./graphemes.ts";
import {
  base64Size,
  mayPad,
  type QAlphabet,
  type WordPlace,
  type WordSpan,
  wordOverhead,
  wordRooms,
} from "./word-place.ts";
import { LARGEST_WORD, type WordRun, wordRun } from "./word-run.ts";

// What is wrong with a cut, in characters that one would rather write. A torn cluster shows broken where a reader
// decodes word by word. CPython shows a space between the words of a name (python/cpython#128110): one more beside a
// space is a blemish, one inside a name is a wrong name.
const TORN_CLUSTER = 1e6;
const TORN_NAME = 1e3;
const SECOND_WORD = 100;
// RFC 1468, "MIME Considerations": only where no B word can hold the text.
const QUOTED_ESCAPES = 1e9;

/** What is known about the best words from each piece to the end of the text. */
interface Table {
  readonly costs: Float64Array;
  /** Where the first of these words ends. */
  readonly ends: Int32Array;
  /** 1 for Q. */
  readonly quoted: Uint8Array;
}

/** The cuts that cost least. The pieces of the run are code points. */
function bestCuts(run: WordRun, place: WordPlace): readonly WordSpan[] {
  const { first, full } = wordRooms(place);
  const overhead = wordOverhead(place.charset) + 1;
  const prices = cutPrices(run, place);
  const { count } = run;
  const table = { costs: new Float64Array(count + 1), ends: new Int32Array(count), quoted: new Uint8Array(count) };
  for (let from = count - 1; from >= 0; from--) {
    const found = from === 0 ? weigh(run, place, table, from, first) : undefined;
    const cost = found ?? weigh(run, place, table, from, full) ?? takeOne(run, table, from);
    table.costs[from] = cost + overhead + (prices[from] ?? 0);
  }
  return pathOf(table);
}

function pathOf({ ends, quoted }: Table): readonly WordSpan[] {
  const path: WordSpan[] = [];
  for (let from = 0; from < ends.length; ) {
    const to = ends[from] ?? ends.length;
    path.push({ from, to, encoding: quoted[from] === 1 ? "Q" : "B" });
    from = to;
  }
  return path;
}

// Of equal words the longest is taken, and Q before B. Gives what the words cost, undefined when none fits the room.
function weigh(run: WordRun, place: WordPlace, table: Table, from: number, room: number): number | undefined {
  const extra = place.charset.stateful ? QUOTED_ESCAPES : 0;
  const largest = Math.min(LARGEST_WORD, Math.floor(room / 4) * 3);
  const padded = mayPad(place);
  let best = Number.POSITIVE_INFINITY;
  for (let to = from + 1; to <= run.count; to++) {
    const behind = table.costs[to] ?? 0;
    const size = run.size(from, to);
    const based = size <= largest;
    if (based && (size % 3 === 0 || (padded && to === run.count)) && base64Size(size) + behind <= best) {
      best = base64Size(size) + behind;
      table.ends[from] = to;
      table.quoted[from] = 0;
    }
    const quoted = run.quoted(from, to);
    if (quoted > room) {
      if (!based) break;
    } else if (quoted + extra + behind <= best) {
      best = quoted + extra + behind;
      table.ends[from] = to;
      table.quoted[from] = 1;
    }
  }
  return best === Number.POSITIVE_INFINITY ? undefined : best;
}

// Only a charset whose name leaves no room for a single character comes here.
function takeOne(run: WordRun, table: Table, from: number): number {
  table.ends[from] = from + 1;
  table.quoted[from] = 1;
  return run.quoted(from, from + 1) + (table.costs[from + 1] ?? 0);
}

// What a cut before each piece costs; the first piece has none.
function cutPrices(run: WordRun, { kind }: WordPlace): Float64Array {
  const prices = new Float64Array(run.count);
  const ends = clusterEnds(run.text);
  let next = 0;
  for (let at = 1; at < run.count; at++) {
    const offset = run.offset(at);
    while ((ends[next] ?? offset) < offset) next++;
    const torn = ends[next] === offset ? 0 : TORN_CLUSTER;
    prices[at] = torn + (kind === "phrase" ? SECOND_WORD + (isBesideSpace(run.text, offset) ? 0 : TORN_NAME) : 0);
  }
  return prices;
}

function isBesideSpace(text: string, offset: number): boolean {
  return text.charCodeAt(offset) === 0x20 || text.charCodeAt(offset - 1) === 0x20;
}

/** One word of a text. */
export interface WordPiece {
  readonly octets: Uint8Array;
  readonly encoding: "B" | "Q";
}

const LONGEST_NAME = 1_000;

/** The words of a text that does not fit one. */
export function cutIntoWords(text: string, place: WordPlace, alphabet: QAlphabet): readonly WordPiece[] {
  const { charset } = place;
  // No name is that long: it is filled like a text, which takes a tenth of the time.
  if (place.kind === "text" || text.length > LONGEST_NAME) {
    const run = wordRun(text, charset, alphabet, "cluster");
    const spans = cheapest(run, place);
    if (spans !== undefined) return spans.map((span) => pieceOf(run, span));
  }
  const run = wordRun(text, charset, alphabet, "codePoint");
  return bestCuts(run, place).map((span) => pieceOf(run, span));
}

// Less than this fits a Q word in any charset: at most four octets for each unit.
const NARROW = 6;

/** True when words cannot hold the text without tearing a cluster. */
export function tearsCluster(text: string, place: WordPlace, alphabet: QAlphabet): boolean {
  if (isSimple(text)) return false;
  const ends = clusterEnds(text);
  if (ends.every((end, at) => end - (ends[at - 1] ?? 0) < NARROW)) return false;
  if (place.kind === "text" || text.length > LONGEST_NAME)
    return cheapest(wordRun(text, place.charset, alphabet, "cluster"), place) === undefined;
  const whole = new Set(ends);
  const run = wordRun(text, place.charset, alphabet, "codePoint");
  return bestCuts(run, place).some(({ to }) => !whole.has(run.offset(to)));
}

function pieceOf(run: WordRun, { from, to, encoding }: WordSpan): WordPiece {
  return { octets: run.octets(from, to), encoding };
}

// Four octets in Q.
const WIDEST_CHARACTER = 12;

// Nearly every text can be cut between clusters by filling word after word. Undefined for the others.
function cheapest(run: WordRun, place: WordPlace): readonly WordSpan[] | undefined {
  const based = fill(run, place, "B");
  if (place.charset.stateful) return based;
  const quoted = fill(run, place, "Q");
  if (based === undefined || quoted === undefined) return quoted ?? based;
  return cost(run, based, place) < cost(run, quoted, place) ? based : quoted;
}

function cost(run: WordRun, spans: readonly WordSpan[], { charset }: WordPlace): number {
  let sum = spans.length * (wordOverhead(charset) + 1);
  for (const { from, to, encoding } of spans) {
    sum += encoding === "B" ? base64Size(run.size(from, to)) : run.quoted(from, to);
  }
  return sum;
}

// Where the wanted encoding cannot hold a piece legally, the other one takes over for a word.
function fill(run: WordRun, place: WordPlace, wanted: "B" | "Q"): readonly WordSpan[] | undefined {
  const spans: WordSpan[] = [];
  const { first, full } = wordRooms(place);
  // CPython shows the space of a fold that is behind the field's name: only where no character fits beside it.
  const mayFold = place.canFold || first < WIDEST_CHARACTER;
  let room = first;
  let from = 0;
  while (from < run.count) {
    const beside = nextSpan(run, from, { place, wanted, room });
    const span = beside ?? (from > 0 || mayFold ? nextSpan(run, from, { place, wanted, room: full }) : undefined);
    if (span === undefined) return undefined;
    spans.push(span);
    from = span.to;
    room = full;
  }
  return spans;
}

interface Wish {
  readonly place: WordPlace;
  readonly wanted: "B" | "Q";
  readonly room: number;
}

function nextSpan(run: WordRun, from: number, { place, wanted, room }: Wish): WordSpan | undefined {
  const based = () => basedSpan(run, from, place, room);
  if (place.charset.stateful) return based();
  return wanted === "B" ? (based() ?? quotedSpan(run, from, room)) : (quotedSpan(run, from, room) ?? based());
}

function basedSpan(run: WordRun, from: number, place: WordPlace, room: number): WordSpan | undefined {
  const largest = Math.min(LARGEST_WORD, Math.floor(room / 4) * 3);
  for (let to = farthest(run, from, "size", largest); to > from; to--) {
    if (run.size(from, to) % 3 === 0 || (to === run.count && mayPad(place))) return { from, to, encoding: "B" };
  }
  return undefined;
}

function quotedSpan(run: WordRun, from: number, room: number): WordSpan | undefined {
  const to = farthest(run, from, "quoted", room);
  return to > from ? { from, to, encoding: "Q" } : undefined;
}

// The last piece that still fits, by halving: every piece takes at least one of what is limited, and more pieces never
// take less.
function farthest(run: WordRun, from: number, measure: "size" | "quoted", limit: number): number {
  let fits = from;
  let over = Math.min(run.count, from + Math.max(limit, 0)) + 1;
  while (over - fits > 1) {
    const middle = (fits + over) >> 1;
    if (run[measure](from, middle) <= limit) fits = middle;
    else over = middle;
  }
  return fits;
}

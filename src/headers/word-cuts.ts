import { clusterEnds, isSimple } from "./graphemes.ts";
import type { QAlphabet } from "./q-encoding.ts";
import { bestCuts } from "./word-cuts-best.ts";
import { base64Size, mayPad, type WordPlace, type WordSpan, wordOverhead, wordRooms } from "./word-place.ts";
import { LARGEST_WORD, type WordRun, wordRun } from "./word-run.ts";

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
  // CPython shows the space of a fold that stands behind the field's name: only where no character fits beside it.
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

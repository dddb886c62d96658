import { clusterEnds } from "./graphemes.ts";
import { base64Size, mayPad, type WordPlace, type WordSpan, wordOverhead, wordRooms } from "./word-place.ts";
import { LARGEST_WORD, type WordRun } from "./word-run.ts";

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
export function bestCuts(run: WordRun, place: WordPlace): readonly WordSpan[] {
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

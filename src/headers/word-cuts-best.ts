// The best cuts of a text into encoded-words, for names and for text whose clusters fit no word: every cut between two
// code points is weighed. A word holds some 60 of them, so the work stays linear in the length of the text.
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

/** The cuts that cost least. The pieces of the run are code points. */
export function bestCuts(run: WordRun, place: WordPlace): readonly WordSpan[] {
  const { first, full } = wordRooms(place);
  const overhead = wordOverhead(place.charset) + 1;
  const prices = cutPrices(run, place);
  const costs = new Float64Array(run.count + 1);
  const spans: WordSpan[] = [];
  for (let from = run.count - 1; from >= 0; from--) {
    const best =
      bestSpan(run, place, { from, room: from === 0 ? first : full, costs }) ??
      bestSpan(run, place, { from, room: full, costs }) ??
      // Only a charset whose name leaves no room for a single character comes here.
      ({ span: { from, to: from + 1, encoding: "Q" }, cost: run.quoted(from, from + 1) } as const);
    spans[from] = best.span;
    costs[from] = best.cost + overhead + (prices[from] ?? 0);
  }
  return pathOf(spans);
}

function pathOf(spans: readonly WordSpan[]): readonly WordSpan[] {
  const path: WordSpan[] = [];
  for (let span = spans[0]; span !== undefined; span = spans[span.to]) path.push(span);
  return path;
}

interface Start {
  readonly from: number;
  /** Characters. */
  readonly room: number;
  /** Of everything behind a cut. */
  readonly costs: Float64Array;
}

// Of equal spans the longest is taken, and Q before B.
function bestSpan(run: WordRun, place: WordPlace, { from, room, costs }: Start) {
  const { stateful } = place.charset;
  const largest = Math.min(LARGEST_WORD, Math.floor(room / 4) * 3);
  let best: { readonly span: WordSpan; readonly cost: number } | undefined;
  const weigh = (to: number, encoding: "B" | "Q", characters: number): void => {
    const cost = characters + (costs[to] ?? 0);
    if (best === undefined || cost <= best.cost) best = { span: { from, to, encoding }, cost };
  };
  for (let to = from + 1; to <= run.count; to++) {
    const size = run.size(from, to);
    const based = size <= largest;
    if (based && (size % 3 === 0 || (to === run.count && mayPad(place)))) weigh(to, "B", base64Size(size));
    const quoted = run.quoted(from, to);
    if (quoted <= room) weigh(to, "Q", quoted + (stateful ? QUOTED_ESCAPES : 0));
    else if (!based) break;
  }
  return best;
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

// Scripts in which every UTF-16 unit is its own cluster, so that the segmenter need not be asked: Latin, Greek,
// Cyrillic, Armenian, bare Hebrew and Arabic, punctuation and signs, Chinese, Japanese, Korean and full-width letters,
// without the marks, joiners and surrogates between them.
const SIMPLE =
  "\\0-\\u02ff\\u0370-\\u0482\\u048a-\\u0590\\u05d0-\\u05f4\\u061d-\\u064a\\u1e00-\\u1fff\\u2010-\\u2027\\u2030-\\u205f" +
  "\\u20a0-\\u20bf\\u2100-\\u2bff\\u2e80-\\u2fd5\\u3000-\\u3029\\u3030-\\u3096\\u309b-\\ua48c\\uac00-\\ud7a3\\uff01-\\uff9d";
const NOT_SIMPLE = new RegExp(`[^${SIMPLE}]`);
const SIMPLE_RUN = new RegExp(`[${SIMPLE}]*`, "y");
const SIMPLE_PAIR = new RegExp(`[${SIMPLE}]{2}`);

/** True for text in which every UTF-16 unit is its own cluster. */
export function isSimple(text: string): boolean {
  return !NOT_SIMPLE.test(text);
}

let segmenter: Intl.Segmenter | undefined;

// A cluster that fills a whole window is cut between code points.
const WINDOW = 256;

/**
 * The offsets at which clusters end, in UTF-16 units, ascending; the last is the length of the text. A cluster of more
 * than 256 units is cut between code points.
 *
 * @example
 * clusterEnds("e\u0301a"); // [2, 3]
 */
export function clusterEnds(text: string): number[] {
  const ends: number[] = [];
  for (let start = 0; start < text.length; ) {
    SIMPLE_RUN.lastIndex = start;
    SIMPLE_RUN.test(text);
    const end = SIMPLE_RUN.lastIndex;
    // The last simple unit may have a mark behind it.
    const sure = end === text.length ? end : end - 1;
    while (start < sure) ends.push(++start);
    if (start < text.length) start = readWindow(text, start, ends);
  }
  return ends;
}

// The segmenter is slow, so it sees only what is not simple, through windows. Every boundary depends only on what
// follows the last one, so a window that starts at a boundary gives the right ones up to its last cluster.
function readWindow(text: string, start: number, ends: number[]): number {
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  let part = text.slice(start, start + WINDOW);
  if (isLowSurrogate(text.charCodeAt(start + WINDOW))) part = part.slice(0, -1);
  // Between two simple units is a boundary, whatever is before them.
  const pair = part.search(SIMPLE_PAIR);
  if (pair >= 0) part = part.slice(0, pair + 1);
  const end = start + part.length;
  let last = start;
  for (const { index } of segmenter.segment(part)) {
    if (index === 0) continue;
    last = start + index;
    ends.push(last);
  }
  // The last cluster of a window that was cut off may go on behind it.
  if (pair < 0 && end < text.length && last > start) return last;
  ends.push(end);
  return end;
}

/** The offsets at which code points end, from `start` to `end`. */
export function codePointEnds(text: string, start: number, end: number): number[] {
  const ends: number[] = [];
  for (let i = start + 1; i <= end; i++) if (i === end || !isLowSurrogate(text.charCodeAt(i))) ends.push(i);
  return ends;
}

function isLowSurrogate(unit: number): boolean {
  return (unit & 0xfc00) === 0xdc00;
}

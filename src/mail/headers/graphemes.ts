let segmenter: Intl.Segmenter | undefined;

// The segmenter is slow on long strings, so it sees the text through windows. Every boundary depends only on what
// follows the last one, so a window that starts at a boundary gives the right ones up to its last cluster.
const WINDOW = 256;

/**
 * The offsets at which clusters end, in UTF-16 units, ascending; the last is the length of the text. A cluster that
 * fills a whole window is cut between code points.
 *
 * @example
 * clusterEnds("e\u0301a"); // [2, 3]
 */
export function clusterEnds(text: string): number[] {
  const ends: number[] = [];
  if (isSimple(text)) {
    for (let i = 1; i <= text.length; i++) ends.push(i);
    return ends;
  }
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  let start = 0;
  while (start < text.length) start = readWindow(segmenter, text, start, ends);
  return ends;
}

function readWindow(cutter: Intl.Segmenter, text: string, start: number, ends: number[]): number {
  let end = Math.min(text.length, start + WINDOW);
  if (end < text.length && isLowSurrogate(text.charCodeAt(end))) end--;
  let last = start;
  for (const { index } of cutter.segment(text.slice(start, end))) {
    if (index === 0) continue;
    last = start + index;
    ends.push(last);
  }
  // The last cluster of a window may go on behind it, unless the text ends there or nothing else was found.
  if (end < text.length && last > start) return last;
  ends.push(end);
  return end;
}

/** True for scripts in which every UTF-16 unit is its own cluster: no need to wake the segmenter for them. */
export function isSimple(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    const simple =
      unit < 0x300 || // Latin
      (unit >= 0x370 && unit < 0x483) || // Greek, Cyrillic letters
      (unit >= 0x3041 && unit <= 0x3096) || // Hiragana
      (unit >= 0x30a1 && unit <= 0x30fe) || // Katakana
      (unit >= 0x4e00 && unit <= 0x9fff) || // Han
      (unit >= 0xac00 && unit <= 0xd7a3); // Hangul syllables
    if (!simple) return false;
  }
  return true;
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

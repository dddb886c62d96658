// Chance that comes out the same again: one stream for each seed and name.

/** A stream of chances. */
export interface Chance {
  /** An integer from 0 to below `end`. */
  below(end: number): number;
  /** One of the texts. */
  pick(texts: readonly string[]): string;
}

/** The stream of a seed and a name. */
export function chanceOf(seed: number, name: string): Chance {
  // FNV-1a, then mulberry32.
  let state = seed ^ 0x811c9dc5;
  for (const unit of name) state = Math.imul(state ^ (unit.codePointAt(0) ?? 0), 0x01000193);
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const below = (end: number) => next() % Math.max(1, end);
  return { below, pick: (texts) => texts[below(texts.length)] ?? "" };
}

// Names that look random and are not: the same seed gives the same boundary and Message-ID. No secrecy is meant.

// Odd 32-bit multipliers, as multiplicative hashing wants them.
const MULTIPLIERS = [0x9e3779b1, 0x85ebca6b, 0xc2b2ae35, 0x27d4eb2f] as const;

/** 128 bits of the texts as 32 lower-case hexadecimal digits. Equal texts give equal digits on every machine. */
export function digest(...texts: readonly string[]): string {
  let hex = "";
  for (const multiplier of MULTIPLIERS) hex += lane(texts, multiplier).toString(16).padStart(8, "0");
  return hex;
}

function lane(texts: readonly string[], multiplier: number): number {
  let state = multiplier ^ texts.length;
  for (const text of texts) {
    for (let index = 0; index < text.length; index++) {
      state = Math.imul(state ^ text.charCodeAt(index), multiplier);
      state ^= state >>> 15;
    }
    // Ends the text, so that ("ab", "c") and ("a", "bc") differ.
    state = Math.imul(state ^ text.length ^ 0x10000, multiplier);
    state ^= state >>> 13;
  }
  state = Math.imul(state, 0x85ebca6b);
  return (state ^ (state >>> 16)) >>> 0;
}

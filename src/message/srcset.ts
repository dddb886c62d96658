// Finds the URLs of a srcset attribute. WHATWG HTML s4.8.4.3.10 (parsing a srcset attribute).
import { matchEnd } from "./match-end.ts";

/** A URL in a srcset, with its offsets. */
export interface SrcsetUrl {
  readonly url: string;
  readonly start: number;
  readonly end: number;
}

const SEPARATORS = /[\t\n\f\r ,]*/y;
const URL_RUN = /[^\t\n\f\r ]*/y;
// Descriptors go on to the next comma that no parentheses hold.
const DESCRIPTORS = /[^,(]*/y;

/** The URLs of the image candidates, in order. A URL may hold commas, as data: does, but not end with one. */
export function srcsetUrls(srcset: string): readonly SrcsetUrl[] {
  const found: SrcsetUrl[] = [];
  let at = matchEnd(SEPARATORS, srcset, 0);
  while (at < srcset.length) {
    const run = matchEnd(URL_RUN, srcset, at);
    const end = withoutCommas(srcset, at, run);
    found.push({ url: srcset.slice(at, end), start: at, end });
    at = matchEnd(SEPARATORS, srcset, end < run ? run : descriptorsEnd(srcset, run));
  }
  return found;
}

function withoutCommas(srcset: string, start: number, end: number): number {
  let at = end;
  while (at > start && srcset[at - 1] === ",") at--;
  return at;
}

function descriptorsEnd(srcset: string, from: number): number {
  let at = matchEnd(DESCRIPTORS, srcset, from);
  while (srcset[at] === "(") {
    const close = srcset.indexOf(")", at);
    at = close < 0 ? srcset.length : matchEnd(DESCRIPTORS, srcset, close + 1);
  }
  return at;
}

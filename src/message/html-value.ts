// An attribute value as the reader sees it, and where each of its characters stands in the source.
// WHATWG HTML s13.2.3.5 (input stream), s13.2.5.72 (character references), in attributes.

/** A decoded value. `offset(i)` is where the character at `i` of the text begins in the raw value. */
export interface HtmlValue {
  readonly text: string;
  offset(index: number): number;
}

// s13.5: the names whose expansion is ASCII. A name of another character is left as it stands: no scheme, cid or
// quote can hide behind it.
const ASCII_NAMES =
  "Tab 9 NewLine a excl 21 quot 22 QUOT 22 num 23 dollar 24 percnt 25 amp 26 AMP 26 apos 27 lpar 28 rpar 29 ast 2a " +
  "midast 2a plus 2b comma 2c period 2e sol 2f colon 3a semi 3b lt 3c LT 3c equals 3d gt 3e GT 3e quest 3f commat 40 " +
  "lsqb 5b lbrack 5b bsol 5c rsqb 5d rbrack 5d Hat 5e lowbar 5f UnderBar 5f grave 60 DiacriticalGrave 60 lcub 7b " +
  "lbrace 7b verbar 7c vert 7c VerticalLine 7c rcub 7d rbrace 7d";
const NAMES = readNames();

function readNames(): ReadonlyMap<string, string> {
  const names = new Map([["fjlig", "fj"]]);
  for (const [, name = "", code = ""] of ASCII_NAMES.matchAll(/(\w+) (\w+)/g)) {
    names.set(name, String.fromCharCode(Number.parseInt(code, 16)));
  }
  return names;
}

// These few stand without a semicolon too, when neither "=" nor an alphanumeric follows.
const BARE = new Set(["quot", "QUOT", "amp", "AMP", "lt", "LT", "gt", "GT"]);

// s13.2.5.84: numbers 80 to 9F (hex) mean what windows-1252 has there.
const C1 = "\u20ac\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ";

const SPECIAL = /\r\n?|\0|&(?:#[xX]([0-9A-Fa-f]+);?|#([0-9]+);?|([A-Za-z0-9]+)(;?)(?=(=)?))/g;

/** Decodes the raw text of an attribute value. */
export function decodeHtmlValue(raw: string): HtmlValue {
  const text: string[] = [];
  // Pairs of an offset in the text and one in the raw value, where the distance between the two changes.
  const steps: { readonly text: number; readonly raw: number }[] = [{ text: 0, raw: 0 }];
  let length = 0;
  let done = 0;
  for (const match of raw.matchAll(SPECIAL)) {
    const decoded = decodeMatch(match);
    if (decoded === undefined) continue;
    text.push(raw.slice(done, match.index), decoded);
    length += match.index - done + decoded.length;
    done = match.index + match[0].length;
    steps.push({ text: length, raw: done });
  }
  if (done === 0) return { text: raw, offset: (index) => index };
  text.push(raw.slice(done));
  return { text: text.join(""), offset: (index) => rawOffset(steps, index) };
}

function decodeMatch(match: RegExpMatchArray): string | undefined {
  const [all, hex, decimal, name, semicolon, equals] = match;
  if (hex !== undefined) return character(Number.parseInt(hex, 16));
  if (decimal !== undefined) return character(Number.parseInt(decimal, 10));
  if (name === undefined) return all === "\0" ? "\ufffd" : "\n";
  if (semicolon === "" && (!BARE.has(name) || equals !== undefined)) return undefined;
  return NAMES.get(name);
}

function character(code: number): string {
  if (code >= 0x80 && code <= 0x9f) return C1[code - 0x80] ?? "";
  const none = code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff);
  return none ? "\ufffd" : String.fromCodePoint(code);
}

// From the last step at or before the index on, text and raw value go side by side up to the next reference.
function rawOffset(steps: readonly { readonly text: number; readonly raw: number }[], index: number): number {
  let low = 0;
  let high = steps.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((steps[middle]?.text ?? 0) <= index) low = middle;
    else high = middle - 1;
  }
  const step = steps[low] ?? { text: 0, raw: 0 };
  return step.raw + (index - step.text);
}

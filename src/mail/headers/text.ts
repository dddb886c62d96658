// Unstructured text: plain where it is printable ASCII, encoded-words where it is not, folded at single spaces.
// RFC 5322 s2.2.1, RFC 2047 s5(1).

import type { Charset } from "../octets/charset.ts";
import { encodeWords, mustTear } from "./encoded-word.ts";
import { type FieldLine, fits, LONGEST_TOKEN, putToken, putWord, roomForWord } from "./folding.ts";
import { type WordPlace, wordOverhead } from "./word-place.ts";

/** Writes the text so that every reader gets back exactly its characters, white space included. */
export function foldText(line: FieldLine, text: string, charset: Charset): void {
  if (text === "") return;
  if (fits(line, text.length) && !needsWords(text, 0, text.length)) {
    putToken(line, text);
    return;
  }
  // Two words cost their delimiters twice: a shorter stretch of plain text between them goes inside.
  const beside: MixedText["needsWords"] = (all, start, end) =>
    needsWords(all, start, end) || endsLikeWord(all, start, end);
  foldMixed(line, text, { charset, kind: "text", bridge: wordOverhead(charset), needsWords: beside });
}

/** True for a piece that ends as a word does: MIME-tools takes the space between it and a word for one between words. */
export function endsLikeWord(text: string, start: number, end: number): boolean {
  return end - start > 1 && text.charCodeAt(end - 1) === 0x3d && text.charCodeAt(end - 2) === 0x3f;
}

/** How plain text and words are distinguished. */
export interface MixedText {
  readonly charset: Charset;
  readonly kind: "text" | "phrase";
  /** Plain stretches between two words go inside up to this length. */
  readonly bridge: number;
  /** True when the piece from `start` to `end` cannot be written plain. */
  needsWords(text: string, start: number, end: number): boolean;
}

interface Stretch {
  readonly start: number;
  end: number;
  readonly encoded: boolean;
}

/** Writes plain pieces as tokens and the others as words. */
export function foldMixed(line: FieldLine, text: string, how: MixedText): void {
  const found = stretches(text, how);
  // A character that no legal word can hold alone takes its neighbours, plain ones too.
  const torn = found.some(({ start, end, encoded }) => {
    return encoded && mustTear(text.slice(start, end), placeOf(line, how, end === text.length));
  });
  for (const { start, end, encoded } of torn ? [{ start: 0, end: text.length, encoded: true }] : found) {
    if (!encoded) {
      for (let from = start; from < end; ) {
        const to = pieceEnd(text, from, end);
        putToken(line, text.slice(from, to));
        from = to + 1;
      }
      continue;
    }
    const place = placeOf(line, how, end === text.length);
    for (const word of encodeWords(text.slice(start, end), place)) putWord(line, word);
  }
}

function placeOf(line: FieldLine, { charset, kind }: MixedText, last: boolean): WordPlace {
  const canFold = line.folds && !line.fresh;
  return { charset, kind, room: roomForWord(line), canFold, closes: kind === "text" && last };
}

// Neighbours of the same sort are one stretch; between stretches is exactly one space, which readers keep. A
// charset with escape sequences pads its last word, so that word is the last token of the text.
function stretches(text: string, how: MixedText): readonly Stretch[] {
  const found: Stretch[] = [];
  for (let start = 0; start < text.length; ) {
    const end = pieceEnd(text, start, text.length);
    const encoded = how.needsWords(text, start, end);
    const last = found.at(-1);
    if (encoded && how.charset.stateful) {
      found.push({ start, end: text.length, encoded });
      return found;
    }
    if (last?.encoded === encoded) last.end = end;
    else if (encoded && last !== undefined && found.length > 1 && start - last.start < how.bridge) {
      found.pop();
      const previous = found.at(-1);
      if (previous !== undefined) previous.end = end;
    } else found.push({ start, end, encoded });
    start = end + 1;
  }
  return found;
}

// A piece ends before a space with no white space beside it. Wider gaps stay inside: mailparser squeezes a gap at
// which a line was folded. So does a space behind a backslash: JavaMail takes that for an escaped line end.
function pieceEnd(text: string, start: number, end: number): number {
  let at = text.indexOf(" ", start + 1);
  while (at >= 0 && at < end) {
    if (at + 1 < text.length && !isBlank(text.charCodeAt(at + 1)) && mayPrecedeFold(text.charCodeAt(at - 1))) return at;
    at = text.indexOf(" ", at + 1);
  }
  return end;
}

function mayPrecedeFold(unit: number): boolean {
  return !isBlank(unit) && unit !== 0x5c;
}

/** True for a space and a tab. */
function isBlank(unit: number): boolean {
  return unit === 0x20 || unit === 0x09;
}

// RFC 2047 s6.2: `=?` in plain text may be taken for a word, so it never stays plain.
function needsWords(text: string, start: number, end: number): boolean {
  if (end - start > LONGEST_TOKEN) return true;
  if (text.charCodeAt(start) === 0x20 || text.charCodeAt(end - 1) === 0x20) return true;
  for (let i = start; i < end; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x20 || unit > 0x7e) return true;
    if (unit === 0x3d && text.charCodeAt(i + 1) === 0x3f) return true;
  }
  return false;
}

// Unstructured text: plain where it is printable ASCII, encoded-words where it is not, folded at single spaces.
// RFC 5322 s2.2.1, RFC 2047 s5(1).

import type { Charset } from "../octets/charset.ts";
import { mustTear, putWords } from "./encoded-word.ts";
import { type FieldLine, fits, LONGEST_TOKEN, putToken, roomForWord } from "./folding.ts";
import { ATOM, isPrintable } from "./tokens.ts";
import { isDivisible, type WordPlace, wordOverhead } from "./word-cuts.ts";

/** Writes the text so that every reader gets back exactly its characters, white space included. */
export function foldText(line: FieldLine, text: string, charset: Charset): void {
  if (text === "") return;
  if (fits(line, text.length) && isPlainText(text)) putToken(line, text);
  else foldMixed(line, text, { charset, kind: "text" });
}

// RFC 2047 s6.2: `=?` in plain text may be taken for a word, so it never stays plain.
function isPlainText(text: string): boolean {
  const bare = text.length <= LONGEST_TOKEN && isPrintable(text) && !text.includes("=?");
  return bare && !text.startsWith(" ") && !text.endsWith(" ");
}

/** What words are written with. */
export interface WordSettings {
  readonly charset: Charset;
  readonly kind: "text" | "phrase";
}

interface Stretch {
  readonly start: number;
  end: number;
  readonly encoded: boolean;
}

/** Writes plain pieces as tokens and the others as words. */
export function foldMixed(line: FieldLine, text: string, settings: WordSettings): void {
  const found = stretches(text, settings);
  // A character that no legal word can hold alone takes its neighbours, plain ones too.
  const torn =
    found.length > 1 &&
    !isDivisible({ text, charset: settings.charset }) &&
    found.some((part) => part.encoded && mustTear(textOf(text, part), placeOf(line, text, part, settings)));
  for (const part of torn ? [{ start: 0, end: text.length, encoded: true }] : found) {
    if (part.encoded) putWords(line, textOf(text, part), placeOf(line, text, part, settings));
    else putPieces(line, text, part);
  }
}

function textOf(text: string, { start, end }: Stretch): string {
  return text.slice(start, end);
}

function putPieces(line: FieldLine, text: string, { start, end }: Stretch): void {
  for (let from = start; from < end; ) {
    const to = pieceEnd(text, from, end);
    putToken(line, text.slice(from, to));
    from = to + 1;
  }
}

function placeOf(line: FieldLine, text: string, { end }: Stretch, { charset, kind }: WordSettings): WordPlace {
  const canFold = line.folds && !line.fresh;
  return { charset, kind, room: roomForWord(line), canFold, closes: kind === "text" && end === text.length };
}

// Neighbours of the same sort are one stretch; between stretches is exactly one space, which readers keep. A
// charset with escape sequences pads its last word, so that word is the last token of the text.
function stretches(text: string, { charset, kind }: WordSettings): readonly Stretch[] {
  // Two words cost their delimiters twice: in a text a shorter stretch of plain pieces between them goes inside.
  const bridge = kind === "text" ? wordOverhead(charset) : 0;
  const found: Stretch[] = [];
  let last: Stretch | undefined;
  for (let start = 0; start < text.length; ) {
    const end = pieceEnd(text, start, text.length);
    const encoded = needsWords(text, start, end, kind);
    if (encoded && charset.stateful) {
      found.push({ start, end: text.length, encoded });
      return found;
    }
    if (last?.encoded === encoded) last.end = end;
    else if (encoded && last !== undefined && found.length > 1 && start - last.start < bridge) {
      found.pop();
      last = found.at(-1);
      if (last !== undefined) last.end = end;
    } else {
      last = { start, end, encoded };
      found.push(last);
    }
    start = end + 1;
  }
  return found;
}

// A piece ends before a space with no white space beside it. Wider gaps stay inside: mailparser squeezes a gap at
// which a line was folded. So does a space behind a backslash: JavaMail takes that for an escaped line end.
function pieceEnd(text: string, start: number, end: number): number {
  for (let at = text.indexOf(" ", start + 1); at >= 0 && at + 1 < end; at = text.indexOf(" ", at + 1)) {
    const before = text.charCodeAt(at - 1);
    if (!isBlank(text.charCodeAt(at + 1)) && !isBlank(before) && before !== 0x5c) return at;
  }
  return end;
}

function isBlank(unit: number): boolean {
  return unit === 0x20 || unit === 0x09;
}

const ATOMS = new RegExp(ATOM, "y");

// RFC 2047 s6.2 again, and s5(3): outside of words a phrase is atoms.
function needsWords(text: string, start: number, end: number, kind: "text" | "phrase"): boolean {
  if (end - start > (kind === "phrase" ? LONGEST_TOKEN - 1 : LONGEST_TOKEN)) return true;
  if (text.charCodeAt(start) === 0x20 || text.charCodeAt(end - 1) === 0x20) return true;
  if (kind === "phrase") {
    ATOMS.lastIndex = start;
    if (!ATOMS.test(text) || ATOMS.lastIndex !== end) return true;
  }
  for (let i = start; i < end; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x20 || unit > 0x7e || (unit === 0x3d && text.charCodeAt(i + 1) === 0x3f)) return true;
  }
  // MIME-tools takes the space between a word and a piece that ends as a word does for one between words.
  return end - start > 1 && text.charCodeAt(end - 1) === 0x3d && text.charCodeAt(end - 2) === 0x3f;
}

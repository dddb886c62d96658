// Values with parameters, as in Content-Type and Content-Disposition, and names of files outside ASCII in them.
// RFC 2045 s5.1, RFC 2183 s2, RFC 2231.

import { utf8 } from "../octets/charset.ts";
import { percentEncode } from "../octets/extended-value.ts";
import { encodeWords } from "./encoded-word.ts";
import { LONGEST_LINE } from "./folding.ts";
import { isPrintable, isToken, quoteString } from "./tokens.ts";
import { LONGEST_WORD } from "./word-cuts.ts";
import { encodeText } from "./word-run.ts";

/** A parameter: name and value, in the order they are written. */
export type Parameter = readonly [name: string, value: string];

/** How parameters are laid out. */
export interface ParameterOptions {
  /** Characters of the line that are taken before the value. */
  readonly startColumn: number;
  /** Adds names for readers without RFC 2231: see {@link foldParameters}. */
  readonly legacyNames: boolean;
}

const WISHED = 76;

/**
 * A value and its parameters, folded behind semicolons. A parameter that is not ASCII, or too long for a line, is
 * written in the extended form (RFC 2231), which every reader of today prefers. `name`, the old place of a file
 * name, is written only when it is plain ASCII. With `legacyNames` a `filename` in the extended form is followed by
 * an ASCII likeness, a long ASCII name stays in one piece, and `name` becomes an encoded-word in quotes, against RFC 2047 s5(3).
 *
 * @example
 * foldParameters("attachment", [["filename", "jõgeva.txt"]], { startColumn: 21, legacyNames: false });
 * // "attachment; filename*=UTF-8''j%C3%B5geva.txt"
 */
export function foldParameters(value: string, parameters: readonly Parameter[], options: ParameterOptions): string {
  const line = { text: value, column: options.startColumn + value.length };
  for (const [name, content] of parameters) putParameter(line, name, content, options);
  return line.text;
}

/** Text that ends with a value with parameters, under construction. */
export interface ParameterLine {
  text: string;
  /** Characters on the current line. */
  column: number;
}

/** Writes the next parameter, as {@link foldParameters} does. */
export function putParameter(
  line: ParameterLine,
  name: string,
  content: string,
  { legacyNames }: Pick<ParameterOptions, "legacyNames">,
): void {
  const pieces = writeParameter(name, content, legacyNames);
  if (typeof pieces === "string") putPiece(line, pieces);
  else for (const piece of pieces) putPiece(line, piece);
}

function putPiece(line: ParameterLine, piece: string): void {
  // The semicolon that may follow belongs to the line too.
  const fold = line.column + 2 + piece.length + 1 > WISHED;
  line.text += (fold ? ";\r\n " : "; ") + piece;
  line.column = fold ? 1 + piece.length : line.column + 2 + piece.length;
}

function writeParameter(name: string, content: string, legacyNames: boolean): string | readonly string[] {
  const plain = plainValue(content);
  const ascii = plain !== undefined;
  // A boundary in pieces would be found by few readers, and has at most 70 characters.
  const longest = legacyNames || name.toLowerCase() === "boundary" ? LONGEST_LINE : WISHED;
  if (ascii && name.length + 1 + plain.length + 2 <= longest) return `${name}=${plain}`;
  if (name.toLowerCase() === "name") return legacyNames && !ascii ? [wordsInQuotes(name, content)] : [];
  const extended = ascii ? quotedPieces(name, content) : extendedPieces(name, content);
  const fallback = legacyNames && name.toLowerCase() === "filename";
  return fallback ? [...extended, `${name}=${quoteString(asciiLikeness(content))}`] : extended;
}

// RFC 2045 s5.1: a token needs no quotes. CPython takes the signs of the extended form, `*`, `'` and `%`, for such a form
// even in a plain value.
const BARE = /^[!#$&+\-.0-9A-Z^-~]+$/;

function plainValue(content: string): string | undefined {
  if (BARE.test(content)) return content;
  return isPrintable(content) && !content.includes("=?") ? quoteString(content) : undefined;
}

function fitsLine(piece: string): boolean {
  return 1 + piece.length + 1 <= WISHED;
}

// RFC 2231 s4, and s3 where one line is too short.
function extendedPieces(name: string, content: string): readonly string[] {
  const encoded = percentEncode(encodeText(content, utf8));
  const whole = `${name}*=UTF-8''${encoded}`;
  if (fitsLine(whole)) return [whole];
  const pieces: string[] = [];
  for (let from = 0; from < encoded.length; ) {
    const start = pieces.length === 0 ? `${name}*0*=UTF-8''` : `${name}*${pieces.length}*=`;
    // The largest character takes twelve places; a long name may push it over the wish, never over the law.
    const room = Math.max(WIDEST_CHARACTER, WISHED - 2 - start.length);
    const to = characterEnd(encoded, Math.min(encoded.length, from + room));
    pieces.push(start + encoded.slice(from, to));
    from = to;
  }
  return pieces;
}

const WIDEST_CHARACTER = 12;

// The last place up to `end` that cuts neither a triplet nor a character: octets 80 to BF continue one.
function characterEnd(encoded: string, end: number): number {
  if (end === encoded.length) return end;
  let at = end;
  if (encoded[at - 1] === "%") at -= 1;
  else if (encoded[at - 2] === "%") at -= 2;
  while (encoded[at] === "%" && "89AB".includes(encoded.charAt(at + 1))) at -= 3;
  return at;
}

// RFC 2231 s3: ASCII needs no charset, so its pieces are quoted-strings.
function quotedPieces(name: string, content: string): readonly string[] {
  const pieces: string[] = [];
  let start = `${name}*0="`;
  let piece = start;
  for (const char of content) {
    const escaped = char === '"' || char === "\\" ? `\\${char}` : char;
    if (piece.length > start.length && !fitsLine(`${piece}${escaped}"`)) {
      pieces.push(`${piece}"`);
      start = `${name}*${pieces.length}="`;
      piece = start;
    }
    piece += escaped;
  }
  pieces.push(`${piece}"`);
  return pieces;
}

function wordsInQuotes(name: string, content: string): string {
  const place = { charset: utf8, kind: "phrase" as const, canFold: false, closes: true };
  // The quote and the name share the line of the first word, the quote and a semicolon that of the last.
  const words = encodeWords(content, { ...place, room: WISHED - name.length - 5, longest: LONGEST_WORD - 2 });
  return `${name}="${words.join("\r\n ")}"`;
}

const LONGEST_LIKENESS = 60;

// ASCII letters without their marks, `_` for the rest; the extension outlives shortening.
function asciiLikeness(content: string): string {
  const ascii = content
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^\x20-\x7e]/gu, "_")
    .replaceAll("=?", "__");
  if (ascii.length <= LONGEST_LIKENESS) return ascii;
  const dot = ascii.lastIndexOf(".");
  const extension = dot > 0 && ascii.length - dot <= 16 ? ascii.slice(dot) : "";
  return ascii.slice(0, LONGEST_LIKENESS - extension.length) + extension;
}

const LONGEST_NAME = 60;

/**
 * True for the name of a parameter: a token that leaves room on its line, without the asterisk that marks the extended
 * form (RFC 2231 s3, s4), which the writer adds itself.
 */
export function isParameterName(name: string): boolean {
  return isToken(name) && !name.includes("*") && name.length <= LONGEST_NAME;
}

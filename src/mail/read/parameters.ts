// Reads `value; name=value` of Content-Type and Content-Disposition as another program wrote it: what can be read is
// read, what breaks the grammar is reported. RFC 2045 s5.1, RFC 2183 s2, RFC 2231 s3 and s4.
import { decodePercent } from "../octets/extended-value.ts";
import { decodeWords } from "./encoded-words.ts";
import { decodeLabelled, isBlank, trimBlanks } from "./text.ts";

/** One parameter as a reader may take it. Plain and extended forms of one name are separate. */
export interface RawParameter {
  /** Lower case, without the marks of RFC 2231. */
  readonly name: string;
  readonly value: string;
  /** True for a value with a charset (RFC 2231 s4), which is decoded. */
  readonly extended: boolean;
}

/** What breaks the grammar of a parameter list. `quote`: a quoted string or a comment that does not end. */
export type ParameterDefect = "value" | "equals" | "parameter" | "quote" | "repeated" | "extended";

/** A field value in parts. */
export interface RawParameters {
  /** The value before the first semicolon, lower case, without comments. */
  readonly value: string;
  /**
   * One value for each name: the extended form where there is one, else the first plain one. The encoded-words of a
   * plain `filename` or `name` are decoded.
   */
  readonly parameters: ReadonlyMap<string, string>;
  /** Every value that some reader may take for a name; encoded-words as they are written. */
  readonly all: readonly RawParameter[];
  /** Empty when the value keeps to the grammar. */
  readonly defects: readonly ParameterDefect[];
  /** For `equals`: what is in place of the first missing `=`, up to its semicolon; empty when nothing does. */
  readonly unexpected?: string;
}

// RFC 2047 s5(3) has no encoded-word in a parameter, and many writers put one into the name of a file. An extended value
// (RFC 2231) is complete by itself: what looks like a word in it is the name.
const FILE_NAMES = ["filename", "name"];

interface Cursor {
  readonly text: string;
  at: number;
  readonly defects: Set<ParameterDefect>;
  unexpected?: string;
}

type Pair = Pick<RawParameter, "name" | "value">;

interface Segment {
  readonly index: number;
  readonly extended: boolean;
  readonly text: string;
}

/**
 * Reads a field value with parameters. Takes any text, in linear time.
 *
 * @param text - an unfolded field value
 * @example
 * readParameters("text/plain; charset*=us-ascii'en'utf-8").parameters.get("charset"); // "utf-8"
 */
export function readParameters(text: string): RawParameters {
  const cursor: Cursor = { text, at: 0, defects: new Set() };
  const value = readFirst(cursor);
  const plain = new Map<string, string>();
  const segments = new Map<string, Segment[]>();
  const all: RawParameter[] = [];
  while (cursor.at < text.length) {
    const pair = readPair(cursor);
    if (pair !== undefined) place(pair, { plain, segments, all, defects: cursor.defects });
  }
  const parameters = new Map(plain);
  for (const name of FILE_NAMES) {
    const written = plain.get(name);
    if (written !== undefined) parameters.set(name, decodeWords(written));
  }
  for (const [name, list] of segments) {
    const joined = joinSegments(list, cursor.defects);
    if (joined === undefined) continue;
    const extended = list.some((segment) => segment.extended);
    parameters.set(name, FILE_NAMES.includes(name) && !extended ? decodeWords(joined) : joined);
    all.push({ name, value: joined, extended });
  }
  const { unexpected } = cursor;
  const read = { value: value.toLowerCase(), parameters, all, defects: [...cursor.defects] };
  return unexpected === undefined ? read : { ...read, unexpected };
}

// Text up to the first semicolon, comments left out.
function readFirst(cursor: Cursor): string {
  const { text } = cursor;
  let value = "";
  let from = cursor.at;
  while (cursor.at < text.length && text[cursor.at] !== ";") {
    if (text[cursor.at] === "(") {
      value += text.slice(from, cursor.at);
      skipComment(cursor);
      from = cursor.at;
    } else cursor.at++;
  }
  const trimmed = trimBlanks(value + text.slice(from, cursor.at));
  if (!isFirst(trimmed)) cursor.defects.add("value");
  return trimmed;
}

// RFC 2045 s5.1, RFC 2183 s2: a token, or two with a slash between them. What has "=" or a blank in it is a parameter
// whose semicolon is missing: `attachment filename=a.pdf`.
function isFirst(value: string): boolean {
  return value !== "" && !/[="]/.test(value) && (value.includes("/") || !/[ \t]/.test(value));
}

// RFC 5322 s3.2.2: comments nest. Counted, not recursed into.
function skipComment(cursor: Cursor): void {
  let open = 0;
  for (; cursor.at < cursor.text.length; cursor.at++) {
    const char = cursor.text[cursor.at];
    if (char === "\\") cursor.at++;
    else if (char === "(") open++;
    else if (char === ")" && --open === 0) {
      cursor.at++;
      return;
    }
  }
  cursor.defects.add("quote");
}

function skipSpace(cursor: Cursor): void {
  while (cursor.at < cursor.text.length) {
    if (isBlank(cursor.text.charCodeAt(cursor.at))) cursor.at++;
    else if (cursor.text[cursor.at] === "(") skipComment(cursor);
    else return;
  }
}

// Starts at a semicolon and goes to the next one outside quotes.
function readPair(cursor: Cursor): Pair | undefined {
  cursor.at++;
  skipSpace(cursor);
  if (cursor.at >= cursor.text.length) return undefined; // a semicolon at the end does no harm
  const from = cursor.at;
  while (cursor.at < cursor.text.length && !'=;" \t('.includes(cursor.text.charAt(cursor.at))) cursor.at++;
  const name = cursor.text.slice(from, cursor.at).toLowerCase();
  skipSpace(cursor);
  if (cursor.text[cursor.at] !== "=") {
    cursor.defects.add("equals");
    const start = cursor.at;
    skipToSemicolon(cursor);
    cursor.unexpected ??= trimBlanks(cursor.text.slice(start, cursor.at));
    return undefined;
  }
  cursor.at++;
  skipSpace(cursor);
  const value = readValue(cursor);
  if (!isToken(name)) cursor.defects.add("parameter");
  return name === "" ? undefined : { name, value };
}

function readValue(cursor: Cursor): string {
  const from = cursor.at;
  if (cursor.text[from] === '"') {
    const value = readQuoted(cursor);
    skipSpace(cursor);
    if (cursor.at < cursor.text.length && cursor.text[cursor.at] !== ";") {
      cursor.defects.add("parameter");
      skipToSemicolon(cursor);
    }
    return value;
  }
  while (cursor.at < cursor.text.length && !'; \t("'.includes(cursor.text.charAt(cursor.at))) cursor.at++;
  const token = cursor.text.slice(from, cursor.at);
  skipSpace(cursor);
  const ends = cursor.at >= cursor.text.length || cursor.text[cursor.at] === ";";
  if (ends && isToken(token)) return token;
  // `filename=copy (1).pdf`: no token, yet most readers take all of it as the name.
  cursor.defects.add("parameter");
  skipToSemicolon(cursor);
  return trimBlanks(cursor.text.slice(from, cursor.at));
}

function readQuoted(cursor: Cursor): string {
  const { text } = cursor;
  let value = "";
  let from = ++cursor.at;
  for (; cursor.at < text.length; cursor.at++) {
    const char = text[cursor.at];
    if (char !== '"' && char !== "\\") continue;
    value += text.slice(from, cursor.at);
    from = cursor.at + 1;
    if (char === '"') {
      cursor.at++;
      return value;
    }
    cursor.at++; // the character after a backslash represents itself
  }
  cursor.defects.add("quote");
  cursor.at = text.length;
  return value + text.slice(from);
}

function skipToSemicolon(cursor: Cursor): void {
  while (cursor.at < cursor.text.length && cursor.text[cursor.at] !== ";") {
    if (cursor.text[cursor.at] === '"') readQuoted(cursor);
    else cursor.at++;
  }
}

/** RFC 2045 s5.1: ASCII without blanks, controls and tspecials. */
function isToken(text: string): boolean {
  return /^[!#$%&'*+\-.0-9A-Z^_`a-z{|}~]+$/.test(text);
}

interface Places {
  readonly plain: Map<string, string>;
  readonly segments: Map<string, Segment[]>;
  readonly all: RawParameter[];
  readonly defects: Set<ParameterDefect>;
}

function place({ name, value }: Pair, to: Places): void {
  const star = name.indexOf("*");
  if (star < 0) {
    if (to.plain.has(name)) to.defects.add("repeated");
    else to.plain.set(name, value);
    to.all.push({ name, value, extended: false });
    return;
  }
  const extended = name.endsWith("*");
  const digits = name.slice(star + 1, extended && name.length > star + 1 ? -1 : undefined);
  // RFC 2231 s3: sections are numbered from 0, without leading zeros. `name*` alone is one extended section.
  if (digits !== "" && !/^(?:0|[1-9][0-9]{0,4})$/.test(digits)) {
    to.defects.add("extended");
    return;
  }
  const base = name.slice(0, star);
  const list = to.segments.get(base) ?? [];
  list.push({ index: Number(digits), extended, text: value });
  to.segments.set(base, list);
}

// RFC 2231 s4.1: sections joined in the order of their numbers; charset and language are in the first one.
function joinSegments(list: readonly Segment[], defects: Set<ParameterDefect>): string | undefined {
  const sorted = [...list].sort((a, b) => a.index - b.index);
  const pieces: Uint8Array[] = [];
  let label = "utf-8";
  for (const [position, segment] of sorted.entries()) {
    if (segment.index !== position) {
      defects.add("extended");
      break;
    }
    let { text } = segment;
    if (position === 0 && segment.extended) {
      const [charset, rest] = splitCharset(text);
      if (rest === undefined) defects.add("extended");
      label = charset ?? label;
      text = rest ?? text;
    }
    const decoded = segment.extended ? decodePercent(text) : undefined;
    if (segment.extended && decoded === undefined) defects.add("extended");
    pieces.push(decoded ?? encoder.encode(text));
  }
  return pieces.length === 0 ? undefined : decodeLabelled(concat(pieces), label);
}

const encoder = new TextEncoder();

function splitCharset(text: string): [charset: string | undefined, rest: string | undefined] {
  const first = text.indexOf("'");
  const second = first < 0 ? -1 : text.indexOf("'", first + 1);
  return second < 0 ? [undefined, undefined] : [text.slice(0, first) || undefined, text.slice(second + 1)];
}

function concat(pieces: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}

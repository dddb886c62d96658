// Reads `value; name=value` of Content-Type and Content-Disposition as another program wrote it: what can be read is
// read, what breaks the grammar is reported. RFC 2045 s5.1, RFC 2183 s2, RFC 2231 s3 and s4.
import { isToken } from "../headers/tokens.ts";
import { decodePercent, percentEncode } from "../octets/extended-value.ts";
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
   * One value for each name: the extended form where there is one, else the first plain one.
   */
  readonly parameters: ReadonlyMap<string, string>;
  /** Every value that some reader may take for a name; encoded-words as they are written. */
  readonly all: readonly RawParameter[];
  /** Empty when the value keeps to the grammar. */
  readonly defects: readonly ParameterDefect[];
  /** For `equals`: what is in place of the first missing `=`, up to its semicolon; empty when nothing does. */
  readonly unexpected?: string;
}

/** What the text of a file name that is not in the extended form stands for. */
export type NameText = (written: string) => string;

// RFC 2047 s5(3) has no encoded-word in a parameter, and many writers put one into the name of a file. An extended value
// (RFC 2231) is complete by itself: what looks like a word in it is the name.
const FILE_NAMES = ["filename", "name"];

interface Cursor {
  readonly text: string;
  at: number;
  readonly defects: Set<ParameterDefect>;
  unexpected?: string;
}

interface Section {
  readonly index: number;
  readonly extended: boolean;
  readonly text: string;
}

/**
 * Reads a field value with parameters. Takes any text, in linear time.
 *
 * @param text - an unfolded field value
 * @param nameText - for `filename` and `name` that are not in the extended form; as they are written when absent
 * @example
 * readParameters("text/plain; charset*=us-ascii'en'utf-8").parameters.get("charset"); // "utf-8"
 */
export function readParameters(text: string, nameText: NameText = (written) => written): RawParameters {
  const defects = new Set<ParameterDefect>();
  const cursor: Cursor = { text, at: 0, defects };
  const value = readFirst(cursor).toLowerCase();
  const parameters = new Map<string, string>();
  const sections = new Map<string, Section[]>();
  const all: RawParameter[] = [];
  const meaning = (name: string, written: string): string => (FILE_NAMES.includes(name) ? nameText(written) : written);
  while (cursor.at < text.length) {
    const [name, written] = readPair(cursor);
    if (name === "") continue;
    if (!name.includes("*")) {
      if (parameters.has(name)) defects.add("repeated");
      else parameters.set(name, meaning(name, written));
      all.push({ name, value: written, extended: false });
      continue;
    }
    const [section, base = "", index] = SECTION.exec(name) ?? [];
    if (section === undefined) defects.add("extended");
    else {
      const list = sections.get(base) ?? [];
      list.push({ index: Number(index ?? 0), extended: name.endsWith("*"), text: written });
      sections.set(base, list);
    }
  }
  for (const [name, list] of sections) {
    const joined = joinSections(list, defects);
    if (joined === undefined) continue;
    const extended = list.some((section) => section.extended);
    parameters.set(name, extended ? joined : meaning(name, joined));
    all.push({ name, value: joined, extended });
  }
  const { unexpected } = cursor;
  const read = { value, parameters, all, defects: [...defects] };
  return unexpected === undefined ? read : { ...read, unexpected };
}

// RFC 2231 s3: sections are numbered from 0, without leading zeros. `name*` alone is one extended section.
const SECTION = /^([^*]*)\*(0|[1-9]\d{0,4})?\*?$/;

// Text up to the first semicolon, comments left out.
function readFirst(cursor: Cursor): string {
  let value = take(cursor, FIRST_END);
  while (cursor.text[cursor.at] === "(") {
    skipComment(cursor);
    value += take(cursor, FIRST_END);
  }
  value = trimBlanks(value);
  // RFC 2045 s5.1, RFC 2183 s2: a token, or two with a slash between them. What has "=" or a blank in it is a parameter
  // whose semicolon is missing: `attachment filename=a.pdf`.
  const isFirst = value !== "" && !/[="]/.test(value) && (value.includes("/") || !/[ \t]/.test(value));
  if (!isFirst) cursor.defects.add("value");
  return value;
}

const FIRST_END = /[;(]|$/g;
const NAME_END = /[=;" \t(]|$/g;
const VALUE_END = /[; \t("]|$/g;

// The text up to the next of these characters.
function take(cursor: Cursor, end: RegExp): string {
  const from = cursor.at;
  end.lastIndex = from;
  cursor.at = end.exec(cursor.text)?.index ?? cursor.text.length;
  return cursor.text.slice(from, cursor.at);
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

// True at a semicolon and at the end of the text.
function skipSpace(cursor: Cursor): boolean {
  while (cursor.at < cursor.text.length) {
    if (isBlank(cursor.text.charCodeAt(cursor.at))) cursor.at++;
    else if (cursor.text[cursor.at] === "(") skipComment(cursor);
    else return cursor.text[cursor.at] === ";";
  }
  return true;
}

// Starts at a semicolon and goes to the next one outside quotes. The name is empty where there is no parameter: a
// semicolon at the end does no harm.
function readPair(cursor: Cursor): readonly [name: string, value: string] {
  const { text, defects } = cursor;
  cursor.at++;
  skipSpace(cursor);
  if (cursor.at >= text.length) return ["", ""];
  const name = take(cursor, NAME_END).toLowerCase();
  skipSpace(cursor);
  if (text[cursor.at] !== "=") {
    defects.add("equals");
    const rest = takeRest(cursor);
    cursor.unexpected ??= rest;
    return ["", ""];
  }
  cursor.at++;
  skipSpace(cursor);
  const from = cursor.at;
  const quoted = text[from] === '"';
  let value = quoted ? readQuoted(cursor) : take(cursor, VALUE_END);
  if (!skipSpace(cursor) || !(quoted || isToken(value))) {
    defects.add("parameter");
    const rest = takeRest(cursor, from);
    // `filename=copy (1).pdf`: no token, yet most readers take all of it as the name.
    if (!quoted) value = rest;
  }
  if (!isToken(name)) defects.add("parameter");
  return [name, value];
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

// Goes on to the next semicolon outside quotes, and gives what is before it.
function takeRest(cursor: Cursor, from: number = cursor.at): string {
  take(cursor, REST_END);
  while (cursor.text[cursor.at] === '"') {
    readQuoted(cursor);
    take(cursor, REST_END);
  }
  return trimBlanks(cursor.text.slice(from, cursor.at));
}

const REST_END = /[;"]|$/g;

// RFC 2231 s4.1: sections joined in the order of their numbers; charset and language are in the first one. Those that are
// not encoded become so, because a character may be cut in two.
function joinSections(list: readonly Section[], defects: Set<ParameterDefect>): string | undefined {
  let label = "utf-8";
  let octets: string | undefined;
  for (const [position, { index, extended, text }] of [...list].sort((a, b) => a.index - b.index).entries()) {
    if (index !== position) {
      defects.add("extended");
      break;
    }
    const isFirst = extended && position === 0;
    const [prefix = "", charset] = (isFirst && /^([^']*)'[^']*'/.exec(text)) || [];
    const rest = text.slice(prefix.length);
    const isEncoded = extended && /^(?:[^%\x80-\uffff]|%[\da-f]{2})*$/i.test(rest);
    if (extended !== isEncoded || (isFirst && charset === undefined)) defects.add("extended");
    label = charset || label;
    octets = (octets ?? "") + (isEncoded ? rest : percentEncode(encoder.encode(rest)));
  }
  return octets === undefined ? undefined : decodeLabelled(decodePercent(octets) ?? noOctets, label);
}

const encoder = new TextEncoder();
const noOctets = new Uint8Array(0);

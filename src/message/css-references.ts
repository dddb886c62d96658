// Finds the URLs of a style sheet or of a style attribute: url(…) and @import.
// CSS Syntax Level 3 s4.3, as far as it decides what is a url, a string or a comment.
import { matchEnd } from "./match-end.ts";

/** A URL in a style sheet. The offsets are those of its raw text, without quotes. */
export interface CssUrl {
  readonly url: string;
  readonly start: number;
  readonly end: number;
  /** `import` for a style sheet, `value` for an image or a font. */
  readonly use: "import" | "value";
}

// Each of these stops at a backslash, and `runEnd` goes over the escapes: one class, so one step per character.
// s4.2: a name is letters, digits, `_`, `-` and anything not ASCII.
const NAME = /[\w\-\u0080-\uffff]*/y;
const DOUBLE = /[^"\\\n\r\f]*/y;
const SINGLE = /[^'\\\n\r\f]*/y;
// s4.3.6: a url without quotes; what else stands before ")" spoils it.
const UNQUOTED = /[^"'()\\\0-\x20\x7f]*/y;
const REMNANTS = /[^)\\]*/y;
// s4.3.7: the one space after an escape of digits is part of it.
const HEX = /\\[0-9A-Fa-f]{1,6}(?:\r\n|[\t\n\f\r ])?/y;
const SPACE = /[\t\n\f\r ]*/y;
// What a token can begin with that is more than one character of no meaning.
const TOKEN = /["']|\/\*|<!--|@|[\w\-\\\u0080-\uffff]/g;

/** The URLs of a style sheet, in order. Time is linear in its length. */
export function cssUrls(css: string): readonly CssUrl[] {
  const found: CssUrl[] = [];
  let at = nextToken(css, 0);
  while (at >= 0) at = nextToken(css, readToken(css, at, found));
  return found;
}

function nextToken(css: string, from: number): number {
  TOKEN.lastIndex = from;
  return TOKEN.exec(css)?.index ?? -1;
}

function readToken(css: string, at: number, found: CssUrl[]): number {
  const char = css[at] ?? "";
  if (char === '"' || char === "'") return readString(css, at, "value", undefined);
  if (char === "/") return pastComment(css, at);
  if (char === "<") return at + 4; // the dashes are no name
  if (char === "@") return readAtKeyword(css, at, found);
  const nameEnd = runEnd(NAME, css, at);
  if (nameEnd === at) return at + 1;
  // A name after "#" belongs to that, and a number is read as part of the name: neither is a function.
  return isUrl(css, at, nameEnd) && css[at - 1] !== "#" ? readUrl(css, nameEnd + 1, "value", found) : nameEnd;
}

function isUrl(css: string, start: number, end: number): boolean {
  return css[end] === "(" && unescapeCss(css.slice(start, end)).toLowerCase() === "url";
}

function pastComment(css: string, at: number): number {
  const end = css.indexOf("*/", at + 2);
  return end < 0 ? css.length : end + 2;
}

// s4.3.4 and s4.3.6: url( takes a string or bare characters.
function readUrl(css: string, from: number, use: CssUrl["use"], found: CssUrl[]): number {
  const start = matchEnd(SPACE, css, from);
  if (css[start] === '"' || css[start] === "'") return readString(css, start, use, found);
  const end = runEnd(UNQUOTED, css, start);
  const after = matchEnd(SPACE, css, end);
  if (after < css.length && css[after] !== ")") return runEnd(REMNANTS, css, end, "any") + 1;
  if (end > start) found.push({ url: unescapeCss(css.slice(start, end)), start, end, use });
  return after + 1;
}

// s4.3.5: a string that a line end breaks off is none.
function readString(css: string, at: number, use: CssUrl["use"], found: CssUrl[] | undefined): number {
  const start = at + 1;
  const end = runEnd(css[at] === '"' ? DOUBLE : SINGLE, css, start, "any");
  if (end < css.length && css[end] !== css[at]) return end;
  if (end > start) found?.push({ url: unescapeCss(css.slice(start, end)), start, end, use });
  return end + 1;
}

// @import "a.css" and @import url(a.css)
function readAtKeyword(css: string, at: number, found: CssUrl[]): number {
  const nameEnd = runEnd(NAME, css, at + 1);
  if (unescapeCss(css.slice(at + 1, nameEnd)).toLowerCase() !== "import") return nameEnd;
  let next = nameEnd;
  for (;;) {
    next = matchEnd(SPACE, css, next);
    if (!css.startsWith("/*", next)) break;
    next = pastComment(css, next);
  }
  if (css[next] === '"' || css[next] === "'") return readString(css, next, "import", found);
  const name = runEnd(NAME, css, next);
  return isUrl(css, next, name) ? readUrl(css, name + 1, "import", found) : next;
}

// s4.3.7: up to six hexadecimal digits and one space; before a line end a backslash joins lines.
function unescapeCss(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replace(
    /\\(?:([0-9A-Fa-f]{1,6})(?:\r\n|[\t\n\f\r ])?|(\r\n|[\n\r\f]|$)|([\s\S]))/g,
    (_, hex, line, char) => {
      if (hex !== undefined) return hexCharacter(Number.parseInt(hex, 16));
      return line !== undefined ? "" : char;
    },
  );
}

function hexCharacter(code: number): string {
  const none = code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff);
  return none ? "\ufffd" : String.fromCodePoint(code);
}

// The end of a run of plain characters and escapes. s4.3.8: before a line end a backslash is no escape, and in a
// string it joins lines.
function runEnd(plain: RegExp, css: string, from: number, escapes: "valid" | "any" = "valid"): number {
  for (let at = from; ; ) {
    at = matchEnd(plain, css, at);
    if (css[at] !== "\\") return at;
    const next = css[at + 1] ?? "\n";
    if (escapes === "valid" && /[\n\r\f]/.test(next)) return at;
    const hex = matchEnd(HEX, css, at);
    at = hex > at ? hex : Math.min(css.length, at + (css.startsWith("\r\n", at + 1) ? 3 : 2));
  }
}

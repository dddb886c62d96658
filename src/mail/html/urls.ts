// The URLs that the value of an attribute or a style sheet holds: srcset, url(…), @import. CSS Syntax Level 3 s4.3, as
// far as it decides what is a url, a string or a comment.

/** A URL in a text, and where the text has it. */
export interface PlacedUrl {
  readonly url: string;
  readonly start: number;
  readonly end: number;
}

/** A URL in a style sheet. The offsets are those of its raw text, without quotes. */
export interface CssUrl extends PlacedUrl {
  /** `import` for a style sheet, `value` for an image or a font. */
  readonly use: "import" | "value";
}

// Each of these stops at a backslash, and `runEnd` goes over the escapes: one class, so one step per character.
// s4.2: a name is letters, digits, `_`, `-` and anything not ASCII.
const NAME = /[\w\-\u0080-\uffff]*/y;
const DOUBLE = /[^"\\\n\r\f]*/y;
const SINGLE = /[^'\\\n\r\f]*/y;
// s4.3.6: a url without quotes; anything else before ")" makes it invalid.
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
  if (char === "<") return at + 4; // the dashes are not a name
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

// The end of a run of plain characters and escapes. s4.3.8: before a line end a backslash is not an escape, and in a
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

const SEPARATORS = /[\t\n\f\r ,]*/y;
const URL_RUN = /[^\t\n\f\r ]*/y;
// Descriptors go on to the next comma that no parentheses hold.
const DESCRIPTORS = /[^,(]*/y;

/** The URLs of the image candidates of a srcset (WHATWG HTML s4.8.4.3.10), in order. A URL may hold commas, as data: does, but not end with one. */
export function srcsetUrls(srcset: string): readonly PlacedUrl[] {
  const found: PlacedUrl[] = [];
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

// Each pattern is one character class and a star, so that none looks at a character twice.

/** Where a sticky pattern stops when it starts at an offset; the offset itself when it does not match there. */
function matchEnd(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : from;
}

/**
 * A URL without the characters that URL parsers skip: controls and spaces at both ends, tabs and line ends anywhere.
 * WHATWG URL s4.4 (basic URL parser).
 */
export function trimUrl(url: string): string {
  let start = 0;
  let end = url.length;
  while (start < end && url.charCodeAt(start) <= 0x20) start++;
  while (end > start && url.charCodeAt(end - 1) <= 0x20) end--;
  return url.slice(start, end).replace(/[\t\n\r]+/g, "");
}

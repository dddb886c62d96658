// Finds the start tags of an html document, and the text of its style elements, in one pass without building a tree.
// WHATWG HTML s13.2.5 (tokenization), as far as it decides where a tag or a comment begins and ends.
import { matchEnd } from "./match-end.ts";

/** How an attribute value stands in the source. */
export type AttributeQuote = '"' | "'" | "";

/** One attribute of a start tag, name in lower case. The offsets are those of the value without its quotes. */
export interface HtmlAttribute {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly quote: AttributeQuote;
}

/** What a walk over a document tells, in the order of the source. */
export interface HtmlVisitor {
  /** The attribute names that are worth telling. */
  readonly wanted: ReadonlySet<string>;
  /** A start tag that has wanted attributes; of a repeated attribute the first (s13.2.5.33). */
  tag(element: string, attributes: readonly HtmlAttribute[]): void;
  /** The text of a style element. */
  style(start: number, end: number): void;
}

// s13.2.6.4: the tree builder switches the tokenizer for these elements. What a reader without scripting shows of
// a noscript element is markup.
const RAW_TEXT = ["style", "script", "title", "textarea", "xmp", "iframe", "noembed", "noframes"];
const RAW_TEXT_END = new Map(RAW_TEXT.map((name) => [name, new RegExp(`</${name}[\\t\\n\\f\\r />]`, "gi")]));

const BLANK = /[\t\n\f\r ]/;
const SPACE = /[\t\n\f\r ]*/y;
const TAG_NAME = /[^\t\n\f\r />]*/y;
// An equals sign may open an attribute name, and cannot stand inside one.
const ATTRIBUTE_NAME = /=?[^\t\n\f\r />=]*/y;
const UNQUOTED = /[^\t\n\f\r >]*/y;
const LETTER = /[A-Za-z]/;
const COMMENT_END = /--!?>/g;
// A comment that old Outlook reads as markup: <!--[if mso]> … <![endif]-->
const CONDITIONAL = /\[if [^\]>]*\]>/iy;

/** Walks over the start tags of a document. Time is linear in its length, whatever it holds. */
export function walkHtml(html: string, visitor: HtmlVisitor): void {
  walkFrom({ html, visitor, conditional: false, foreign: 0 }, 0);
}

interface Walk {
  readonly html: string;
  readonly visitor: HtmlVisitor;
  /** Inside a conditional comment, where a comment is no document again. */
  readonly conditional: boolean;
  /** Number of open svg and math elements. */
  foreign: number;
}

function walkFrom(walk: Walk, from: number): void {
  let at = walk.html.indexOf("<", from);
  while (at >= 0) at = walk.html.indexOf("<", walkMarkup(walk, at));
}

// What begins at a "<": gives the offset where text goes on.
function walkMarkup(walk: Walk, at: number): number {
  const { html } = walk;
  const next = html[at + 1] ?? "";
  if (LETTER.test(next)) return walkStartTag(walk, at);
  if (next === "/") {
    const after = html[at + 2] ?? "";
    if (LETTER.test(after)) return walkEndTag(walk, at);
    return after === "" ? html.length : pastBogusComment(html, at + 2);
  }
  if (next === "!") return html.startsWith("--", at + 2) ? walkComment(walk, at + 4) : pastBogusComment(html, at + 2);
  return next === "?" ? pastBogusComment(html, at + 1) : at + 1;
}

// s13.2.5.41: a doctype, a CDATA section, `<?` and `</1` all end at the first ">".
function pastBogusComment(html: string, from: number): number {
  const end = html.indexOf(">", from);
  return end < 0 ? html.length : end + 1;
}

// s13.2.5.43: `<!-->` and `<!--->` are whole comments.
function walkComment(walk: Walk, from: number): number {
  const { html } = walk;
  if (html[from] === ">") return from + 1;
  if (html.startsWith("->", from)) return from + 2;
  COMMENT_END.lastIndex = from;
  const found = COMMENT_END.exec(html);
  const end = found?.index ?? html.length;
  const content = matchEnd(CONDITIONAL, html, from);
  if (!walk.conditional && content > from && content <= end) {
    // Cut at the end of the comment, so that nothing inside it reads on into the document.
    walkFrom({ html: html.slice(0, end), visitor: walk.visitor, conditional: true, foreign: 0 }, content);
  }
  return found === null ? html.length : end + found[0].length;
}

function walkEndTag(walk: Walk, at: number): number {
  const nameEnd = matchEnd(TAG_NAME, walk.html, at + 2);
  if (isForeign(lowerCase(walk.html.slice(at + 2, nameEnd))) && walk.foreign > 0) walk.foreign--;
  return readAttributes(walk, nameEnd, []).end;
}

function walkStartTag(walk: Walk, at: number): number {
  const { html, visitor } = walk;
  const nameEnd = matchEnd(TAG_NAME, html, at + 1);
  const name = lowerCase(html.slice(at + 1, nameEnd));
  const attributes: HtmlAttribute[] = [];
  const { end, closed, selfClosing } = readAttributes(walk, nameEnd, attributes);
  if (!closed) return html.length; // s13.2.5.32: a tag that the document cuts off is no tag
  if (attributes.length > 0) visitor.tag(name, attributes);
  if (isForeign(name) && !selfClosing) walk.foreign++;
  if (name === "plaintext") return html.length;
  const textEnd = RAW_TEXT_END.get(name);
  // In svg and math `<style/>` is a whole element; in html the slash means nothing.
  if (textEnd === undefined || (selfClosing && walk.foreign > 0)) return end;
  const close = name === "script" ? scriptEnd(html, end) : rawTextEnd(html, textEnd, end);
  if (name === "style") visitor.style(end, close);
  return close;
}

function isForeign(name: string): boolean {
  return name === "svg" || name === "math";
}

// ASCII only: toLowerCase alone makes a "k" of the Kelvin sign.
function lowerCase(name: string): string {
  return name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

interface TagEnd {
  readonly end: number;
  readonly closed: boolean;
  readonly selfClosing: boolean;
}

// s13.2.5.32 to s13.2.5.40. Wanted attributes go into `found`.
function readAttributes(walk: Walk, from: number, found: HtmlAttribute[]): TagEnd {
  const { html } = walk;
  let at = from;
  let selfClosing = false;
  while (at < html.length) {
    const char = html[at] ?? "";
    if (char === ">") return { end: at + 1, closed: true, selfClosing };
    selfClosing = char === "/";
    if (selfClosing) at++;
    else if (BLANK.test(char)) at = matchEnd(SPACE, html, at);
    else at = readAttribute(walk, at, found);
  }
  return { end: html.length, closed: false, selfClosing: false };
}

function readAttribute({ html, visitor }: Walk, from: number, found: HtmlAttribute[]): number {
  const nameEnd = matchEnd(ATTRIBUTE_NAME, html, from);
  const name = lowerCase(html.slice(from, nameEnd));
  const keep = visitor.wanted.has(name) && !found.some((one) => one.name === name);
  const equals = matchEnd(SPACE, html, nameEnd);
  if (html[equals] !== "=") {
    if (keep) found.push({ name, start: nameEnd, end: nameEnd, quote: "" });
    return equals;
  }
  const opening = matchEnd(SPACE, html, equals + 1);
  const char = html[opening] ?? "";
  const quote = char === '"' || char === "'" ? char : "";
  const start = opening + quote.length;
  const end = quote === "" ? matchEnd(UNQUOTED, html, start) : html.indexOf(quote, start);
  if (end < 0) return html.length;
  if (keep) found.push({ name, start, end, quote });
  return end + quote.length;
}

// s13.2.5.14: text goes on to an end tag of the same name.
function rawTextEnd(html: string, end: RegExp, from: number): number {
  end.lastIndex = from;
  return end.exec(html)?.index ?? html.length;
}

// s13.2.5.15 to s13.2.5.31: inside `<!--` of a script, a `<script` of its own hides one `</script`.
function scriptEnd(html: string, from: number): number {
  const marks = /<!--|-->|<(\/?)script[\t\n\f\r />]/gi;
  marks.lastIndex = from;
  let state: "data" | "escaped" | "double" = "data";
  for (let mark = marks.exec(html); mark !== null; mark = marks.exec(html)) {
    if (mark[0] === "<!--") {
      if (state === "data") state = "escaped";
      marks.lastIndex = mark.index + 2; // its dashes may end it: `<!-->`
    } else if (mark[0] === "-->") state = "data";
    else if (mark[1] === "/" && state !== "double") return mark.index;
    else if (state !== "data") state = mark[1] === "/" ? "escaped" : "double";
  }
  return html.length;
}

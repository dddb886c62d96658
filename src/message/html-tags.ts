// Reads an html document in one pass without building a tree: tags with their attributes, texts, style sheets. The one
// reader of html in the library. WHATWG HTML s13.2.5 (tokenization), and of s13.2.6 what switches the tokenizer.
import {
  closeElement,
  innermost,
  isForeign,
  noElements,
  type OpenElements,
  type OpenedTag,
  openElement,
} from "./html-elements.ts";
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

/** Attributes by name; of a repeated one the first (s13.2.5.33). */
export type HtmlAttributes = ReadonlyMap<string, HtmlAttribute>;

/** Where a tag is. */
export interface HtmlPlace {
  /** Offset of its `<`. */
  readonly start: number;
  /** True inside of a template element, whose content is not shown. */
  readonly isInert: boolean;
}

/** What is called on a walk over a document, in the order of the source. */
export interface HtmlVisitor {
  /** The attribute names that are worth telling. */
  readonly wanted: Pick<ReadonlySet<string>, "has">;
  /** `markup` reads what old Outlook reads, `<!--[if mso]> … <![endif]-->`; a comment for every other reader. */
  readonly conditionals: "markup" | "comment";
  /** A start tag, name in lower case; `holdsText` when up to its end tag there is no markup, as in `textarea`. */
  tag(element: string, attributes: HtmlAttributes, place: HtmlPlace, holdsText: boolean): void;
  /** The text of a style element, in svg a stretch of it. */
  style?(start: number, end: number): void;
  endTag?(element: string): void;
  /** A stretch of text; in `data` there are character references. */
  text?(start: number, end: number, kind: "data" | "raw"): void;
}

// s13.2.6.4: the tree builder switches the tokenizer for these elements. What a reader without scripting shows of
// a noscript element is markup.
const RAW_TEXT = ["style", "script", "title", "textarea", "xmp", "iframe", "noembed", "noframes"];
const RAW_TEXT_END = new Map(RAW_TEXT.map((name) => [name, new RegExp(`</${name}[\\t\\n\\f\\r />]`, "gi")]));
// s13.2.5.2: of these the text has character references.
const RCDATA = new Set(["title", "textarea"]);

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
const CDATA = "[CDATA[";

/** Walks over a document. Time is linear in its length, whatever it holds. */
export function walkHtml(html: string, visitor: HtmlVisitor): void {
  walkFrom({ html, visitor, comments: visitor.conditionals, open: noElements() }, 0);
}

interface Walk {
  readonly html: string;
  readonly visitor: HtmlVisitor;
  /** Inside a conditional comment, a comment is no document again. */
  readonly comments: HtmlVisitor["conditionals"];
  readonly open: OpenElements;
}

function walkFrom(walk: Walk, from: number): void {
  let done = from;
  for (let at = walk.html.indexOf("<", from); at >= 0; at = walk.html.indexOf("<", done)) {
    // A "<" that begins nothing is text.
    while (at >= 0 && !beginsMarkup(walk.html, at)) at = walk.html.indexOf("<", at + 1);
    if (at < 0) break;
    tellText(walk, done, at, "data");
    done = walkMarkup(walk, at);
  }
  tellText(walk, done, walk.html.length, "data");
}

function beginsMarkup(html: string, at: number): boolean {
  const next = html[at + 1] ?? "";
  return next === "!" || next === "?" || LETTER.test(next) || (next === "/" && at + 2 < html.length);
}

function tellText({ visitor, open }: Walk, start: number, end: number, kind: "data" | "raw"): void {
  if (end <= start) return;
  visitor.text?.(start, end, kind);
  if (isForeign(open) && innermost(open) === "style") visitor.style?.(start, end);
}

// What begins at a "<": gives the offset where text goes on.
function walkMarkup(walk: Walk, at: number): number {
  const { html } = walk;
  const next = html[at + 1] ?? "";
  if (next === "/") return LETTER.test(html[at + 2] ?? "") ? walkEndTag(walk, at) : pastBogusComment(html, at + 2);
  if (next === "?") return pastBogusComment(html, at + 1);
  if (next !== "!") return walkStartTag(walk, at);
  if (html.startsWith("--", at + 2)) return walkComment(walk, at + 4);
  if (html.startsWith(CDATA, at + 2) && isForeign(walk.open)) return walkCdata(walk, at + 2 + CDATA.length);
  return pastBogusComment(html, at + 2);
}

// s13.2.5.41: a doctype, a CDATA section in html, `<?` and `</1` all end at the first ">".
function pastBogusComment(html: string, from: number): number {
  const end = html.indexOf(">", from);
  return end < 0 ? html.length : end + 1;
}

// s13.2.5.69: in svg and math, text up to the brackets.
function walkCdata(walk: Walk, from: number): number {
  const close = walk.html.indexOf("]]>", from);
  const end = close < 0 ? walk.html.length : close;
  tellText(walk, from, end, "raw");
  return close < 0 ? end : end + "]]>".length;
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
  if (walk.comments === "markup" && content > from && content <= end) {
    // Cut at the end of the comment, so that nothing inside it reads on into the document.
    walkFrom({ html: html.slice(0, end), visitor: walk.visitor, comments: "comment", open: noElements() }, content);
  }
  return found === null ? html.length : end + found[0].length;
}

function walkEndTag(walk: Walk, at: number): number {
  const nameEnd = matchEnd(TAG_NAME, walk.html, at + 2);
  const { end, closed } = readAttributes(walk, nameEnd, undefined);
  if (!closed) return end;
  const name = lowerCase(walk.html.slice(at + 2, nameEnd));
  closeElement(walk.open, name);
  walk.visitor.endTag?.(name);
  return end;
}

function walkStartTag(walk: Walk, at: number): number {
  const { html, visitor, open } = walk;
  const nameEnd = matchEnd(TAG_NAME, html, at + 1);
  const name = lowerCase(html.slice(at + 1, nameEnd));
  const attributes = new Map<string, HtmlAttribute>();
  const { end, closed, selfClosing } = readAttributes(walk, nameEnd, attributes);
  if (!closed) return html.length; // s13.2.5.32: a tag that the document cuts off is no tag
  const isInert = open.templates > 0;
  const rules = openElement(open, openedTag(walk, name, selfClosing, { from: nameEnd, to: end }));
  const textEnd = rules === "html" ? RAW_TEXT_END.get(name) : undefined;
  const holdsText = textEnd !== undefined || (rules === "html" && name === "plaintext");
  visitor.tag(name, attributes, { start: at, isInert }, holdsText);
  if (!holdsText) return end;
  const close =
    textEnd === undefined ? html.length : name === "script" ? scriptEnd(html, end) : rawTextEnd(html, textEnd, end);
  if (close > end) visitor.text?.(end, close, RCDATA.has(name) ? "data" : "raw");
  if (name === "style") visitor.style?.(end, close);
  return close;
}

// Two elements are known by their attributes too; those are read again, since nobody may want them.
function openedTag(
  walk: Walk,
  name: string,
  selfClosing: boolean,
  range: { readonly from: number; readonly to: number },
): OpenedTag {
  if (name !== "font" && name !== "annotation-xml") return { name, selfClosing, has: () => false, holdsHtml: false };
  const all = new Map<string, HtmlAttribute>();
  readAttributes({ html: walk.html.slice(0, range.to), visitor: { wanted: EVERY } }, range.from, all);
  const encoding = all.get("encoding");
  const value = encoding === undefined ? "" : lowerCase(walk.html.slice(encoding.start, encoding.end));
  const holdsHtml = value === "text/html" || value === "application/xhtml+xml";
  return { name, selfClosing, has: (attribute) => all.has(attribute), holdsHtml };
}

const EVERY: Pick<ReadonlySet<string>, "has"> = { has: () => true };

// ASCII only: toLowerCase alone makes a "k" of the Kelvin sign.
function lowerCase(name: string): string {
  return name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

interface TagEnd {
  readonly end: number;
  readonly closed: boolean;
  readonly selfClosing: boolean;
}

interface AttributeReader {
  readonly html: string;
  readonly visitor: Pick<HtmlVisitor, "wanted">;
}

// s13.2.5.32 to s13.2.5.40. Wanted attributes go into `found`.
function readAttributes(reader: AttributeReader, from: number, found: Map<string, HtmlAttribute> | undefined): TagEnd {
  const { html } = reader;
  let at = from;
  let selfClosing = false;
  while (at < html.length) {
    const char = html[at] ?? "";
    if (char === ">") return { end: at + 1, closed: true, selfClosing };
    selfClosing = char === "/";
    if (selfClosing) at++;
    else if (BLANK.test(char)) at = matchEnd(SPACE, html, at);
    else at = readAttribute(reader, at, found);
  }
  return { end: html.length, closed: false, selfClosing: false };
}

function readAttribute(
  { html, visitor }: AttributeReader,
  from: number,
  found: Map<string, HtmlAttribute> | undefined,
): number {
  const nameEnd = matchEnd(ATTRIBUTE_NAME, html, from);
  const name = lowerCase(html.slice(from, nameEnd));
  const keep = found !== undefined && visitor.wanted.has(name) && !found.has(name);
  const equals = matchEnd(SPACE, html, nameEnd);
  if (html[equals] !== "=") {
    if (keep) found.set(name, { name, start: nameEnd, end: nameEnd, quote: "" });
    return equals;
  }
  const opening = matchEnd(SPACE, html, equals + 1);
  const char = html[opening] ?? "";
  const quote = char === '"' || char === "'" ? char : "";
  const start = opening + quote.length;
  const end = quote === "" ? matchEnd(UNQUOTED, html, start) : html.indexOf(quote, start);
  if (end < 0) return html.length;
  if (keep) found.set(name, { name, start, end, quote });
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

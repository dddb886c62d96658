// The one reader of html: start tags, texts and style sheets with their places in the source, as parse5 reads them.
// WHATWG HTML s13.2. A tree drops misplaced tags (a td without its table); here every tag is reported,
// and the tree is built only because it decides what is markup and what is text.
import {
  type DefaultTreeAdapterMap,
  defaultTreeAdapter,
  Parser,
  type Token,
  type TokenHandler,
  Tokenizer,
  TokenizerMode,
  type TreeAdapter,
} from "parse5";

/** A stretch of the source. */
export interface HtmlRange {
  readonly start: number;
  readonly end: number;
}

/** An attribute: its decoded value, and where name and value are in the source. */
export interface HtmlAttribute extends HtmlRange {
  readonly name: string;
  readonly value: string;
}

/** A start tag. */
export interface HtmlTag {
  /** Lower case, as are the names of the attributes. */
  readonly name: string;
  /** Of a repeated attribute the first. */
  readonly attributes: ReadonlyMap<string, HtmlAttribute>;
  /** Offset of its `<`. */
  readonly start: number;
  /** True inside of a template element, whose content is not shown. */
  readonly isInert: boolean;
  /** True when up to its end tag there is no markup, as in `textarea`. */
  readonly holdsText: boolean;
}

/** What is called on a pass over a document, in the order of the source. */
export interface HtmlVisitor {
  /** `markup` reads what old Outlook reads, `<!--[if mso]> … <![endif]-->`; a comment for every other reader. */
  readonly conditionals: "markup" | "comment";
  readonly tag?: (tag: HtmlTag) => void;
  readonly endTag?: (name: string) => void;
  /** Text between tags, character references decoded. It may come in pieces. */
  readonly text?: (text: string, start: number) => void;
  /** Where the text of a style element is, in svg a stretch of it. */
  readonly style?: (range: HtmlRange) => void;
}

/** Reads a document, or a part of one. Time is linear in its length, whatever it holds. */
export function readHtml(html: string, visitor: HtmlVisitor): void {
  readRange(html, { start: 0, end: html.length }, visitor);
}

// Texts and comments decide nothing.
const TREE: TreeAdapter<DefaultTreeAdapterMap> = {
  ...defaultTreeAdapter,
  insertText: () => undefined,
  insertTextBefore: () => undefined,
};

type Builder = Parser<DefaultTreeAdapterMap>;

function readRange(html: string, { start, end }: HtmlRange, visitor: HtmlVisitor): void {
  // What a reader without scripting shows of a noscript element is markup.
  const parser: Builder = new Parser({ scriptingEnabled: false, treeAdapter: TREE });
  const handler = { ...markupOf(html, start, visitor, parser), ...textOf(start, visitor, parser) };
  parser.tokenizer = new Tokenizer({ sourceCodeLocationInfo: true }, handler);
  parser.tokenizer.write(html.slice(start, end), true);
}

type MarkupHandler = Pick<TokenHandler, "onStartTag" | "onEndTag" | "onComment" | "onDoctype" | "onEof">;

// Each token is reported and handed on: the parser sets the state of the tokenizer, and needs no places.
function markupOf(html: string, base: number, visitor: HtmlVisitor, parser: Builder): MarkupHandler {
  // Where the text of a style that is open began or goes on.
  let style: number | undefined;
  const endStyle = (end: number) => {
    if (style !== undefined && style < end) visitor.style?.({ start: style, end });
    style = undefined;
  };
  return {
    onStartTag: (token) => {
      const { start, end } = rangeOf(token, base);
      endStyle(start);
      const tag = { ...readTag(token, base), isInert: parser.openElements.tmplCount > 0 };
      token.attrs = token.attrs.filter(({ name }) => DECIDING.has(name));
      token.location = null;
      parser.onStartTag(token);
      visitor.tag?.({ ...tag, holdsText: parser.tokenizer.state !== TokenizerMode.DATA });
      if (tag.name === "style" && isStyle(parser)) style = end;
    },
    onEndTag: (token) => {
      endStyle(rangeOf(token, base).start);
      const name = token.tagName;
      parser.onEndTag(token);
      visitor.endTag?.(name);
    },
    onComment: (token) => {
      const range = rangeOf(token, base);
      endStyle(range.start);
      if (visitor.conditionals === "markup") readConditional(html, range, visitor);
      if (isStyle(parser)) style = range.end;
    },
    onDoctype: (token) => parser.onDoctype(token),
    onEof: (token) => endStyle(rangeOf(token, base).start),
  };
}

// s13.2.6: the attributes that decide where elements go. The tree holds nothing else of a tag.
const DECIDING = new Set(["type", "color", "face", "size", "encoding"]);

type TextHandler = Pick<TokenHandler, "onCharacter" | "onWhitespaceCharacter" | "onNullCharacter">;

function textOf(base: number, visitor: HtmlVisitor, parser: Builder): TextHandler {
  const report = (token: Token.CharacterToken) => {
    visitor.text?.(token.chars, rangeOf(token, base).start);
    token.location = null;
  };
  return {
    onCharacter: (token) => {
      report(token);
      parser.onCharacter(token);
    },
    onWhitespaceCharacter: (token) => {
      report(token);
      parser.onWhitespaceCharacter(token);
    },
    onNullCharacter: (token) => {
      token.location = null;
      parser.onNullCharacter(token);
    },
  };
}

function rangeOf({ location }: Token.Token, base: number): HtmlRange {
  return { start: base + (location?.startOffset ?? 0), end: base + (location?.endOffset ?? 0) };
}

function isStyle({ openElements }: Builder): boolean {
  const { current } = openElements;
  return current !== undefined && "tagName" in current && current.tagName === "style";
}

// A comment that old Outlook reads as markup. Inside of it a comment is not a document again.
const CONDITIONAL = /^<!--\[if [^\]>]*\]>/i;

function readConditional(html: string, { start, end }: HtmlRange, visitor: HtmlVisitor): void {
  const comment = html.slice(start, end);
  const opening = CONDITIONAL.exec(comment)?.[0].length;
  if (opening === undefined) return;
  const closing = /--!?>$/.exec(comment.slice(-4))?.[0].length ?? 0;
  const content = { start: start + opening, end: Math.max(start + opening, end - closing) };
  readRange(html, content, { ...visitor, conditionals: "comment" });
}

function readTag({ tagName, attrs, location }: Token.TagToken, base: number) {
  const attributes = new Map<string, HtmlAttribute>();
  for (const { name, value } of attrs) {
    const at = location?.attrs?.[name];
    attributes.set(name, { name, value, start: base + (at?.startOffset ?? 0), end: base + (at?.endOffset ?? 0) });
  }
  return { name: tagName, attributes, start: base + (location?.startOffset ?? 0) };
}

/** Where the value of an attribute is in the source, its quotes included; undefined when it has none. */
export function valueRange(html: string, { start, end }: HtmlAttribute): HtmlRange | undefined {
  // s13.2.5.32: an equals sign may begin a name, and cannot be inside one.
  const equals = html.indexOf("=", start + 1);
  if (equals < 0 || equals >= end) return undefined;
  let at = equals + 1;
  while (at < end && /[\t\n\f\r ]/.test(html.charAt(at))) at++;
  return { start: at, end };
}

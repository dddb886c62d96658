// An html document as the rules look at it: start tags with their attributes, and the text between tags.
import { type HtmlTag, readHtml } from "../../mail/html/reader.ts";
import { linesOf } from "./finding.ts";

/** A start tag. */
export interface TagInHtml {
  /** Lower case, as are the names of the attributes. */
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly line: number;
}

/** Text between two tags, character references decoded. */
export interface ShownText {
  readonly text: string;
  readonly line: number;
  /** Within `code`, `pre`, `kbd` or `samp`, where a text shows what programs are made of. */
  readonly isCode: boolean;
}

/** A document. */
export interface HtmlView {
  readonly source: string;
  readonly tags: readonly TagInHtml[];
  readonly texts: readonly ShownText[];
}

// What is kept of a document of nothing but attributes would fill the memory.
const MOST_ATTRIBUTES = 20_000;

// The text in these is not shown.
const UNSEEN = new Set(["style", "script", "iframe", "noembed", "noframes"]);
const CODE = new Set(["code", "pre", "kbd", "samp"]);

/** The document; undefined when it has more attributes than any mail. */
export function viewOf(source: string): HtmlView | undefined {
  const lineAt = linesOf(source);
  const tags: TagInHtml[] = [];
  const texts: ShownText[] = [];
  // Pieces of the text since the last tag: comments cut it.
  let pieces: string[] = [];
  let line = 1;
  let attributeCount = 0;
  let codeDepth = 0;
  let within = "";
  const flush = () => {
    if (pieces.length > 0) texts.push({ text: pieces.join(""), line, isCode: codeDepth > 0 });
    pieces = [];
  };
  readHtml(source, {
    conditionals: "comment",
    tag: (tag) => {
      flush();
      within = tag.holdsText ? tag.name : "";
      if (CODE.has(tag.name)) codeDepth++;
      attributeCount += tag.attributes.size;
      if (attributeCount <= MOST_ATTRIBUTES) tags.push(tagOf(tag, lineAt(tag.start)));
    },
    endTag: (name) => {
      flush();
      within = "";
      if (CODE.has(name) && codeDepth > 0) codeDepth--;
    },
    text: (text, start) => {
      if (UNSEEN.has(within)) return;
      if (pieces.length === 0) line = lineAt(start);
      pieces.push(text);
    },
  });
  flush();
  if (attributeCount > MOST_ATTRIBUTES) return undefined;
  return { source, tags, texts };
}

function tagOf({ name, attributes }: HtmlTag, line: number): TagInHtml {
  return { name, line, attributes: new Map(Array.from(attributes, ([key, { value }]) => [key, value])) };
}

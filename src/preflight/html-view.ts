// An html document as the rules look at it: start tags with their attributes, and the text between tags. Read by
// parse5's tokenizer, as browsers do. WHATWG HTML s13.2.5, s13.2.6.
import type { Token } from "parse5";
import { tokenizeHtml } from "../html/tokenize.ts";
import { walkHtml } from "../message/html-tags.ts";

/** A start tag. */
export interface Tag {
  /** Lower case, as are the names of the attributes. */
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly line: number;
}

/** Text between two tags, character references decoded. */
export interface Text {
  readonly text: string;
  readonly line: number;
  /** Within `code`, `pre`, `kbd` or `samp`, where a text shows what programs are made of. */
  readonly isCode: boolean;
}

/** A document. */
export interface HtmlView {
  readonly source: string;
  readonly tags: readonly Tag[];
  readonly texts: readonly Text[];
}

// Every attribute becomes an object with its place: a document of nothing but attributes would fill the memory.
const MOST_ATTRIBUTES = 20_000;

/** The document; undefined when it has more attributes than any mail. */
export function viewOf(html: string): HtmlView | undefined {
  const counter = new AttributeCounter();
  walkHtml(html, { wanted: counter, tag: () => undefined, style: () => undefined });
  return counter.count > MOST_ATTRIBUTES ? undefined : new Reader(html).read();
}

/** Asked for the name of every attribute of a document, and wants none of them. */
class AttributeCounter extends Set<string> {
  count = 0;
  override has(_name: string): boolean {
    this.count++;
    return false;
  }
}

// Nobody reads what stands in these.
const UNSEEN = new Set(["style", "script", "iframe", "noembed", "noframes"]);
const CODE = new Set(["code", "pre", "kbd", "samp"]);

class Reader {
  readonly #source: string;
  readonly #tags: Tag[] = [];
  readonly #texts: Text[] = [];
  // Pieces of the text since the last tag; the tokenizer cuts at white space.
  #pieces: string[] = [];
  #line = 1;
  #code = 0;
  #within = "";

  constructor(source: string) {
    this.#source = source;
  }

  read(): HtmlView {
    tokenizeHtml(this.#source, {
      startTag: (token, holdsText) => this.#start(token, holdsText),
      endTag: (token) => this.#end(token),
      text: (token) => this.#text(token),
      end: () => this.#flush(),
    });
    return { source: this.#source, tags: this.#tags, texts: this.#texts };
  }

  #start({ tagName, attrs, location }: Token.TagToken, holdsText: boolean): void {
    this.#flush();
    this.#within = holdsText ? tagName : "";
    if (CODE.has(tagName)) this.#code++;
    const attributes = new Map(attrs.map(({ name, value }) => [name, value]));
    this.#tags.push({ name: tagName, attributes, line: location?.startLine ?? 1 });
  }

  #end({ tagName }: Token.TagToken): void {
    this.#flush();
    this.#within = "";
    if (CODE.has(tagName) && this.#code > 0) this.#code--;
  }

  #text({ chars, location }: Token.CharacterToken): void {
    if (UNSEEN.has(this.#within)) return;
    if (this.#pieces.length === 0) this.#line = location?.startLine ?? 1;
    this.#pieces.push(chars);
  }

  #flush(): void {
    if (this.#pieces.length === 0) return;
    this.#texts.push({ text: this.#pieces.join(""), line: this.#line, isCode: this.#code > 0 });
    this.#pieces = [];
  }
}

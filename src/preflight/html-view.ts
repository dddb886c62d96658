// An html document as the rules look at it: start tags with their attributes, and the text between tags.
import { attributeValue, textValue } from "../html/decode.ts";
import { type HtmlAttributes, type HtmlVisitor, walkHtml } from "../message/html-tags.ts";
import { linesOf } from "./lines.ts";

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
  walkHtml(html, { wanted: counter, conditionals: "comment", tag: () => undefined });
  return counter.count > MOST_ATTRIBUTES ? undefined : new Reader(html).read();
}

/** Asked for the name of every attribute of a document, and wants none of them. */
class AttributeCounter {
  count = 0;
  has(_name: string): boolean {
    this.count++;
    return false;
  }
}

const EVERY: HtmlVisitor["wanted"] = { has: () => true };

// Nobody reads what stands in these.
const UNSEEN = new Set(["style", "script", "iframe", "noembed", "noframes"]);
const CODE = new Set(["code", "pre", "kbd", "samp"]);

class Reader {
  readonly #source: string;
  readonly #lineAt: (offset: number) => number;
  readonly #tags: Tag[] = [];
  readonly #texts: Text[] = [];
  // Pieces of the text since the last tag: comments cut it.
  #pieces: string[] = [];
  #line = 1;
  #code = 0;
  #within = "";

  constructor(source: string) {
    this.#source = source;
    this.#lineAt = linesOf(source);
  }

  read(): HtmlView {
    walkHtml(this.#source, {
      wanted: EVERY,
      conditionals: "comment",
      tag: (name, attributes, { start }, holdsText) => this.#start(name, attributes, start, holdsText),
      endTag: (name) => this.#end(name),
      text: (start, end, kind) => this.#text(start, end, kind),
    });
    this.#flush();
    return { source: this.#source, tags: this.#tags, texts: this.#texts };
  }

  #start(name: string, attributes: HtmlAttributes, start: number, holdsText: boolean): void {
    this.#flush();
    this.#within = holdsText ? name : "";
    if (CODE.has(name)) this.#code++;
    const values = new Map<string, string>();
    for (const one of attributes.values()) values.set(one.name, attributeValue(this.#source.slice(one.start, one.end)));
    this.#tags.push({ name, attributes: values, line: this.#lineAt(start) });
  }

  #end(name: string): void {
    this.#flush();
    this.#within = "";
    if (CODE.has(name) && this.#code > 0) this.#code--;
  }

  #text(start: number, end: number, kind: "data" | "raw"): void {
    if (UNSEEN.has(this.#within)) return;
    if (this.#pieces.length === 0) this.#line = this.#lineAt(start);
    const raw = this.#source.slice(start, end);
    this.#pieces.push(kind === "data" ? textValue(raw) : raw);
  }

  #flush(): void {
    if (this.#pieces.length === 0) return;
    this.#texts.push({ text: this.#pieces.join(""), line: this.#line, isCode: this.#code > 0 });
    this.#pieces = [];
  }
}

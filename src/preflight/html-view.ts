// An html document as the rules look at it: start tags with their attributes, and the text between tags. Read by
// parse5's tokenizer, as browsers do. WHATWG HTML s13.2.5, s13.2.6.
import { type Token, Tokenizer, TokenizerMode } from "parse5";
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

type Mode = (typeof TokenizerMode)[keyof typeof TokenizerMode];

// s13.2.6.4: what the tree builder makes of these elements. Scripts do not run in a mail: noscript is markup.
const MODES: ReadonlyMap<string, Mode> = new Map<string, Mode>([
  ["title", TokenizerMode.RCDATA],
  ["textarea", TokenizerMode.RCDATA],
  ["script", TokenizerMode.SCRIPT_DATA],
  ["plaintext", TokenizerMode.PLAINTEXT],
  ["style", TokenizerMode.RAWTEXT],
  ["xmp", TokenizerMode.RAWTEXT],
  ["iframe", TokenizerMode.RAWTEXT],
  ["noembed", TokenizerMode.RAWTEXT],
  ["noframes", TokenizerMode.RAWTEXT],
]);

// Nobody reads what stands in these.
const UNSEEN = new Set(["style", "script", "iframe", "noembed", "noframes"]);
const CODE = new Set(["code", "pre", "kbd", "samp"]);

class Reader {
  readonly #source: string;
  readonly #tags: Tag[] = [];
  readonly #texts: Text[] = [];
  readonly #tokenizer: Tokenizer;
  // Pieces of the text since the last tag; the tokenizer cuts at white space.
  #pieces: string[] = [];
  #line = 1;
  #code = 0;
  #within = "";

  constructor(source: string) {
    this.#source = source;
    const text = (token: Token.CharacterToken) => this.#text(token);
    this.#tokenizer = new Tokenizer(
      { sourceCodeLocationInfo: true },
      {
        onStartTag: (token) => this.#start(token),
        onEndTag: (token) => this.#end(token),
        onEof: () => this.#flush(),
        onComment: () => undefined,
        onDoctype: () => undefined,
        onCharacter: text,
        onNullCharacter: text,
        onWhitespaceCharacter: text,
      },
    );
  }

  read(): HtmlView {
    this.#tokenizer.write(this.#source, true);
    return { source: this.#source, tags: this.#tags, texts: this.#texts };
  }

  #start({ tagName, attrs, location }: Token.TagToken): void {
    this.#flush();
    this.#tokenizer.state = MODES.get(tagName) ?? this.#tokenizer.state;
    this.#within = MODES.has(tagName) ? tagName : "";
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

// Html as tokens: parse5's tokenizer, told which elements hold text that is no markup, as a tree builder tells it.
// WHATWG HTML s13.2.5, s13.2.6.
import { type Token, Tokenizer, TokenizerMode } from "parse5";

type Mode = (typeof TokenizerMode)[keyof typeof TokenizerMode];

// s13.2.6.4: what the tree builder makes of these elements. Scripts do not run in a mail: noscript is markup.
const TEXT_ONLY: ReadonlyMap<string, Mode> = new Map<string, Mode>([
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

/** What is called for each token, with its place in the source. */
export interface HtmlHandlers {
  /** `holdsText`: up to its end tag there is text and no markup, as in `style`. */
  readonly startTag: (token: Token.TagToken, holdsText: boolean) => void;
  readonly endTag: (token: Token.TagToken) => void;
  readonly text?: (token: Token.CharacterToken) => void;
  readonly comment?: (token: Token.CommentToken) => void;
  readonly end: () => void;
}

/** Reads `html` to its end. Linear in its length. */
export function tokenizeHtml(html: string, handlers: HtmlHandlers): void {
  const text = handlers.text ?? ignore;
  let foreign = 0;
  const tokenizer = new Tokenizer(
    { sourceCodeLocationInfo: true },
    {
      onStartTag: (token) => {
        if (isForeign(token) && !token.selfClosing) foreign++;
        const mode = TEXT_ONLY.get(token.tagName);
        // In svg and math `<style/>` is a whole element; in html the slash means nothing.
        const holdsText = mode !== undefined && !(token.selfClosing && foreign > 0);
        if (holdsText) tokenizer.state = mode;
        handlers.startTag(token, holdsText);
      },
      onEndTag: (token) => {
        if (isForeign(token) && foreign > 0) foreign--;
        handlers.endTag(token);
      },
      onComment: handlers.comment ?? ignore,
      onEof: handlers.end,
      onDoctype: ignore,
      onCharacter: text,
      onNullCharacter: text,
      onWhitespaceCharacter: text,
    },
  );
  tokenizer.write(html, true);
}

function isForeign({ tagName }: Token.TagToken): boolean {
  return tagName === "svg" || tagName === "math";
}

function ignore(): void {}

// Where a message links to: the anchors of its html and the URLs in its plain text.
import { Tokenizer, TokenizerMode } from "parse5";
import type { ReadMessage } from "./mail.ts";

type Mode = (typeof TokenizerMode)[keyof typeof TokenizerMode];

// What stands in these is text, whatever it looks like (WHATWG HTML s13.2.6).
const modes: ReadonlyMap<string, Mode> = new Map<string, Mode>([
  ["title", TokenizerMode.RCDATA],
  ["textarea", TokenizerMode.RCDATA],
  ["style", TokenizerMode.RAWTEXT],
  ["script", TokenizerMode.SCRIPT_DATA],
]);

const ignore = (): void => undefined;

/** Every link once, those of the html first, as a browser reads them. */
export function linksOf({ html, text }: Pick<ReadMessage, "html" | "text">): readonly string[] {
  return [...new Set([...htmlLinks(html ?? ""), ...textLinks(text ?? "")])];
}

function htmlLinks(html: string): readonly string[] {
  const links: string[] = [];
  const tokenizer = new Tokenizer(
    {},
    {
      onStartTag: ({ tagName, attrs }) => {
        tokenizer.state = modes.get(tagName) ?? tokenizer.state;
        if (tagName !== "a" && tagName !== "area") return;
        const href = attrs.find(({ name }) => name === "href");
        if (href !== undefined) links.push(href.value.trim());
      },
      onEndTag: ignore,
      onComment: ignore,
      onEof: ignore,
      onDoctype: ignore,
      onCharacter: ignore,
      onNullCharacter: ignore,
      onWhitespaceCharacter: ignore,
    },
  );
  tokenizer.write(html, true);
  return links;
}

// Mail readers end a URL before the punctuation of the sentence around it.
function textLinks(text: string): readonly string[] {
  const found = text.match(/\b(?:https?:\/\/|mailto:)[^\s<>"]{1,4000}/g) ?? [];
  return found.map((url) => url.replace(/[.,;:!?'")\]]{1,20}$/, ""));
}

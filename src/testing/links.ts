// Where a message links to: the anchors of its html and the URLs in its plain text.
import { readHtml } from "../html/reader.ts";
import { trimUrl } from "../html/urls.ts";
import type { ReadMessage } from "./mail.ts";

/** Every link once, those of the html first, as a browser reads them. */
export function linksOf({ html, text }: Pick<ReadMessage, "html" | "text">): readonly string[] {
  return [...new Set([...htmlLinks(html ?? ""), ...textLinks(text ?? "")])];
}

// WHATWG HTML s4.6.1, SVG 2 s16.2: the elements that lead somewhere, by href, in svg by xlink:href too.
const LINKS = new Set(["a", "area"]);

function htmlLinks(html: string): readonly string[] {
  const links: string[] = [];
  let base: string | undefined;
  readHtml(html, {
    conditionals: "comment",
    tag: ({ name, attributes, isInert }) => {
      const href = attributes.get("href") ?? attributes.get("xlink:href");
      if (href === undefined || isInert) return;
      const url = trimUrl(href.value);
      if (name === "base") base ??= url;
      if (LINKS.has(name)) links.push(url);
    },
  });
  return base === undefined ? links : links.flatMap((link) => withBase(link, base));
}

// WHATWG HTML s4.2.3: the first base gives the address that other links are relative to, wherever it is.
function withBase(link: string, base: string | undefined): readonly string[] {
  return URL.canParse(link) || !URL.canParse(link, base) ? [link] : [link, new URL(link, base).href];
}

// Mail readers end a URL before the punctuation of the sentence around it.
function textLinks(text: string): readonly string[] {
  const found = text.match(/\b(?:https?:\/\/|mailto:)[^\s<>"]{1,4000}/g) ?? [];
  return found.map((url) => url.replace(/[.,;:!?'")\]]{1,20}$/, ""));
}

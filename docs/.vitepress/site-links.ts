// Pages link to sources and tests beside this folder, as a reader of the repository wants it. On the site an example
// has a page of its own, and a link to any other file of the repository is its name alone.
import type { MarkdownRenderer } from "vitepress";

type Rule = Parameters<MarkdownRenderer["core"]["ruler"]["push"]>[1];

const EXAMPLE = /^\.\.\/examples\/(.+)\.ts$/;

/** A rule for markdown-it. */
export const stayOnSite: Rule = ({ tokens }) => {
  for (const { children } of tokens) {
    let leaving = false;
    for (const token of children ?? []) {
      const href = token.type === "link_open" ? (token.attrGet("href") ?? "") : "";
      const [, example] = EXAMPLE.exec(href) ?? [];
      if (example !== undefined) token.attrSet("href", `./examples/${example.replaceAll("/", "-")}`);
      else if (href.startsWith("../")) leaving = true;
      if (leaving && (token.type === "link_open" || token.type === "link_close")) {
        leaving = token.type === "link_open";
        token.type = "text";
        token.tag = "";
        token.nesting = 0;
        token.content = "";
      }
    }
  }
};

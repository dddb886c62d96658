// Messages in code blocks: names of fields and boundary lines are coloured, all else is text.
import type { MarkdownOptions } from "vitepress";

export const eml: NonNullable<MarkdownOptions["languages"]>[number] = {
  name: "eml",
  scopeName: "text.eml",
  repository: {},
  patterns: [
    // RFC 5322 s2.2: a name of printable ASCII, then a colon.
    { match: "^(?:[A-Z][!-9;-~]*)(?=: )", name: "entity.name.tag" },
    { match: "^--[A-Z]+(?:--)?$", name: "keyword" },
    { match: "=\\?[^? ]+\\?[BQ]\\?[^? ]*\\?=", name: "string" },
  ],
};

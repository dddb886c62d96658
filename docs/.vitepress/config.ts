// The documentation site: the guides of this folder, the API reference made of the sources, the examples. Nothing in it
// comes from elsewhere: no font, no script, no counter; the search runs in the page.
import { defineConfig } from "vitepress";
import { eml } from "./eml-grammar.ts";
import { sidebar } from "./pages.ts";
import { stayOnSite } from "./site-links.ts";

const wide = new Set(["errors.md", "rfcs.md"]);

export default defineConfig({
  title: "mimewright",
  description: "Composes MIME messages that every parser reads back exactly, and sends them raw through Amazon SES.",
  lang: "en",
  cleanUrls: true,
  // The folder of the host that the site is put into, with a slash at both ends.
  base: process.env.DOCS_BASE ?? "/",
  outDir: "../.build/docs",
  cacheDir: "../.build/docs-cache",
  markdown: {
    languages: [eml],
    // The default ones have comments and names with less than 4.5:1 on the ground of a code block (WCAG 2.2 s1.4.3).
    theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
    config: (md) => md.core.ruler.push("stay-on-site", stayOnSite),
  },
  transformPageData(page) {
    if (wide.has(page.relativePath)) Object.assign(page.frontmatter, { pageClass: "wide", aside: false });
  },
  themeConfig: {
    search: { provider: "local" },
    outline: { level: [2, 3] },
    nav: [
      { text: "Guide", link: "/getting-started" },
      { text: "Examples", link: "/examples" },
      { text: "API", link: "/api/" },
    ],
    sidebar: sidebar(),
    docFooter: { prev: "Before", next: "Next" },
  },
});

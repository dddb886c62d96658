import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const root = new URL("../../", import.meta.url);
const pages = [
  ...["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"],
  ...readdirSync(new URL("docs/", root))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

// Code is no prose: neither its brackets nor its number signs count.
function proseOf(url: URL): string {
  return readFileSync(url, "utf8")
    .replace(/^```[\s\S]*?^```$/gm, "")
    .replace(/`[^`\n]*`/g, (code) => code.replace(/[[\]]/g, "_"));
}

function anchorsOf(url: URL): readonly string[] {
  return [...proseOf(url).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s-]/gu, "")
      .trim()
      .replace(/\s+/g, "-"),
  );
}

it("the home page of the site leads to pages that exist", () => {
  const home = readFileSync(new URL("docs/index.md", root), "utf8");
  const links = [...home.matchAll(/^ *link: \/(\S+)$/gm)].map(([, name = ""]) => name);
  expect(links).not.toHaveLength(0);
  expect(links.filter((name) => !existsSync(new URL(`docs/${name}.md`, root)))).toEqual([]);
});

describe.each(pages)("%s", (page) => {
  const here = new URL(page, root);
  const links = [...proseOf(here).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);

  it("links to files and headings that exist", () => {
    const broken = links.filter((target) => {
      if (/^https?:/i.test(target)) return false;
      const [path = "", anchor] = target.split("#");
      const there = path === "" ? here : new URL(path, here);
      if (!existsSync(there)) return true;
      return anchor !== undefined && !anchorsOf(there).includes(anchor);
    });
    expect(broken).toEqual([]);
  });
});

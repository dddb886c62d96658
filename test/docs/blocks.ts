// The code blocks of README and guides, and the files that they become to be run and type-checked.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = new URL("../../", import.meta.url);

/** README and every guide. */
export const pages = [
  "README.md",
  ...readdirSync(new URL("docs/", root))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

/** A block of TypeScript. */
export interface Block {
  readonly code: string;
  /** The block that shows what it prints, if one follows. */
  readonly output: string | undefined;
  readonly line: number;
}

/** The text of a page. */
export function textOf(page: string): string {
  return readFileSync(new URL(page, root), "utf8");
}

/**
 * The blocks of a page. A fence is a line that starts with three backticks; `ts` is run, a `text` or `eml` block right
 * after it is its output.
 */
export function blocksOf(name: string): readonly Block[] {
  const page = textOf(name);
  const blocks: Block[] = [];
  let code: { text: string; line: number } | undefined;
  for (const match of page.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)) {
    const [, language, body = ""] = match;
    if (code !== undefined) {
      const shows = language === "text" || language === "eml";
      blocks.push({ code: code.text, line: code.line, output: shows ? body : undefined });
      code = undefined;
    }
    if (language === "ts") code = { text: body, line: page.slice(0, match.index).split("\n").length };
  }
  if (code !== undefined) blocks.push({ code: code.text, line: code.line, output: undefined });
  return blocks;
}

/** Writes a block to a file in a folder of the user's own: tests run at the same time. @returns its path */
export function writeBlock(page: string, { code, line }: Block, user: "run" | "types"): string {
  const folder = new URL(`out/docs/${user}/`, root);
  mkdirSync(folder, { recursive: true });
  const path = fileURLToPath(new URL(`${page.replace(/\W/g, "-")}-${line}.ts`, folder));
  writeFileSync(path, code);
  return path;
}

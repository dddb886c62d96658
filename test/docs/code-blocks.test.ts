import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it, vi } from "vitest";

const root = new URL("../../", import.meta.url);
const built = new URL("out/docs/", root);
const pages = [
  "README.md",
  ...readdirSync(new URL("docs/", root))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

interface Block {
  readonly code: string;
  /** The block that shows what it prints, if one follows. */
  readonly output: string | undefined;
  readonly line: number;
}

// A fence is a line that starts with three backticks; `ts` is run, a `text` or `eml` block right after it is its output.
function blocksOf(page: string): readonly Block[] {
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

// Names that come from a seed stand as placeholders in the pages.
function masked(text: string): string {
  return text
    .replace(/\r\n/g, "\n")
    .replace(/[0-9a-f]{24}=_\d{5}/g, "BOUNDARY")
    .replace(/<[0-9a-f]{32}@/g, "<ID@")
    .trim();
}

async function run(page: string, { code, line }: Block): Promise<string> {
  mkdirSync(built, { recursive: true });
  const path = fileURLToPath(new URL(`${page.replace(/\W/g, "-")}-${line}.ts`, built));
  writeFileSync(path, code);
  const printed: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((...values: unknown[]) => {
    printed.push(values.map(String).join(" "));
  });
  try {
    await import(/* @vite-ignore */ path);
  } finally {
    log.mockRestore();
  }
  return printed.join("\n");
}

describe.each(pages)("%s", (name) => {
  const blocks = blocksOf(readFileSync(new URL(name, root), "utf8"));
  it.each(blocks.map((block) => [block.line, block] as const))(
    "runs the block at line %i and prints what it shows",
    async (_, block) => {
      const printed = await run(name, block);
      if (block.output !== undefined) expect(masked(printed)).toBe(masked(block.output));
    },
  );

  it("has fences that close", () => {
    expect(readFileSync(new URL(name, root), "utf8").match(/^```/gm)?.length ?? 0).toSatisfy(
      (count: number) => count % 2 === 0,
    );
  });
});

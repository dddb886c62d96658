// The code blocks of pages as tests: each is run, and what it prints is what the page shows after it.
import { describe, expect, it, vi } from "vitest";
import { type Block, blocksOf, textOf, writeBlock } from "./blocks.ts";

// Names that come from a seed stand as placeholders in the pages.
function masked(text: string): string {
  return text
    .replace(/\r\n/g, "\n")
    .replace(/[0-9a-f]{24}=_\d{5}/g, "BOUNDARY")
    .replace(/<[0-9a-f]{32}@/g, "<ID@")
    .trim();
}

async function run(page: string, block: Block): Promise<string> {
  const path = writeBlock(page, block, "run");
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

/** Runs every block of the pages, and compares what it prints with what the page shows. */
export function testPages(names: readonly string[]): void {
  describe.each(names)("%s", (name) => {
    const blocks = blocksOf(name);
    it.each(blocks.map((block) => [block.line, block] as const))(
      "runs the block at line %i and prints what it shows",
      async (_, block) => {
        const printed = await run(name, block);
        if (block.output !== undefined) expect(masked(printed)).toBe(masked(block.output));
      },
    );

    it("has fences that close", () => {
      expect(textOf(name).match(/^```/gm)?.length ?? 0).toSatisfy((count: number) => count % 2 === 0);
    });
  });
}

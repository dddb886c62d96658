import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { blocksOf, pages, writeBlock } from "./blocks.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

function problemsOf(files: readonly string[]): readonly string[] {
  const { config } = ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, root);
  const aliases = fileURLToPath(new URL("aliases.d.ts", import.meta.url));
  const program = ts.createProgram([...files, aliases], { ...options, noUnusedLocals: false, noEmit: true });
  const problems = files.flatMap((file) => {
    const source = program.getSourceFile(file);
    return source === undefined
      ? []
      : [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
  });
  return problems.map(
    ({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`,
  );
}

describe("the code blocks of README and guides", () => {
  it("are what the compiler takes, strict as it is here", () => {
    const files = pages.flatMap((page) => blocksOf(page).map((block) => writeBlock(page, block, "types")));
    expect(problemsOf(files)).toEqual([]);
  }, 120_000);
});

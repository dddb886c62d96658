// What is built is shorter than the sources, and a stack trace still reads as they do.
import { parseAst } from "rolldown/parseAst";
import { describe, expect, it } from "vitest";
import { shorten } from "../../scripts/shorten.mjs";

function shortened(code: string): string {
  return shorten.renderChunk.call({ parse: (text) => parseAst(text) }, code, { fileName: "chunk.js" }).code;
}

describe("shortened code", () => {
  it.each([
    ["function", "function readWhole(text) { return text + text; } export const f = [readWhole];"],
    ["arrow function", "const readWhole = (text) => text + text; export const f = [readWhole];"],
    ["class", "class readWhole { constructor(text) { this.text = text; } } export const f = [readWhole];"],
    ["method", "export const f = { readWhole(text) { return text + text; } };"],
  ])("keeps the name of a %s, which a stack trace shows", (_, code) => {
    expect(shortened(code)).toContain("readWhole");
    expect(shortened(code)).not.toContain("(text)");
  });

  it("keeps the names of properties, which logs show", () => {
    expect(shortened("export const f = (given) => ({ ...given, retryAfter: 1 });")).toContain("retryAfter:");
  });

  it("has a line for each declaration, so that the line of a stack trace names one", () => {
    const code = `const first = globalThis.a, second = globalThis.b;
      const third = globalThis.c;
      function one() { return first; }
      function two() { return second + third; }
      export { one, two };`;
    expect(
      shortened(code)
        .split("\n")
        .map((line) => line.match(/globalThis\.\w|function \w+|export/g)),
    ).toEqual([["globalThis.a"], ["globalThis.b"], ["globalThis.c"], ["function one"], ["function two"], ["export"]]);
  });

  it("keeps the first line of an executable", () => {
    expect(shortened("#!/usr/bin/env node\nconsole.log(1);")).toMatch(/^#!\/usr\/bin\/env node\nconsole/);
  });

  it("is ASCII, which Node reads without decoding, and means the same text", () => {
    const code = shortened('export const text = "é…😀";');
    expect(code).toMatch(/^[ -~\n]*$/);
    expect(code).toContain("\\u00e9\\u2026\\ud83d\\ude00");
  });
});

// What the build writes around tables changes nothing but what bundlers may leave out.
import { rolldown } from "rolldown";
import { parseAst } from "rolldown/parseAst";
import { describe, expect, it } from "vitest";
import { markPure } from "../../scripts/pure.mjs";

function marked(code: string, fileName = "chunk.js"): string {
  const { renderChunk } = markPure(["kept.js"]);
  return renderChunk.call({ parse: (text) => parseAst(text) }, code, { fileName })?.code ?? code;
}

/** The exports of a module, as text: functions and classes by their names. */
async function run(code: string): Promise<string> {
  const exports: object = await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(code)}`);
  return JSON.stringify(exports, (_, value: unknown) => {
    if (typeof value === "function") return `function ${value.name}`;
    if (value instanceof Map || value instanceof Set) return [...value];
    return value === undefined ? "undefined" : value;
  });
}

async function bundled(code: string): Promise<string> {
  const bundle = await rolldown({
    input: "entry",
    plugins: [
      {
        name: "text",
        resolveId: (id) => id,
        load: (id) => (id === "entry" ? 'import { used } from "library"; console.log(used);' : code),
      },
    ],
  });
  const { output } = await bundle.generate({ minify: false });
  await bundle.close();
  return output[0].code;
}

describe("a table", () => {
  it.each([
    ["of a call", "const at = (x) => x + 1; export const value = at(1);"],
    ["of a constructor", 'export const value = new Map([["a", new Set([1])]]);'],
    ["of a spread", "const all = [1, 2]; export const value = [...all, 3];"],
    ["that is an object", "const f = () => 2; export const value = { a: f(), b: { c: f() } };"],
    ["of a tagged template", "const tag = (parts) => parts[0]; export const value = tag`text`;"],
    ["that uses this, which is undefined", "const f = (x) => typeof x; export const value = f(this);"],
    ["that asks for its module", "const f = (x) => typeof x; export const value = f(import.meta.url);"],
    ["after another", "const f = (x) => x; const a = f(1); export const value = f(a), other = f(a + 1);"],
  ])("%s has the same value", async (_, code) => {
    const wrapped = marked(code);
    expect(wrapped).toContain("/* @__PURE__ */ (() => ");
    expect(await run(wrapped)).toBe(await run(code));
  });

  it("stays in its line", () => {
    const code = "const f = (x) => x;\nexport const value = f([\n  1,\n]);\nexport const other = 1;\n";
    expect(marked(code).split("\n").length).toBe(code.split("\n").length);
  });

  it("is left out by a bundler where nobody uses it", async () => {
    const code = 'const make = () => new Map([["unused", 1]]); const table = make(); export const used = 1;';
    expect(await bundled(marked(code))).not.toContain("unused");
  });
});

describe("what is no table is left as it is", () => {
  it.each([
    ["a class, which has its name from the constant", "export const Value = class { #held = new Map(); };"],
    ["a function, likewise", "export const value = () => new Map();"],
    ["what is awaited", "export const value = await Promise.resolve(1);"],
    ["what is awaited inside of a call", "export const value = String(await Promise.resolve(1));"],
    ["a variable that changes", "let value = Number(1); value += 1; export { value };"],
    ["a literal", 'export const value = { a: [1, "b"] };'],
    ["a call that nobody names", "String(1); export const value = 1;"],
    ["what is marked", "export const value = /* @__PURE__ */ new Map();"],
    ["a call inside of a function", "export function value() { const inner = new Map(); return inner; }"],
  ])("%s", async (_, code) => {
    expect(marked(code)).toBe(code);
    expect(await run(code)).toContain("alue");
  });

  it("a chunk that is imported for what it does", () => {
    expect(marked("const table = new Map();", "kept.js")).toBe("const table = new Map();");
  });
});

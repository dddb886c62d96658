// One name means one thing: whoever searches for a type finds its one declaration.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Files that declare an exported type, by the name of the type. */
function declarations(): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const name of readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".ts")) continue;
    const source = ts.createSourceFile(name, readFileSync(join(root, "src", name), "utf8"), ts.ScriptTarget.Latest);
    for (const statement of source.statements) {
      if (!isType(statement) || !isExported(statement)) continue;
      const type = statement.name?.text ?? "default";
      found.set(type, [...(found.get(type) ?? []), name]);
    }
  }
  return found;
}

function isType(node: ts.Statement): node is ts.InterfaceDeclaration | ts.TypeAliasDeclaration | ts.ClassDeclaration {
  return ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) || ts.isClassDeclaration(node);
}

function isExported(node: ts.InterfaceDeclaration | ts.TypeAliasDeclaration | ts.ClassDeclaration): boolean {
  return node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

test("an exported type name is declared once", () => {
  const all = declarations();
  expect(all.size).toBeGreaterThan(300);
  expect([...all].filter(([, files]) => files.length > 1)).toEqual([]);
});

test("the glossary has at most 40 words, each in one line with what it means", () => {
  const page = readFileSync(join(root, "docs/glossary.md"), "utf8");
  const rows = page
    .split("\n")
    .filter((line) => /^\| [^-|]/.test(line))
    .slice(1);
  expect(rows.length).toBeGreaterThan(10);
  expect(rows.length).toBeLessThanOrEqual(40);
  for (const row of rows)
    expect(
      row
        .split("|")
        .map((cell) => cell.trim())
        .filter(Boolean),
    ).toHaveLength(2);
  const words = rows.map((row) => row.split("|")[1]?.trim().toLowerCase());
  expect(words).toEqual([...new Set(words)]);
  expect(words).toEqual([...words].sort());
});

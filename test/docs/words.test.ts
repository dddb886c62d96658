// Comments, messages and pages are ordinary technical English: phrases that only insiders understand do not come back.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** What must not come back, and what to write instead. */
const PHRASES: readonly (readonly [RegExp, string])[] = [
  [/\bstands\b(?! for)/i, "is, occurs, is kept"],
  [/\b(?:can|may|must|has to) stand\b(?! for)/i, "may occur, is allowed"],
  [/\btold\b/i, "reported, called with"],
  [/\bnobody\b/i, "no recipient, no caller, unknown"],
  [/\bsomebody\b/i, "another program, a caller, a recipient"],
  [/\banybody\b/i, "any sender, anyone"],
  [/\b(?:this|that|it|what) is no (?!longer\b|more\b|such\b)/i, "is not a, invalid"],
  [/\bof one's own\b/i, "custom"],
  [/\btakes nothing\b/i, "accepts nothing, is closed"],
  [/\bnothing to say\b/i, "no issues found"],
  [/\bsays no\b/i, "refuses"],
];

/** Where such a word is right: data, and the text of a mail. */
const EXCEPTIONS: readonly (readonly [file: string, text: string])[] = [
  ["src/deliver/queue/budget-scripts.ts", "told"], // a variable and a key of Redis in Lua
  ["src/local/account/verification.ts", "Somebody asked to verify "],
  ["src/testing/expect-head.ts", "nobody"],
];

interface Line {
  readonly file: string;
  readonly text: string;
}

function files(folder: string, extension: string): readonly string[] {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" });
  return names.filter((name) => name.endsWith(extension)).map((name) => `${folder}/${name.replaceAll("\\", "/")}`);
}

function lines(file: string, text: string): readonly Line[] {
  return text.split("\n").map((line) => ({ file, text: line }));
}

/** Comments and string literals of a source file; names of variables are left out. */
function proseOf(file: string): readonly Line[] {
  const text = readFileSync(join(root, file), "utf8");
  if (!PHRASES.some(([phrase]) => phrase.test(text))) return []; // most files: not worth a parser's time
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: Line[] = [];
  const add = (from: number, to: number) => found.push(...lines(file, text.slice(from, to)));
  const comments = (ranges: readonly ts.CommentRange[] | undefined) => {
    for (const { pos, end } of ranges ?? []) add(pos, end);
  };
  const visit = (node: ts.Node): void => {
    if (isText(node)) add(node.getStart(source), node.end);
    const children = node.getChildren(source);
    if (children.length === 0) {
      comments(ts.getLeadingCommentRanges(text, node.pos));
      comments(ts.getTrailingCommentRanges(text, node.end));
    }
    for (const child of children) if (!ts.isJSDoc(child)) visit(child);
  };
  visit(source);
  return found;
}

function isText(node: ts.Node): boolean {
  return ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node);
}

function phrasesIn(prose: readonly Line[]): readonly string[] {
  const found = new Set<string>();
  for (const { file, text } of prose) {
    const allowed = EXCEPTIONS.filter((exception) => exception[0] === file);
    const left = allowed.reduce((rest, [, words]) => rest.replaceAll(words, ""), text);
    for (const [phrase, instead] of PHRASES)
      if (phrase.test(left)) found.add(`${file}: "${text.trim()}" – write: ${instead}`);
  }
  return [...found];
}

describe("ordinary technical English", () => {
  it("is what comments, errors and hints in src are written in", () => {
    const sources = files("src", ".ts");
    expect(sources.length).toBeGreaterThan(300);
    expect(phrasesIn(sources.flatMap(proseOf))).toEqual([]);
  });

  it("is what README and docs are written in", () => {
    const pages = ["README.md", ...files("docs", ".md")];
    expect(phrasesIn(pages.flatMap((page) => lines(page, readFileSync(join(root, page), "utf8"))))).toEqual([]);
  });

  it("has no exception that is not used", () => {
    for (const [file, text] of EXCEPTIONS) expect(proseOf(file).some((line) => line.text.includes(text))).toBe(true);
  });

  it.each([
    "a line of an mbox file stands before the head",
    "this is no message id",
    "the message goes to nobody",
    "a tree of one's own cannot be queued",
  ])("does not contain: %s", (text) => {
    expect(phrasesIn([{ file: "a.ts", text }])).toHaveLength(1);
  });
});

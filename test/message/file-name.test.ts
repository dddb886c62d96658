import { describe, expect, it } from "vitest";
import type { Issue } from "../../src/issues.ts";
import { readFileName } from "../../src/message/file-name.ts";

function read(input: unknown) {
  const issues: Issue[] = [];
  const name = readFileName(input, ["filename"], (issue) => issues.push(issue));
  return { name, found: issues.map((issue) => `${issue.severity} ${issue.code}`) };
}

describe("file names", () => {
  it.each([
    "report.pdf",
    "a b (1).txt",
    'a"b.txt',
    "a\\b.txt",
    "ü.txt",
    "日本.pdf",
    "family 👩‍👩‍👧.png",
    ".profile",
    "Q: who.txt",
    "a.",
    "..a",
  ])("keeps %s", (name) => {
    expect(read(name)).toEqual({ name, found: [] });
  });

  it.each([
    ["../../etc/passwd", "passwd"],
    ["/tmp/a.txt", "a.txt"],
    ["C:\\Users\\ann\\a.txt", "a.txt"],
    ["\\\\server\\share\\a.txt", "a.txt"],
    ["..\\..\\a.txt", "a.txt"],
    ["a/b\\c.txt", "b\\c.txt"],
  ])("leaves the folders of %s out, with a warning", (input, name) => {
    expect(read(input)).toEqual({ name, found: ["warning attachment.filename"] });
  });

  it("leaves bidi controls out, with a warning", () => {
    expect(read("invoice\u202Efdp.exe")).toEqual({ name: "invoicefdp.exe", found: ["warning attachment.filename"] });
    expect(read("a\u2066b\u2069.txt")).toEqual({ name: "ab.txt", found: ["warning attachment.filename"] });
  });

  it.each([
    "a\0b",
    "a\rb",
    "a\nb",
    "a.txt\r\nX-Evil: 1",
    "a\tb",
    "a\u007f",
    "a\ud800",
    "\udc00a",
    "",
    " ",
    ".",
    "..",
    "a/",
    "../..",
    5,
    null,
  ])("refuses %j", (input) => {
    expect(read(input)).toEqual({ name: undefined, found: ["error attachment.filename"] });
  });
});

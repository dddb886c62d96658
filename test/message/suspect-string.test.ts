import { check } from "mimewright";
import { describe, expect, it } from "vitest";
import { base, issuesOf, made, untyped } from "./support.ts";

const PDF = Buffer.from("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", "latin1");

function hintOf(filename: string, content: string): string | undefined {
  const [issue, ...others] = check(untyped({ ...base, attachments: [{ filename, content }] })).issues;
  if (issue === undefined || others.length > 0) return undefined;
  expect(issue).toMatchObject({ code: "attachment.content", severity: "warning" });
  return issue.hint;
}

describe("a string given for a file that is no text", () => {
  it.each([
    ["base64", "a.pdf", PDF.toString("base64"), /encoding: "base64"/],
    [
      "base64url without padding",
      "a.zip",
      Buffer.from("PK\u0003\u0004?>?>").toString("base64url"),
      /encoding: "base64"/,
    ],
    ["a data: URI", "a.png", `data:image/png;base64,${PDF.toString("base64")}`, /behind the comma/],
    ["hexadecimal digits", "a.jpg", PDF.toString("hex"), /"hex"/],
    ["the JSON of a Buffer", "a.docx", JSON.stringify(PDF), /JSON\.parse/],
    ["octets in a string", "a.mp3", PDF.toString("latin1"), /"latin1"/],
    ["a path", "a.xlsx", "./a.xlsx", /file\(path\)/],
    ["an address", "a.gif", "https://example.com/a.gif", /nothing is fetched/],
    ["words", "a.pdf", "see above", /bytes/],
  ])("is a warning that names the fix: %s", (_, filename, content, hint) => {
    expect(hintOf(filename, content)).toMatch(hint);
  });

  it("is a warning in a part of a tree too, and is attached unchanged", () => {
    const body = { type: "application/pdf", content: PDF.toString("base64") };
    expect(issuesOf({ text: undefined, body })).toEqual(["attachment.content body.content (warning)"]);
    const bytes = Object(made({ body }).body?.content).bytes;
    expect(Buffer.from(bytes).toString()).toBe(body.content);
  });
});

describe("a string given for any file", () => {
  it.each([
    ["base64 of a kind that shows", "a.bin", PDF.toString("base64"), /encoding: "base64"/],
    ["base64 for a text", "a.txt", Buffer.from("GIF89a0123456789").toString("base64"), /encoding: "base64"/],
    ["a data: URI in base64", "a.txt", "data:text/plain;base64,aGVsbG8=", /behind the comma/],
    ["a path", "a.csv", "/srv/reports/a.csv", /file\(path\)/],
  ])("is a warning where it shows what it is: %s", (_, filename, content, hint) => {
    expect(hintOf(filename, content)).toMatch(hint);
  });

  it.each([
    ["a.txt", "aGVsbG8gd29ybGQgaGVsbG8="],
    ["a.csv", "a,b\r\n./c.txt,d"],
    ["a.json", '{"type":"Buffer"}'],
    ["a.svg", "<svg/>"],
    ["a.bin", "hello"],
    ["a.pdf", "%PDF-1.4 of plain ASCII"],
    ["a.pdf", ""],
    ["a.xls", "<table></table>"],
    ["a.sql", "select 1"],
    ["a.ics.txt", "0123456789abcdef"],
  ])("is taken at its word where it may be text: %s %j", (filename, content) => {
    expect(issuesOf({ attachments: [{ filename, content }] })).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import { IssueList } from "../../src/issues.ts";
import { readFileName } from "../../src/mail/message/file-name.ts";
import { issuesOf, made } from "./support.ts";

function read(input: unknown) {
  const list = new IssueList();
  const name = readFileName(input, list.root.at("filename"));
  return { name, found: list.issues.map((issue) => `${issue.severity} ${issue.code}`) };
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
    ["C:\\x\\Statement 1/2.pdf", "2.pdf"],
    ["C:/x/a.pdf", "a.pdf"],
    ["C:x\\a.pdf", "a.pdf"],
    ["//server/share/a.pdf", "a.pdf"],
    ["./a.pdf", "a.pdf"],
    ["x/../a.pdf", "a.pdf"],
    ["x\\..\\a.pdf", "a.pdf"],
    ["~/a.pdf", "a.pdf"],
    ["file:///srv/a.pdf", "a.pdf"],
    ["https://example.com/x/a.pdf", "a.pdf"],
  ])("leaves the folders of %s out, with a warning", (input, name) => {
    expect(read(input)).toEqual({ name, found: ["warning attachment.filename"] });
  });

  it.each([
    ["Statement 1/2.pdf", "Statement 1_2.pdf"],
    ["24/11/2026.csv", "24_11_2026.csv"],
    ["Q: yes/no.txt", "Q: yes_no.txt"],
    ["a/b\\c.txt", "a_b\\c.txt"],
    ["reports/may.pdf", "reports_may.pdf"],
    ["och/eller / und/oder.txt", "och_eller _ und_oder.txt"],
    ["領収書 1/2.pdf", "領収書 1_2.pdf"],
  ])("writes the slashes of %s as _, with a warning", (input, name) => {
    expect(read(input)).toEqual({ name, found: ["warning attachment.filename"] });
  });

  it.each([
    "Statement 1\uff0f2.pdf",
    "1\u20442.pdf",
    "1\u22152.pdf",
    "a\u29f8b.pdf",
    "CON",
    "a b..pdf",
    "~a.pdf",
    "x:y.pdf",
  ])("keeps what is no separator: %s", (name) => {
    expect(read(name)).toEqual({ name, found: [] });
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
    "/",
    "///",
    "\\\\",
    "C:\\",
    "a/..",
    "\u202e",
    "../..",
    5,
    null,
  ])("refuses %j", (input) => {
    expect(read(input)).toEqual({ name: undefined, found: ["error attachment.filename"] });
  });
});

describe("names that are equal without their folders", () => {
  const content = "x";
  const named = (...filenames: readonly string[]) => filenames.map((filename) => ({ filename, content }));
  const namesOf = (input: object) => made(input).attachments.map(({ filename }) => filename);

  it("stay different, with a warning: the changed one gets a number", () => {
    const attachments = named("../jan/report.pdf", "../feb/report.pdf", "c:\\mar\\REPORT.pdf", "report (3).pdf");
    expect(namesOf({ attachments })).toEqual(["report.pdf", "report (2).pdf", "REPORT (4).pdf", "report (3).pdf"]);
    expect(issuesOf({ attachments: named("a/b.txt", "a_b.txt") })).toEqual([
      "attachment.filename attachments.0.filename (warning)",
      "attachment.filename attachments.0.filename (warning)",
    ]);
    expect(namesOf({ attachments: named("a/b.txt", "a_b.txt") })).toEqual(["a_b (2).txt", "a_b.txt"]);
  });

  it("stay different over attachments, the name of a File, the tree and the calendar", () => {
    const m = made({
      body: {
        type: "multipart/mixed",
        parts: [
          { type: "text/plain", content, filename: "x/../a.txt" },
          { type: "multipart/mixed", parts: [{ type: "text/plain", content, filename: "/a.txt" }] },
        ],
      },
      attachments: [...named("./a.txt"), { content: new File(["x"], "/srv/a.txt") }],
    });
    expect(m.attachments.map(({ filename }) => filename)).toEqual(["a.txt", "a (2).txt"]);
    expect(m.body?.parts?.[0]?.filename).toBe("a (3).txt");
    expect(m.body?.parts?.[1]?.parts?.[0]?.filename).toBe("a (4).txt");
    const calendar = {
      method: "REQUEST",
      content: "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n",
      filename: "/i.ics",
    };
    expect(made({ calendar, attachments: named("i.ics") }).calendar?.filename).toBe("i (2).ics");
  });

  it("stay as they were given when nothing was changed, equal or not", () => {
    expect(namesOf({ attachments: named("a.txt", "a.txt", ".profile") })).toEqual(["a.txt", "a.txt", ".profile"]);
    expect(namesOf({ attachments: named("a.txt", "a.txt", "x/y") })).toEqual(["a.txt", "a.txt", "x_y"]);
  });

  it("are numbered in one step each, however many there are", () => {
    const attachments = Array.from({ length: 5_000 }, (_, index) => ({ filename: `/${index}/a.txt`, content }));
    expect(new Set(namesOf({ attachments })).size).toBe(5_000);
  });
});

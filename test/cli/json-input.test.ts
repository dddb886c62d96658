// Messages written as JSON: files as contents, times as text, and a path into the JSON for what is wrong.
import { symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { eml, folder, HEAD, INPUT } from "./folder.ts";
import { ran } from "./terminal.ts";

const errorsOf = async (input: object, files: Readonly<Record<string, string | Uint8Array>> = {}) => {
  const { exit, out } = await ran(["check", "m.json", "--json"], { cwd: folder({ ...files, "m.json": input }) });
  const { files: reports } = JSON.parse(out);
  const issues: { code: string; path: (string | number)[]; severity: string }[] = reports[0].issues;
  return { exit, errors: issues.filter(({ severity }) => severity === "error").map((i) => [i.code, i.path.join(".")]) };
};
const treeOf = async (input: object, files: Readonly<Record<string, string | Uint8Array>>) =>
  (await ran(["tree", "m.json"], { cwd: folder({ ...files, "m.json": input }) })).out;

describe("files in JSON", () => {
  it("stand for text, html, amp, watch and a calendar", async () => {
    const input = {
      ...INPUT,
      text: { file: "t.txt" },
      html: { file: "pages/h.html" },
      watch: { file: "w.html" },
      calendar: { method: "REQUEST", content: { file: "c.ics" } },
    };
    const ics = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n";
    const files = { "t.txt": "12345", "pages/h.html": "<p>1</p>", "w.html": "<b>1</b>", "c.ics": ics };
    const tree = await treeOf(input, files);
    expect(tree).toContain("text/plain, 5 bytes\n");
    expect(tree).toContain("text/html, 8 bytes\n");
    expect(tree).toContain(`text/calendar, ${ics.length} bytes\n`);
  });

  it("stand for attachments, with what is said about them", async () => {
    const attachments = [
      { file: "a.pdf" },
      { file: "a.pdf", filename: "b.bin", contentType: "application/x-b", modificationDate: "2026-01-01T00:00:00Z" },
      { filename: "c.txt", content: "text" },
      { filename: "d.bin", content: "AAEC", encoding: "base64" },
    ];
    expect(await treeOf({ ...INPUT, attachments }, { "a.pdf": "%PDF-" })).toBe(
      `multipart/mixed
  text/plain, 7 bytes
  application/pdf "a.pdf", 5 bytes
  application/x-b "b.bin", 5 bytes
  text/plain "c.txt", 4 bytes
  application/octet-stream "d.bin", 3 bytes
`,
    );
  });

  it("stand for the leaves of a tree, however deep", async () => {
    const { text: _, ...rest } = INPUT;
    const leaf = { type: "text/plain", content: { file: "t.txt" }, modificationDate: "2026-01-01T00:00:00Z" };
    const body = {
      type: "multipart/mixed",
      parts: [
        leaf,
        { type: "multipart/mixed", parts: [leaf] },
        { type: "message/rfc822", message: { ...leaf, fields: { From: "ann@example.com" } } },
      ],
    };
    const tree = await treeOf({ ...rest, body }, { "t.txt": "12345" });
    expect(tree.match(/text\/plain, 5 bytes/g)).toHaveLength(3);
  });

  it("are searched in the folder of the JSON, and never outside", async () => {
    const cwd = folder({ "in/m.json": { ...INPUT, text: { file: "t.txt" } }, "in/t.txt": "12345", "secret.txt": "s" });
    expect((await ran(["tree", "in/m.json"], { cwd })).out).toBe("text/plain, 5 bytes\n");
    symlinkSync(join(cwd, "secret.txt"), join(cwd, "in/link.txt"));
    for (const file of ["../secret.txt", join(cwd, "secret.txt"), "link.txt", tmpdir()]) {
      writeFileSync(join(cwd, "in/m.json"), JSON.stringify({ ...INPUT, text: { file }, attachments: [{ file }] }));
      const { exit, out } = await ran(["check", "in/m.json"], { cwd });
      expect(exit).toBe(1);
      expect(out).toMatch(/file\.(outside-root|not-found) at text\.file/);
      expect(out).toMatch(/file\.(outside-root|not-found) at attachments\[0\]\.file/);
    }
  });

  it("are told with their place when they are missing or no text", async () => {
    const calendar = { method: "REQUEST", content: { file: "nope.ics" } };
    const { text: _, ...rest } = INPUT;
    const broken = { ...rest, html: { file: "latin1.html" }, attachments: [{ file: "nope" }], calendar };
    const { exit, errors } = await errorsOf(broken, { "latin1.html": new Uint8Array([0x3c, 0xe9, 0x3e]) });
    expect(exit).toBe(1);
    expect(errors).toContainEqual(["charset.unmappable", "html.file"]);
    expect(errors).toContainEqual(["file.not-found", "attachments.0.file"]);
    expect(errors).toContainEqual(["file.not-found", "calendar.content.file"]);
  });

  it("have nothing beside their name: it would be lost", async () => {
    const file = { file: "t.txt", charset: "shift_jis" };
    const { text: _, ...rest } = INPUT;
    const found = await errorsOf(
      { ...rest, html: file, calendar: { method: "REQUEST", content: file } },
      { "t.txt": "x" },
    );
    const body = { type: "text/plain", content: file };
    found.errors.push(...(await errorsOf({ ...rest, body }, { "t.txt": "x" })).errors);
    expect(found.errors).toEqual([
      ["input.unknown-key", "html.charset"],
      ["input.unknown-key", "calendar.content.charset"],
      ["input.unknown-key", "body.content.charset"],
    ]);
  });

  it("suggest the key that was meant, at every depth", async () => {
    const wrong = { flie: "t.txt" };
    const body = { type: "multipart/mixed", parts: [{ type: "text/plain", content: wrong }] };
    const { text: _, ...rest } = INPUT;
    const inputs = [
      { ...rest, html: wrong, attachments: [{ Fil: "a.pdf" }], calendar: { method: "REQUEST", content: wrong } },
      { ...rest, body },
    ];
    const out = [];
    for (const input of inputs) out.push((await ran(["check", "m.json"], { cwd: folder({ "m.json": input }) })).out);
    for (const place of ["html.flie", "attachments[0].Fil", "calendar.content.flie", "body.parts[0].content.flie"]) {
      const at = out.join("").indexOf(`input.unknown-key at ${place}\n`);
      expect(at, place).toBeGreaterThan(-1);
      expect(out.join("").slice(at)).toMatch(/^.*\n +unknown option "\w+"; did you mean "file"\?/);
    }
  });

  it("are what an attachment with a path was meant to be", async () => {
    const cwd = folder({ "m.json": { ...INPUT, attachments: [{ path: "a.pdf" }] } });
    expect((await ran(["check", "m.json"], { cwd })).out).toContain('hint: write "file": "report.pdf"');
  });

  it.each([[{ text: {} }], [{ text: { file: 1 } }], [{ attachments: [{ file: 1 }] }]])(
    "are named by a path, and %j is one issue",
    async (part) => {
      const { text: _, ...rest } = INPUT;
      expect((await errorsOf({ ...rest, ...part })).errors).toHaveLength(1);
    },
  );

  it("do not stand beside a content", async () => {
    const { errors } = await errorsOf(
      { ...INPUT, attachments: [{ file: "a", content: "x", filename: "a" }] },
      { a: "" },
    );
    expect(errors).toContainEqual(["input.unknown-key", "attachments.0.file"]);
  });
});

describe("times in JSON", () => {
  it.each(["2026-11-24T05:06:07Z", "2026-11-24T14:06:07+09:00", "2026-11-24T05:06Z", "2026-11-24"])(
    "are ISO 8601 with a zone, or a day: %s",
    async (date) => {
      expect(await errorsOf({ ...INPUT, date })).toEqual({ exit: 0, errors: [] });
    },
  );

  it.each(["2026-11-24T05:06:07", "24 Nov 2026", "2026-02-30", "2026-11-24T25:00:00Z", ""])(
    "are nothing that means something else elsewhere: %j",
    async (date) => {
      expect(await errorsOf({ ...INPUT, date })).toEqual({ exit: 1, errors: [["header.date", "date"]] });
    },
  );

  it("of attachments have a path too", async () => {
    const attachments = [{ filename: "a", content: "x", modificationDate: "now" }];
    expect((await errorsOf({ ...INPUT, attachments })).errors).toEqual([
      ["header.date", "attachments.0.modificationDate"],
    ]);
  });
});

describe("JSON of any shape", () => {
  it.each([
    [{}],
    [{ ...INPUT, attachments: 1 }],
    [{ ...INPUT, attachments: [null, 1, "x", []] }],
    [{ ...INPUT, text: { file: 1 } }],
    [{ ...INPUT, html: { file: "x", more: 1 }, body: [] }],
    [{ ...INPUT, calendar: null, body: { type: 1, parts: [1, null] } }],
    [{ from: [[[]]], to: { group: 1 }, date: {} }],
  ])("is told by issues, never by a stack: %j", async (input) => {
    const { exit, errors } = await errorsOf(input);
    expect(exit).toBe(1);
    expect(errors.length).toBeGreaterThan(0);
  });

  it("cannot reach a prototype", async () => {
    const cwd = folder({
      "m.json": `{"__proto__": {"polluted": 1}, "from": "ann@example.com", "to": "b@example.com", "text": "x"}`,
    });
    const { exit } = await ran(["check", "m.json"], { cwd });
    expect(exit).toBe(1);
    expect(Reflect.get({}, "polluted")).toBeUndefined();
  });

  it("as deep as it likes does not overflow the stack", async () => {
    const depth = 3_000;
    const open = '{"type":"multipart/mixed","parts":['.repeat(depth);
    const json = `{"from":"ann@example.com","to":"bob@example.com","body":${open}{"type":"text/plain","content":"x"}${"]}".repeat(depth)}}`;
    const { exit, out } = await ran(["check", "m.json"], { cwd: folder({ "m.json": json }) });
    expect(exit).toBe(1);
    expect(out).toContain("limit.depth");
  });

  it("is not what a mail is, whatever its name", async () => {
    expect((await ran(["tree", "m.json"], { cwd: folder({ "m.json": eml(HEAD) }) })).exit).toBe(2);
  });
});

import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import PostalMime from "postal-mime";
import { describe, expect, it } from "vitest";
import { folderWith, hello } from "./folder.ts";
import { ran } from "./terminal.ts";

const fixed = ["--seed", "s", "--date", "2026-11-01T09:00:00Z", "--id-domain", "example.com"];

describe("mimewright compose", () => {
  it("writes the message to the file, and says how long it is", async () => {
    const cwd = folderWith({ "m.json": hello });
    const { exit, out, err } = await ran(["compose", "m.json", "-o", "out.eml"], { cwd });
    const bytes = readFileSync(join(cwd, "out.eml"));
    expect([exit, out, err]).toEqual([0, `out.eml: ${bytes.length} bytes\n`, ""]);
    expect(await PostalMime.parse(bytes)).toMatchObject({ subject: "Grüße", text: "Hello.\n" });
    expect(readdirSync(cwd).sort()).toEqual(["m.json", "out.eml"]);
  });

  it("gives the same bytes on the standard output for the same seed and date", async () => {
    const cwd = folderWith({ "m.json": hello });
    const one = await ran(["compose", "m.json", ...fixed], { cwd });
    const other = await ran(["compose", "-", ...fixed], { cwd, stdin: JSON.stringify(hello) });
    expect(one.bytes.length).toBeGreaterThan(200);
    expect(other.bytes).toEqual(one.bytes);
    expect(new TextDecoder().decode(one.bytes)).toContain("Date: Sun, 01 Nov 2026 09:00:00 +0000\r\n");
  });

  it("reads attachments and bodies from files beside the JSON, and from nowhere else", async () => {
    const cwd = folderWith({
      "page.html": "<p>Hi</p>",
      "report.pdf": new Uint8Array([1, 2, 3, 255]),
      "m.json": {
        ...hello,
        html: { file: "page.html" },
        attachments: [
          { file: "report.pdf", filename: "März.pdf" },
          { content: "aGk=", encoding: "base64", filename: "hi.txt" },
        ],
      },
      "out-of-it.json": { ...hello, attachments: [{ file: "../../etc/passwd" }] },
    });
    const { exit, bytes } = await ran(["compose", "m.json"], { cwd });
    const mail = await PostalMime.parse(bytes);
    expect([exit, mail.html?.trimEnd()]).toEqual([0, "<p>Hi</p>"]);
    expect(mail.attachments.map(({ filename }) => filename)).toEqual(["März.pdf", "hi.txt"]);
    expect(mail.attachments.map(({ mimeType }) => mimeType)).toEqual(["application/pdf", "text/plain"]);
    const refused = await ran(["compose", "out-of-it.json"], { cwd });
    expect([refused.exit, refused.bytes.length]).toEqual([1, 0]);
    expect(refused.err).toContain("attachments[0].file");
  });

  it("tells every error with its code and place, and writes nothing", async () => {
    const cwd = folderWith({ "m.json": { ...hello, to: "bob@", subject: "a\nb", date: "yesterday" } });
    const { exit, err } = await ran(["compose", "m.json", "-o", "out.eml"], { cwd });
    expect(exit).toBe(1);
    for (const part of ["address.syntax", "at to", "header.line-break", "at subject", "header.date", "at date"]) {
      expect(err).toContain(part);
    }
    expect(err).toMatch(/3 errors\n$/);
    expect(existsSync(join(cwd, "out.eml"))).toBe(false);
  });

  it("leaves the file that was there when it fails, and no other", async () => {
    const cwd = folderWith({ "m.json": { ...hello, text: { file: "none.txt" } }, "out.eml": "before" });
    expect((await ran(["compose", "m.json", "-o", "out.eml"], { cwd })).exit).toBe(1);
    expect(readFileSync(join(cwd, "out.eml"), "utf8")).toBe("before");
    expect(readdirSync(cwd).sort()).toEqual(["m.json", "out.eml"]);
  });

  it("writes through a symbolic link to the file it names", async () => {
    const cwd = folderWith({ "m.json": hello, "real.eml": "before" });
    symlinkSync("real.eml", join(cwd, "link.eml"));
    expect((await ran(["compose", "m.json", "-o", "link.eml"], { cwd })).exit).toBe(0);
    expect(lstatSync(join(cwd, "link.eml")).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(cwd, "real.eml"), "utf8")).toContain("From: Ann");
  });

  it.each([
    [["compose"], "which file?"],
    [["compose", "a.json", "b.json"], "one file"],
    [["compose", "none.json"], "none.json: there is no such file"],
    [["compose", "folder"], "this is a folder"],
    [["compose", "m.eml"], "is no JSON"],
    [["compose", "list.json"], "the JSON holds no object"],
    [["compose", "broken.json"], "this is no JSON"],
    [["compose", "latin1.json"], "not UTF-8"],
    [["compose", "m.json", "-o", "folder"], "folder: this is a folder"],
    [["compose", "m.json", "-o", "none/out.eml"], "there is no such file"],
    [["compose", "m.json", "--date", "2026-11-01T09:00"], "with its zone"],
    [["compose", "m.json", "--colour"], "--colour"],
  ])("%j ends with 2 and says why", async (args, why) => {
    const cwd = folderWith({
      "m.json": hello,
      "m.eml": "From: a@example.com\r\n\r\n",
      "list.json": [1],
      "broken.json": "{",
      "latin1.json": new Uint8Array([0x7b, 0xe4, 0x7d]),
    });
    mkdirSync(join(cwd, "folder"));
    const { exit, out, err } = await ran(args, { cwd });
    expect([exit, out]).toEqual([2, ""]);
    expect(err).toContain(why);
    expect(err).not.toContain("    at ");
  });

  it("keeps the mode of no file of others", async () => {
    const cwd = folderWith({ "m.json": hello });
    chmodSync(join(cwd, "m.json"), 0o444);
    expect((await ran(["compose", "m.json", "-o", "out.eml"], { cwd })).exit).toBe(0);
    expect(lstatSync(join(cwd, "m.json")).mode & 0o777).toBe(0o444);
  });

  it("shows a terminal nothing that it could take for an order", async () => {
    const cwd = folderWith({ "m.json": { ...hello, text: "a\u001b]0;owned\u0007b\n" } });
    const { out, bytes } = await ran(["compose", "m.json"], { cwd, isTerminal: true });
    expect(bytes.length).toBe(0);
    expect(out).toContain("From: Ann");
    expect([...out].some((char) => char < " " && char !== "\n")).toBe(false);
  });
});

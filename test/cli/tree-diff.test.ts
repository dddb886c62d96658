import { describe, expect, it } from "vitest";
import { eml, folder, HEAD, INPUT } from "./folder.ts";
import { ran } from "./terminal.ts";

const receipt = new URL("../../fixtures/messages/receipt.eml", import.meta.url).pathname;

describe("mimewright tree", () => {
  it("draws type, name, Content-ID and size, one line a part", async () => {
    expect(await ran(["tree", receipt])).toMatchObject({
      exit: 0,
      out: `multipart/mixed
  multipart/related
    multipart/alternative
      text/plain, 143 bytes
      text/html, 467 bytes
    image/png "logo.png" <logo@example.com>, 511 bytes
  application/pdf "領収書 2026-1107.pdf", 778 bytes
`,
    });
  });

  it("tells why JSON is no message, and which, exit code 1", async () => {
    const { exit, out, err } = await ran(["tree", "m.json"], { cwd: folder({ "m.json": { text: "x" } }) });
    expect({ exit, out }).toEqual({ exit: 1, out: "" });
    expect(err).toMatch(/^m\.json: not a valid message\nerror {4}address\.missing at from\n/);
  });

  it("takes one file", async () => {
    expect((await ran(["tree", receipt, receipt])).err).toContain("expected one file; got 2");
  });
});

describe("mimewright diff", () => {
  const files = {
    "a.eml": eml(HEAD),
    "b.eml": eml([...HEAD].reverse(), "Hello\n").replace("Subject: Hello", "Subject: =?UTF-8?Q?Hell=6F?="),
    "c.eml": eml(
      HEAD.map((line) => line.replace("Hello", "Goodbye")),
      "Goodbye\n",
    ),
    "a.json": { ...INPUT, messageId: "<1@example.com>" },
    "bad.json": { text: "x" },
  };

  it("finds no difference where a reader sees none, exit code 0", async () => {
    expect(await ran(["diff", "a.eml", "b.eml"], { cwd: folder(files) })).toMatchObject({ exit: 0, out: "", err: "" });
  });

  it("tells fields and contents that differ, exit code 1", async () => {
    expect(await ran(["diff", "a.eml", "c.eml"], { cwd: folder(files) })).toMatchObject({
      exit: 1,
      out: `- a.eml
+ c.eml

Subject
  - Hello
  + Goodbye

the message (text/plain)
  - Hello
  + Goodbye
`,
    });
  });

  it("leaves out fields that may differ, and keeps those that must not", async () => {
    const cwd = folder(files);
    expect((await ran(["diff", "a.eml", "c.eml", "--ignore", "subject"], { cwd })).out).not.toContain("Subject");
    const dated = { ...files, "d.eml": files["a.eml"].replace("05:06:07", "05:06:08") };
    const other = folder(dated);
    expect((await ran(["diff", "a.eml", "d.eml", "--ignore", "Date"], { cwd: other })).exit).toBe(0);
    expect((await ran(["diff", "a.eml", "d.eml", "--keep", "Date"], { cwd: other })).exit).toBe(1);
  });

  it("ends with 2 where there is nothing to compare", async () => {
    const cwd = folder(files);
    expect(await ran(["diff", "a.eml", "bad.json"], { cwd })).toMatchObject({ exit: 2, out: "" });
    expect(await ran(["diff", "a.eml", "nope.eml"], { cwd })).toMatchObject({ exit: 2, out: "" });
    expect(await ran(["diff", "a.eml"], { cwd })).toMatchObject({ exit: 2, out: "" });
    expect(await ran(["diff", "a.eml", "b.eml", "c.eml"], { cwd })).toMatchObject({ exit: 2, out: "" });
  });

  it("compares raw bytes with JSON and the standard input", async () => {
    const { exit, out } = await ran(["diff", "-", "a.json", "--ignore", "MIME-Version", "--ignore", "Content-Type"], {
      cwd: folder(files),
      stdin: files["a.eml"],
    });
    expect({ exit, out }).toEqual({ exit: 0, out: "" });
  });
});

import { describe, expect, it } from "vitest";
import { folderWith, hello, helloEml } from "./folder.ts";
import { ran } from "./terminal.ts";

const withFile = { ...hello, html: "<p>Hello.</p>", attachments: [{ filename: "a.txt", content: "abc" }] };

describe("mimewright tree", () => {
  it("draws type, name and size of every part", async () => {
    const cwd = folderWith({ "m.json": withFile });
    const { exit, out } = await ran(["tree", "m.json"], { cwd });
    expect(exit).toBe(0);
    expect(out.split("\n").map((line) => line.replace(/^[\s│├└─]+/, "").split(/[\s,]/)[0])).toEqual([
      "multipart/mixed",
      "multipart/alternative",
      "text/plain",
      "text/html",
      "text/plain",
      "",
    ]);
    expect(out).toContain("a.txt");
    expect(out).toMatch(/3 bytes/);
  });

  it("draws a mail from the standard input", async () => {
    expect(await ran(["tree", "-"], { stdin: helloEml })).toMatchObject({ exit: 0, err: "" });
  });

  it.each([
    ["m.json", { ...hello, to: "bob@" }, 1, "address.syntax"],
    ["junk.eml", "no mail", 2, "not one header field"],
    ["empty.eml", "", 2, "not one header field"],
  ])("says of %s why it draws nothing", async (name, content, exit, why) => {
    const { err, ...rest } = await ran(["tree", name], { cwd: folderWith({ [name]: content }) });
    expect(rest).toMatchObject({ exit, out: "" });
    expect(err).toContain(why);
  });
});

describe("mimewright diff", () => {
  it("says nothing and ends with 0 for what reads the same", async () => {
    const cwd = folderWith({ "m.json": withFile });
    for (const [seed, name] of [
      ["one", "a.eml"],
      ["two", "b.eml"],
    ] as const) {
      await ran(["compose", "m.json", "-o", name, "--seed", seed], { cwd });
    }
    expect(await ran(["diff", "a.eml", "b.eml"], { cwd })).toMatchObject({ exit: 0, out: "", err: "" });
    const kept = await ran(["diff", "a.eml", "b.eml", "--keep", "Message-ID"], { cwd });
    expect([kept.exit, kept.out.includes("Message-ID")]).toEqual([1, true]);
  });

  it("shows fields and decoded text that differ, and ends with 1", async () => {
    const cwd = folderWith({ "a.json": hello, "b.json": { ...hello, subject: "Hallo", text: "Good bye.\n" } });
    const { exit, out } = await ran(["diff", "a.json", "b.json"], { cwd });
    expect(exit).toBe(1);
    for (const line of ["- a.json", "+ b.json", "Grüße", "Hallo", "- Hello.", "+ Good bye."])
      expect(out).toContain(line);
    const ignored = await ran(["diff", "a.json", "b.json", "--ignore", "Subject"], { cwd });
    expect(ignored.out).not.toContain("Hallo");
  });

  it.each([
    [["diff", "a.json"], "two files"],
    [["diff", "a.json", "a.json", "a.json"], "two files"],
    [["diff", "a.json", "bad.json"], "address.syntax"],
  ])("%j ends with 2: without two messages nobody knows", async (args, why) => {
    const cwd = folderWith({ "a.json": hello, "bad.json": { ...hello, to: "bob@" } });
    const { exit, err } = await ran(args, { cwd });
    expect([exit, err.includes(why)]).toEqual([2, true]);
  });
});

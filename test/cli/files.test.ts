// What every command does with what it is given to read: files, folders, junk, the standard input.
import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { readWhole } from "../../src/cli/files.ts";
import { run } from "../../src/cli/main.ts";
import { octetsOf } from "../../src/cli/terminal.ts";
import { eml, folder, HEAD, INPUT } from "./folder.ts";
import { ran, terminal } from "./terminal.ts";

const ENDPOINT = ["--endpoint", "http://127.0.0.1:9"];
const READERS: readonly (readonly [string, readonly string[]])[] = [
  ["compose", []],
  ["check", []],
  ["tree", []],
  ["diff", ["good.eml"]],
  ["preview", []],
  ["send", ["--dry-run", ...ENDPOINT]],
];

describe.each(READERS)("mimewright %s", (command, more) => {
  const files = { "good.eml": eml(HEAD), "folder/x": "" };

  it.each([
    ["nope.json", "no such file"],
    ["good.eml/nope.json", "no such file"],
    ["folder", "expected a file; got a folder"],
    ["", "expected a file; got a folder"],
    ["a\0b", "invalid file name"],
  ])("says what is wrong with %j, exit code 2", async (file, why) => {
    const { exit, out, err } = await ran([command, file, ...more], { cwd: folder(files) });
    expect({ exit, out }).toEqual({ exit: 2, out: "" });
    expect(err).toContain(why);
    expect(err).not.toContain("    at ");
  });

  it.each([
    ["", "Unexpected end of JSON input"],
    ['{"from": }', "Unexpected token '}'"],
    ['{\n  "from": "a"\n  "to": "b"\n}', "(line 3, column 3)"],
    ["[1]", "the JSON is not an object"],
    ["null", "the JSON is not an object"],
    [new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]), "the file is not text in UTF-8"],
  ])("says what is wrong with JSON that is none: %j", async (json, why) => {
    const { exit, err } = await ran([command, "bad.json", ...more], { cwd: folder({ ...files, "bad.json": json }) });
    expect(exit).toBe(2);
    expect(err).toContain(why);
  });

  it("asks for a file, and reads the standard input once", async () => {
    expect(await ran([command])).toMatchObject({ exit: 2, out: "" });
    expect((await ran([command, "-", "-"])).exit).toBe(2);
  });

  it("knows no option that is not in its help", async () => {
    expect(await ran([command, "x.eml", "--colour\u001b[2J"])).toMatchObject({ exit: 2, out: "" });
  });

  it("ends with 130 when it is ended while it reads", async () => {
    const { io, ending } = terminal({ cwd: folder(files) });
    const waiting = { ...io, stdin: () => octetsOf(new PassThrough(), io.signal) };
    const running = run([command, "-", ...more], waiting);
    ending.abort();
    expect(await running).toBe(130);
  });
});

describe("raw bytes that are no mail", () => {
  const files = { "empty.eml": "", "junk.eml": new Uint8Array(3_000).map((_, index) => (index * 7_919) % 256) };

  it.each(["empty.eml", "junk.eml"])("are told by tree, diff and preview: %s", async (file) => {
    const cwd = folder(files);
    for (const args of [
      ["tree", file],
      ["diff", file, file],
      ["preview", file],
    ]) {
      const { exit, err } = await ran(args, { cwd });
      expect({ args, exit }).toEqual({ args, exit: 2 });
      expect(err).toContain("it has no header field");
    }
  });

  it.each(["empty.eml", "junk.eml"])("have errors to check, and to send: %s", async (file) => {
    const cwd = folder(files);
    expect((await ran(["check", file], { cwd })).out).toContain("raw.head");
    expect(await ran(["send", file, "--dry-run", ...ENDPOINT], { cwd })).toMatchObject({ exit: 1, out: "" });
  });
});

describe("the standard input", () => {
  it.each([
    ["an .eml", eml(HEAD), "text/plain, 7 bytes\n"],
    ["JSON", JSON.stringify(INPUT), "text/plain, 7 bytes\n"],
    ["JSON behind a byte order mark and blanks", `\ufeff \n${JSON.stringify(INPUT)}`, "text/plain, 7 bytes\n"],
  ])("takes %s", async (_, stdin, out) => {
    expect(await ran(["tree", "-"], { stdin })).toMatchObject({ exit: 0, out });
  });

  it("finds the files of its JSON from the folder the command runs in", async () => {
    const stdin = JSON.stringify({ ...INPUT, text: { file: "t.txt" } });
    expect((await ran(["tree", "-"], { stdin, cwd: folder({ "t.txt": "12345" }) })).out).toBe("text/plain, 5 bytes\n");
  });

  it("is named in what is wrong with it", async () => {
    expect((await ran(["tree", "-"], { stdin: "{" })).err).toContain("mimewright tree: -: invalid JSON");
  });
});

describe("reading", () => {
  it("stops at a limit: one under, at, and one over", async () => {
    const { io } = terminal({ cwd: folder({ "9": "123456789", "10": "1234567890", "11": "12345678901" }) });
    expect((await readWhole("9", io, 10)).length).toBe(9);
    expect((await readWhole("10", io, 10)).length).toBe(10);
    await expect(readWhole("11", io, 10)).rejects.toThrow("11: the file is longer than 10 bytes");
  });

  it("reads a named pipe as a file, as <(command) makes one", async () => {
    const cwd = folder();
    const pipe = join(cwd, "pipe");
    execFileSync("mkfifo", [pipe]);
    const reading = ran(["tree", "pipe"], { cwd });
    await writeFile(pipe, eml(HEAD));
    expect(await reading).toMatchObject({ exit: 0, out: "text/plain, 7 bytes\n" });
  });
});

describe("a mail with orders to the terminal in it", () => {
  const ESC = "\u001b]0;owned\u0007\u001b[2J";
  const hostile = eml(
    [
      `From: Ann ${ESC} <ann@example.com>`,
      "To: bob@example.com",
      `Subject: ${ESC}\u009b31m`,
      "Date: Tue, 24 Nov 2026 05:06:07 +0000",
      `X-${ESC}: x`,
      "Content-Type: multipart/mixed; boundary=b",
    ],
    `--b\nContent-Type: text/${ESC}; name="${ESC}"\nContent-ID: <${ESC}>\n\n${ESC}\n--b\nContent-Type: text/plain\n\n${ESC}\n--b--\n`,
  );
  const name = `h${ESC}.eml`;

  it.each([
    ["check", [name]],
    ["check", [name, "--json"]],
    ["check", [name, "--preflight"]],
    ["tree", [name]],
    ["diff", [name, "plain.eml"]],
    ["send", [name, "--dry-run", ...ENDPOINT]],
    ["send", [`nope${ESC}`, "--dry-run", ...ENDPOINT]],
    ["compose", [`nope${ESC}.json`]],
    ["preview", [name, "--png", `nope${ESC}/x.png`]],
    ["compose", ["m.json", "-o", `nope${ESC}/x.eml`]],
  ])("gets none of them out by %s %j", async (command, args) => {
    const bad = { ...INPUT, subject: ESC, [ESC]: ESC };
    const cwd = folder({ [name]: hostile, "plain.eml": eml(HEAD), "m.json": INPUT, "bad.json": bad });
    const { out, err } = await ran([command, ...args], { cwd, env: { MIMEWRIGHT_CHROMIUM: process.execPath } });
    expect(out + err).toMatch(/\S/);
    expect(out + err).not.toMatch(/[\0-\x08\x0b-\x1f\x7f-\x9f]/);
  });

  it("gets none of them out of JSON keys and values", async () => {
    const cwd = folder({ "bad.json": { ...INPUT, subject: ESC, [ESC]: ESC, attachments: [{ [ESC]: 1, file: ESC }] } });
    for (const command of ["check", "tree", "compose"]) {
      const { exit, out, err } = await ran([command, "bad.json"], { cwd });
      expect(exit).toBe(1);
      expect(out + err).not.toMatch(/[\0-\x08\x0b-\x1f\x7f-\x9f]/);
    }
  });
});

import { lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeWhole } from "../../src/cli/files.ts";
import { folder, INPUT } from "./folder.ts";
import { ran, terminal } from "./terminal.ts";

const SEED = ["--seed", "s"];
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const COMPOSED = [
  "From: Ann <ann@example.com>",
  "To: bob@example.com",
  "Subject: Hello",
  "Message-ID: <1@example.com>",
  "Date: Tue, 24 Nov 2026 05:06:07 +0000",
  "MIME-Version: 1.0",
  "Content-Type: text/plain; charset=UTF-8",
  "Content-Transfer-Encoding: 7bit",
  "",
  "Hello",
  "",
];

describe("mimewright compose", () => {
  const whole = { ...INPUT, messageId: "<1@example.com>" };

  it("writes the octets of the message to the standard output", async () => {
    const { exit, out, err, bytes } = await ran(["compose", "m.json"], { cwd: folder({ "m.json": whole }) });
    expect({ exit, out, err }).toEqual({ exit: 0, out: "", err: "" });
    expect(text(bytes)).toBe(COMPOSED.join("\r\n"));
  });

  it("shows lines on a terminal", async () => {
    const { out, bytes } = await ran(["compose", "m.json"], { cwd: folder({ "m.json": whole }), isTerminal: true });
    expect(bytes).toHaveLength(0);
    expect(out).toBe(COMPOSED.join("\n"));
  });

  it("writes a file, and says how long it is", async () => {
    const cwd = folder({ "m.json": whole });
    const { exit, out } = await ran(["compose", "m.json", "-o", "out.eml"], { cwd });
    const written = readFileSync(join(cwd, "out.eml"));
    expect({ exit, out }).toEqual({ exit: 0, out: `out.eml: ${written.length} bytes\n` });
    expect(text(written)).toBe(COMPOSED.join("\r\n"));
    expect(readdirSync(cwd).sort()).toEqual(["m.json", "out.eml"]);
  });

  it("gives the same bytes for the same seed and date", async () => {
    const { date: _, ...dateless } = INPUT;
    const cwd = folder({ "m.json": { ...dateless, html: "<p>Hello</p>" } });
    const args = ["compose", "m.json", ...SEED, "--date", "2026-11-01T09:00:00+09:00", "--id-domain", "id.example"];
    const [one, other] = [await ran(args, { cwd }), await ran(args, { cwd })];
    expect(text(one.bytes)).toBe(text(other.bytes));
    expect(text(one.bytes)).toContain("Date: Sun, 01 Nov 2026 00:00:00 +0000\r\n");
    expect(text(one.bytes)).toMatch(/Message-ID: <[0-9a-f]+@id\.example>/);
  });

  it("writes names for old readers too when asked", async () => {
    const attachments = [{ filename: "請求書.pdf", content: "x" }];
    const cwd = folder({ "m.json": { ...INPUT, attachments } });
    expect(text((await ran(["compose", "m.json", "--legacy-names"], { cwd })).bytes)).toContain('name="=?UTF-8?');
  });

  it.each(["tomorrow", "2026-11-01T09:00:00", "2026-02-30", "2026-13-01"])(
    "takes no time without a zone, and no day that is none: %s",
    async (date) => {
      const { exit, err } = await ran(["compose", "m.json", "--date", date], { cwd: folder({ "m.json": INPUT }) });
      expect(exit).toBe(2);
      expect(err).toContain("--date: expected a time with its zone");
    },
  );

  it("knows every charset without an import, which JSON cannot have", async () => {
    const cwd = folder({ "m.json": { ...INPUT, text: "拝啓", charset: "ISO-2022-JP" } });
    const { exit, bytes } = await ran(["compose", "m.json"], { cwd });
    expect(exit).toBe(0);
    expect(new TextDecoder("iso-2022-jp").decode(bytes)).toContain("\r\n\r\n拝啓");
  });

  it("tells every error and writes nothing", async () => {
    const cwd = folder({ "m.json": { from: "ann", to: "bob@@example.com", subject: "a\nb" }, "out.eml": "before" });
    const { exit, err, bytes } = await ran(["compose", "m.json", "-o", "out.eml"], { cwd });
    expect(exit).toBe(1);
    for (const place of ["address.syntax at from", "address.syntax at to", "header.line-break at subject"]) {
      expect(err).toContain(place);
    }
    expect(bytes).toHaveLength(0);
    expect(readFileSync(join(cwd, "out.eml"), "utf8")).toBe("before");
  });

  it("tells warnings, and composes all the same", async () => {
    const cwd = folder({ "m.json": { ...INPUT, html: '<img src="cid:gone">' } });
    const { exit, err, bytes } = await ran(["compose", "m.json"], { cwd });
    expect(exit).toBe(0);
    expect(err).toContain("warning  cid.dangling at html");
    expect(bytes.length).toBeGreaterThan(0);
  });

  it("wants JSON", async () => {
    const { exit, err } = await ran(["compose", "m.eml"], { cwd: folder({ "m.eml": "From: a@example.com\r\n\r\n" }) });
    expect(exit).toBe(2);
    expect(err).toContain("m.eml is not JSON");
  });

  it.each(["", "[]"])("says what the standard input has to be: %j", async (stdin) => {
    expect(await ran(["compose", "-"], { stdin })).toMatchObject({
      exit: 2,
      err: expect.stringContaining("the standard input is not JSON: expected it to begin with {"),
    });
  });

  it.each([
    [["m.json", "--sed=x"], ['unknown option "--sed"; did you mean "--seed"?']],
    [["m.json", "--seed", "-x"], ["--seed: a value is missing (write --seed=VALUE)"]],
    [["m.json", "--seed"], ["--seed: a value is missing (write --seed=VALUE)"]],
    [["m.json", "--legacy-names=yes"], ["--legacy-names: the flag takes no value"]],
    [
      ["a.json", "b.json", "--date", "now", "--outptu", "x"],
      [
        'unknown option "--outptu"; did you mean "--output"?',
        "--date: expected a time with its zone",
        "expected one file; got 3",
      ],
    ],
  ])("reports every problem of a command line on a line of its own: %j", async (args, problems) => {
    const { exit, out, err } = await ran(["compose", ...args]);
    expect([exit, out]).toEqual([2, ""]);
    const lines = err.trimEnd().split("\n");
    expect(lines.pop()).toBe("See mimewright compose --help.");
    expect(lines).toEqual(problems.map((problem) => expect.stringContaining(`mimewright compose: ${problem}`)));
  });

  it("takes a value that begins with a hyphen after =, and a negative number", async () => {
    const cwd = folder({ "m.json": INPUT });
    expect((await ran(["compose", "m.json", "--seed=-x"], { cwd })).exit).toBe(0);
    expect((await ran(["compose", "m.json", "--seed", "-5"], { cwd })).exit).toBe(0);
  });
});

describe("writing a file", () => {
  const chunks = [new Uint8Array([1, 2]), new Uint8Array([3])];

  it("leaves what was there, and no half of anything, when the source fails", async () => {
    const cwd = folder({ "out.eml": "before" });
    async function* failing() {
      yield new Uint8Array(100_000);
      throw new RangeError("the source broke");
    }
    await expect(writeWhole("out.eml", failing(), terminal({ cwd }).io)).rejects.toThrow("the source broke");
    expect(readdirSync(cwd)).toEqual(["out.eml"]);
    expect(readFileSync(join(cwd, "out.eml"), "utf8")).toBe("before");
  });

  it("leaves what was there when it is ended", async () => {
    const cwd = folder({ "out.eml": "before" });
    const { io, ending } = terminal({ cwd });
    async function* ended() {
      yield new Uint8Array(10);
      ending.abort();
      yield new Uint8Array(10);
    }
    await expect(writeWhole("out.eml", ended(), io)).rejects.toThrow("interrupted while writing");
    expect(readdirSync(cwd)).toEqual(["out.eml"]);
    expect(readFileSync(join(cwd, "out.eml"), "utf8")).toBe("before");
  });

  it("writes to the file that a link names, and keeps the link", async () => {
    const cwd = folder({ "real.eml": "before" });
    symlinkSync("real.eml", join(cwd, "link.eml"));
    expect(await writeWhole("link.eml", chunks, terminal({ cwd }).io)).toBe(3);
    expect(lstatSync(join(cwd, "link.eml")).isSymbolicLink()).toBe(true);
    expect([...readFileSync(join(cwd, "real.eml"))]).toEqual([1, 2, 3]);
  });

  it("writes into a device instead of putting a file in its place", async () => {
    const cwd = folder();
    await writeWhole("/dev/null", chunks, terminal({ cwd }).io);
    expect(lstatSync("/dev/null").isCharacterDevice()).toBe(true);
  });

  it("says why it could not: a folder, and a folder that is not there", async () => {
    const cwd = folder({ file: "" });
    mkdirSync(join(cwd, "folder"));
    writeFileSync(join(cwd, "folder", "x"), "");
    const { io } = terminal({ cwd });
    await expect(writeWhole("folder", chunks, io)).rejects.toThrow("folder: expected a file; got a folder");
    await expect(writeWhole("nope/x", chunks, io)).rejects.toThrow("nope/x: no such folder");
    await expect(writeWhole("file/x", chunks, io)).rejects.toThrow("file/x: no such folder");
    expect(readdirSync(cwd).sort()).toEqual(["file", "folder"]);
  });
});

import { describe, expect, it } from "vitest";
import { eml, folderWith, hello, helloEml } from "./folder.ts";
import { ran } from "./terminal.ts";

const many = Array.from({ length: 51 }, (_, at) => `r${at}@example.org`);

describe("mimewright check", () => {
  it("finds nothing in a good message, composed or not", async () => {
    const cwd = folderWith({ "m.json": hello, "m.eml": helloEml });
    const { exit, out, err } = await ran(["check", "m.json", "m.eml"], { cwd });
    expect([exit, out, err]).toEqual([0, "m.json: no issues\nm.eml: no issues\n", ""]);
  });

  it("tells code, place, reason and hint of every issue, all at once", async () => {
    const cwd = folderWith({ "m.json": { from: "ann@", to: many, subject: "a\r\nb", text: "x" } });
    const { exit, out } = await ran(["check", "m.json"], { cwd });
    expect(exit).toBe(1);
    expect(out).toMatch(/^m\.json: \d+ errors\n/);
    for (const part of ["address.syntax at from", "header.line-break at subject", "hint: "])
      expect(out).toContain(part);
  });

  it("measures against the limits that were named", async () => {
    const cwd = folderWith({ "m.json": { ...hello, to: many } });
    const v1 = await ran(["check", "m.json"], { cwd });
    expect([v1.exit, v1.out.includes("limit.recipients")]).toEqual([1, true]);
    expect((await ran(["check", "m.json", "--limits", "smtp"], { cwd })).exit).toBe(0);
    const eleven = { ...hello, attachments: [{ filename: "a.bin", content: "x".repeat(11_000_000) }] };
    const big = folderWith({ "m.json": eleven });
    const over = await ran(["check", "m.json", "--limits", "ses-v1"], { cwd: big });
    expect([over.exit, over.out.includes("limit.bytes")]).toEqual([1, true]);
    expect((await ran(["check", "m.json", "--limits", "ses-v2"], { cwd: big })).exit).toBe(0);
  });

  it("looks at raw bytes by the rules of the standards", async () => {
    const cwd = folderWith({
      "m.eml": eml("From: ann@example.com", "From: eve@example.com", "Subject: x", "", "x".repeat(999)),
    });
    const { exit, out } = await ran(["check", "m.eml"], { cwd });
    expect(exit).toBe(1);
    for (const code of ["header.repeated", "limit.line"]) expect(out).toContain(code);
  });

  it("gives programs JSON with the same issues", async () => {
    const cwd = folderWith({ "m.json": { ...hello, to: "bob@" }, "good.json": hello });
    const { exit, out, err } = await ran(["check", "m.json", "good.json", "--json"], { cwd });
    const { ok, files } = JSON.parse(out);
    expect([exit, err, ok]).toEqual([1, "", false]);
    expect(files).toMatchObject([
      { file: "m.json", ok: false, issues: [{ code: "address.syntax", path: ["to"], severity: "error" }] },
      { file: "good.json", ok: true, issues: [] },
    ]);
  });

  it("counts warnings as errors where that was asked for", async () => {
    const cwd = folderWith({ "m.json": { from: "ann@example.com", to: "bob@example.org", html: "<p>x</p>" } });
    const loose = await ran(["check", "m.json"], { cwd });
    const strict = await ran(["check", "m.json", "--strict"], { cwd });
    expect([loose.exit, strict.exit]).toEqual(loose.out.includes("warning") ? [0, 1] : [0, 0]);
    const found = await ran(["check", "m.json", "--preflight", "--strict"], { cwd });
    expect([found.exit, found.out.includes("preflight.text-missing at text")]).toEqual([1, true]);
  });

  it("finds what fails at the reader, by rules that can be set", async () => {
    const html = '<p>Hi {{name}}</p><img src="https://example.com/a.png">';
    const cwd = folderWith({ "m.json": { ...hello, html } });
    const { exit, out } = await ran(["check", "m.json", "--preflight"], { cwd });
    expect(exit).toBe(1);
    expect(out).toContain("preflight.placeholder at html line 1");
    expect(out).toContain("preflight.image-alt at html line 1");
    const later = await ran(["check", "m.json", "--preflight", "--placeholder", "name", "--rule", "image-alt=off"], {
      cwd,
    });
    expect([later.exit, later.out]).toEqual([0, "m.json: no issues\n"]);
    const bulk = await ran(["check", "m.json", "--preflight", "--bulk", "--rule", "unsubscribe=error", "--json"], {
      cwd,
    });
    const [{ findings }] = JSON.parse(bulk.out).files;
    expect(findings.map(({ rule }: { rule: string }) => rule)).toContain("unsubscribe");
  });

  it("tells what a mail client does not show", async () => {
    const cwd = folderWith({ "m.json": { ...hello, html: '<p style="display:flex">x</p>' } });
    const { out } = await ran(["check", "m.json", "--preflight", "--reader", "outlook.windows"], { cwd });
    expect(out).toContain("display:flex is not shown by outlook.windows");
    const unknown = await ran(["check", "m.json", "--preflight", "--reader", "pine.*"], { cwd });
    expect([unknown.exit, unknown.err.includes("pine.*")]).toEqual([2, true]);
  });

  it("goes on to the other files when one cannot be read", async () => {
    const cwd = folderWith({ "m.json": hello });
    const { exit, out, err } = await ran(["check", "none.eml", "m.json"], { cwd });
    expect([exit, out, err]).toEqual([2, "m.json: no issues\n", "mimewright check: none.eml: there is no such file\n"]);
  });

  it.each([
    [["check"], "which file?"],
    [["check", "m.json", "--limits", "pop3"], "--limits is ses-v1, ses-v2 or smtp"],
    [["check", "m.json", "--bulk"], "are for --preflight"],
    [["check", "m.json", "--preflight", "--rule", "clip=off"], "--rule is"],
    [["check", "m.json", "--preflight", "--rule", "image-alt=loud"], "--rule image-alt is off, warning or error"],
  ])("%j ends with 2 and says why", async (args, why) => {
    const { exit, err } = await ran(args, { cwd: folderWith({ "m.json": hello }) });
    expect([exit, err.includes(why)]).toEqual([2, true]);
  });

  it("shows a terminal nothing that a mail could order it", async () => {
    const cwd = folderWith({ "m.json": { ...hello, attachments: [{ filename: "a\u001b[2Jb.exe", content: "x" }] } });
    const { out } = await ran(["check", "m.json"], { cwd });
    expect(out).not.toContain("\u001b");
  });

  it("has colours on a terminal, where nobody asked for none", async () => {
    const cwd = folderWith({ "m.json": { ...hello, to: "bob@" } });
    const looks = async (isTerminal: boolean, env: Readonly<Record<string, string>>) =>
      (await ran(["check", "m.json"], { cwd, isTerminal, env })).out.includes("\u001b[31m");
    expect(await looks(true, {})).toBe(true);
    expect(await looks(false, {})).toBe(false);
    expect(await looks(true, { NO_COLOR: "1" })).toBe(false);
    expect(await looks(false, { FORCE_COLOR: "1" })).toBe(true);
  });
});

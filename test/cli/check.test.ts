import { sesV1, sesV2 } from "mimewright";
import { describe, expect, it } from "vitest";
import { eml, folder, HEAD, INPUT } from "./folder.ts";
import { ran } from "./terminal.ts";

const FILES = {
  "good.eml": eml(HEAD),
  "bad.eml": eml([...HEAD, "Bcc: eve@example.com"]),
  "warn.json": { ...INPUT, html: '<img src="cid:gone">' },
  "bad.json": { ...INPUT, to: "bob@@example.com", subject: "a\nb" },
};

describe("mimewright check", () => {
  it("tells that there is nothing to tell, exit code 0", async () => {
    expect(await ran(["check", "good.eml"], { cwd: folder(FILES) })).toEqual({
      exit: 0,
      out: "good.eml: no issues\n",
      err: "",
      bytes: new Uint8Array(),
    });
  });

  it("tells severity, code, place, what is wrong, the rule and what to do, exit code 1", async () => {
    const { exit, out } = await ran(["check", "bad.eml"], { cwd: folder(FILES) });
    expect(exit).toBe(1);
    expect(out).toBe(
      `bad.eml: 1 error
error    raw.bcc at head.Bcc
         line 6: the field tells hidden recipients (RFC 5322 s3.6.3)
         hint: give the recipients in the envelope, and no field
`,
    );
  });

  it("tells all issues of JSON at once, with paths into it", async () => {
    const { exit, out } = await ran(["check", "bad.json"], { cwd: folder(FILES) });
    expect(exit).toBe(1);
    expect(out).toContain("address.syntax at to");
    expect(out).toContain("header.line-break at subject");
    expect(out).toMatch(/^bad\.json: 2 errors\n/);
  });

  it("lets warnings pass, and not when it is strict", async () => {
    const cwd = folder(FILES);
    expect((await ran(["check", "warn.json"], { cwd })).exit).toBe(0);
    expect((await ran(["check", "warn.json", "--strict"], { cwd })).exit).toBe(1);
  });

  it("checks every file, whatever the others are", async () => {
    const { exit, out, err } = await ran(["check", "nope.eml", "bad.eml", "good.eml"], { cwd: folder(FILES) });
    expect(exit).toBe(2);
    expect(out).toMatch(/^bad\.eml: 1 error\n[\s\S]*good\.eml: no issues\n$/);
    expect(err).toBe("mimewright check: nope.eml: no such file\n");
    expect((await ran(["check", "good.eml", "bad.eml"], { cwd: folder(FILES) })).exit).toBe(1);
  });

  it("gives programs the same as JSON", async () => {
    const { exit, out, err } = await ran(["check", "--json", "bad.eml", "good.eml", "nope.eml"], {
      cwd: folder(FILES),
    });
    expect({ exit, err }).toEqual({ exit: 2, err: "" });
    expect(JSON.parse(out)).toEqual({
      ok: false,
      files: [
        {
          file: "bad.eml",
          ok: false,
          issues: [
            {
              code: "raw.bcc",
              path: ["head", "Bcc"],
              message: "line 6: the field tells hidden recipients",
              severity: "error",
              rfc: "RFC 5322 s3.6.3",
              hint: "give the recipients in the envelope, and no field",
            },
          ],
        },
        { file: "good.eml", ok: true, issues: [] },
        { file: "nope.eml", ok: false, issues: [], trouble: "no such file" },
      ],
    });
  });

  it("paints for a person only", async () => {
    const cwd = folder(FILES);
    const { out } = await ran(["check", "bad.eml"], { cwd, isTerminal: true });
    expect(out).toContain("\u001b[31merror    \u001b[39m\u001b[1mraw.bcc\u001b[22m");
    expect((await ran(["check", "bad.eml"], { cwd, isTerminal: true, env: { NO_COLOR: "1" } })).out).not.toContain(
      "\u001b",
    );
  });
});

describe("--limits", () => {
  const sized = (bytes: number) => `${eml(HEAD, "")}${"0123456789\r\n".repeat(Math.ceil(bytes / 12))}`.slice(0, bytes);
  const check = async (bytes: number, args: readonly string[] = []) =>
    (await ran(["check", "m.eml", ...args], { cwd: folder({ "m.eml": sized(bytes) }) })).out;

  it("are those of SES v1 unless told: at the limit, and one over", async () => {
    expect(await check(sesV1.bytes)).not.toContain("limit.bytes");
    expect(await check(sesV1.bytes + 1)).toContain("limit.bytes");
  });

  it("can be those of v2, or of smtp", async () => {
    expect(await check(sesV1.bytes + 1, ["--limits", "ses-v2"])).not.toContain("limit.bytes");
    expect(await check(sesV2.bytes + 1, ["--limits", "ses-v2"])).toContain("limit.bytes");
    expect(await check(sesV2.bytes + 1, ["--limits", "smtp"])).not.toContain("limit.bytes");
  });

  it("have no other names", async () => {
    const { exit, err } = await ran(["check", "m.eml", "--limits", "ses"]);
    expect(exit).toBe(2);
    expect(err).toContain("--limits: expected ses-v1, ses-v2 or smtp");
  });

  it("hold for JSON too", async () => {
    const to = Array.from({ length: 51 }, (_, index) => `bob${index}@example.com`);
    const cwd = folder({ "m.json": { ...INPUT, to } });
    expect((await ran(["check", "m.json"], { cwd })).out).toContain("limit.recipients");
  });
});

describe("--preflight", () => {
  const cwd = () =>
    folder({ "m.json": { ...INPUT, html: '<p>Dear {{name}}</p><img src="https://example.com/a.png">' } });

  it("tells what goes wrong at the reader, by rule", async () => {
    const { out } = await ran(["check", "m.json", "--preflight"], { cwd: cwd() });
    expect(out).toContain("preflight.placeholder");
    expect((await ran(["check", "m.json"], { cwd: cwd() })).out).not.toContain("preflight");
  });

  it("takes names that are filled in later, and other severities", async () => {
    const filled = ["--preflight", "--placeholder", "name"];
    expect((await ran(["check", "m.json", ...filled], { cwd: cwd() })).out).not.toContain("preflight.placeholder");
    const off = ["--preflight", "--rule", "placeholder=off"];
    expect((await ran(["check", "m.json", ...off], { cwd: cwd() })).out).not.toContain("preflight.placeholder");
    const warned = ["--preflight", "--rule", "placeholder=warning", "--json"];
    const { files } = JSON.parse((await ran(["check", "m.json", ...warned], { cwd: cwd() })).out);
    expect(files[0].findings).toContainEqual(expect.objectContaining({ rule: "placeholder", severity: "warning" }));
  });

  it("asks for one-click unsubscribe in bulk mail", async () => {
    const { out } = await ran(["check", "m.json", "--preflight", "--bulk"], { cwd: cwd() });
    expect(out).toContain("unsubscribe");
  });

  it.each([
    [["--rule", "nope=off", "--preflight"], "--rule: expected "],
    [["--rule", "placeholder=loud", "--preflight"], "--rule placeholder: expected off, warning or error"],
    [["--rule", "placeholder=off"], "--rule: the flag needs --preflight"],
    [["--bulk"], "--bulk: the flag needs --preflight"],
  ])("refuses %j", async (args, why) => {
    const { exit, err } = await ran(["check", "m.json", ...args], { cwd: cwd() });
    expect(exit).toBe(2);
    expect(err).toContain(why);
  });
});

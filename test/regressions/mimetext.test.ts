// Defects that were measured in mimetext 3.0.28, each with what has to happen instead.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { envelope, message } from "mimewright";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { lineFaults } from "../readers/heads.ts";
import { BASE, bytesOf, errors, field, longestLine, readBack, written, X } from "./helpers.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

// The library as JavaScript, without types, where `require` finds its dependencies.
function transpile(folder: string): void {
  for (const name of readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".ts")) continue;
    const { outputText } = ts.transpileModule(readFileSync(join(root, "src", name), "utf8"), {
      compilerOptions: {
        module: ts.ModuleKind.ESNext,
        target: ts.ScriptTarget.ES2022,
        rewriteRelativeImportExtensions: true,
      },
    });
    const file = join(folder, name.replace(/\.ts$/, ".js"));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, outputText);
  }
}

describe("the message", () => {
  it("M1: all line ends are CRLF", () => {
    expect(written({ text: "a\nb\rc\r\nd" }).replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
  });

  it("M2: require() gives what import gives", () => {
    const folder = join(root, "out", "required");
    rmSync(folder, { recursive: true, force: true });
    transpile(folder);
    const doors = ["index", "html", "charset"].map((door) => JSON.stringify(join(folder, `${door}.js`)));
    const script = `const [core, html] = [${doors.join()}].map((door) => require(door)); process.stdout.write(typeof core.message + typeof html.inlineImages)`;
    const run = spawnSync(process.execPath, ["--no-warnings", "--input-type=commonjs", "-e", script], {
      encoding: "utf8",
    });
    rmSync(folder, { recursive: true });
    expect(run.stderr).toBe("");
    expect(run.stdout).toBe("functionfunction");
  });

  it("M3: a subject of 100 emoji is words of at most 75", async () => {
    const input = { subject: "😀".repeat(100) };
    expect(lineFaults(bytesOf(input))).toEqual([]);
    expect(longestLine(field("Subject", input))).toBeLessThanOrEqual(76);
    expect(await readBack(input, ({ subject }) => subject)).toEqual([input.subject, input.subject]);
  });

  it("M4: plain text stays plain", () => {
    expect(field("Subject", { subject: "s" })).toBe("Subject: s");
  });

  it("M15: a blind recipient is not in the bytes", () => {
    const input = { bcc: "hidden@example.com", text: "hi" };
    expect(written(input)).not.toMatch(/hidden|^bcc/im);
    expect(envelope(message({ ...BASE, ...input })).to).toContain("hidden@example.com");
  });

  it("M18: two texts are both kept, in a tree", async () => {
    const parts = [
      { type: "text/plain", content: "one" },
      { type: "text/plain", content: "two" },
    ];
    const body = { type: "multipart/mixed", parts };
    const texts = await readBack({ body }, ({ text }) => text.split("\n").filter((line) => line !== ""));
    expect(texts).toEqual([
      ["one", "two"],
      ["one", "two"],
    ]);
  });

  it("M20: the content type is the composer's, and a date is a date", () => {
    expect(errors({ headers: { "content-type": "text/html" } })).toEqual(["header.reserved headers.content-type"]);
    expect(errors({ headers: { Date: "garbage" } })).toEqual(["header.date headers.Date"]);
    expect(errors({ date: "garbage" })).toEqual(["header.date date"]);
  });

  it("M21: calendar and AMP are alternatives like others", async () => {
    const content = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n";
    const input = { text: "hi", amp: "<html ⚡4email>", html: "<p>", calendar: { method: "REQUEST", content } };
    expect(written(input)).toContain("multipart/alternative");
    const types = ["text/x-amp-html", "text/calendar"];
    expect(await readBack(input, ({ attachments }) => attachments.map(({ type }) => type))).toEqual([types, types]);
  });
});

describe("bodies", () => {
  it("M5: a body that is labelled as encoded is encoded", () => {
    const body = (textEncoding: string) => written({ text: "ü", textEncoding }).split("\r\n\r\n")[1]?.trim();
    expect(body("base64")).toBe("w7w=");
    expect(body("quoted-printable")).toBe("=C3=BC");
  });

  it("M6: text outside ASCII is encoded, and labelled so", async () => {
    const input = { text: "ü" };
    expect(lineFaults(bytesOf(input))).toEqual([]);
    expect(field("Content-Transfer-Encoding", input)).toMatch(/: (quoted-printable|base64)$/);
    expect((await readBack(input, ({ text }) => text)).map((text) => text.trimEnd())).toEqual(["ü", "ü"]);
  });

  it("M7: a line of 1200 letters is quoted-printable in a body, and words in a header", async () => {
    const text = "x".repeat(1200);
    const input = { text, headers: { "X-Long": text } };
    expect(field("Content-Transfer-Encoding", input)).toBe("Content-Transfer-Encoding: quoted-printable");
    expect(longestLine(written(input))).toBeLessThanOrEqual(76);
    expect(field("X-Long", input)).toMatch(/=\?UTF-8\?Q\?x+\?=/);
    expect((await readBack(input, (reading) => reading.text)).map((read) => read.trimEnd())).toEqual([text, text]);
    expect((await readBack(input, ({ custom }) => custom?.get("x-long")))[0]).toBe(text);
  });

  it("M8: base64 of an attachment has lines of 76", () => {
    const text = written({ text: "", attachments: [{ filename: "a", content: new Uint8Array(200) }] });
    const lines = text.split("\r\n").filter((line) => line.startsWith("AAAA"));
    expect(lines.map((line) => line.length)).toEqual([76, 76, 76, 40]);
  });

  it("M9: content is encoded, and is base64 only when it says so and is", async () => {
    const content = "hello not base64";
    const attach = (more: object) => ({ attachments: [{ filename: "a.bin", ...more }] });
    const octets = await readBack(attach({ content }), ({ attachments }) => attachments[0]?.content);
    for (const bytes of octets) expect(Buffer.from(bytes ?? []).toString()).toBe(content);
    expect(errors(attach({ content, encoding: "base64" }))).toEqual(["encoding.invalid attachments.0.content"]);
    const given = await readBack(
      attach({ content: "aGVsbG8=", encoding: "base64" }),
      (reading) => reading.attachments[0],
    );
    for (const attachment of given) expect(Buffer.from(attachment?.content ?? []).toString()).toBe("hello");
  });
});

describe("attachments", () => {
  const named = (filename: string) => ({ text: "", attachments: [{ filename, content: "x" }] });

  it("M10: a quote in a file name is escaped", async () => {
    expect(written(named('a"b.txt'))).toContain('filename="a\\"b.txt"');
    expect(await readBack(named('a"b.txt'), ({ attachments }) => attachments[0]?.filename)).toEqual([
      'a"b.txt',
      'a"b.txt',
    ]);
  });

  it("M11: no line break passes through a file name", () => {
    expect(errors(named('a.txt"\r\nX-Evil: "1'))).toEqual(["attachment.filename attachments.0.filename"]);
  });

  it("M12: a file name outside ASCII is an extended parameter", async () => {
    expect(written(named("ü.txt"))).toContain("filename*=UTF-8''%C3%BC.txt\r\n");
    expect(await readBack(named("ü.txt"), ({ attachments }) => attachments[0]?.filename)).toEqual(["ü.txt", "ü.txt"]);
  });

  it("M19: a Content-ID stands in angle brackets", () => {
    const attachments = [{ cid: "i", content: new Uint8Array([1]), contentType: "image/png" }];
    expect(written({ html: "<img src=cid:i>", attachments })).toContain("\r\nContent-ID: <i>\r\n");
  });
});

describe("injection and addresses", () => {
  it("M13: no line break passes through a field's value or name", () => {
    expect(errors({ headers: { "X-A": `v${X}` } })).toEqual(["header.line-break headers.X-A"]);
    expect(errors({ headers: [{ name: `X-A${X}`, value: "v" }] })).toContain("header.line-break headers.0");
  });

  it("M14: no line break passes through an address", () => {
    expect(errors({ to: `a@x.com>${X}` })).toEqual(["header.line-break to"]);
    expect(errors({ to: { address: `a@x.com>${X}` } })).toEqual(["header.line-break to.address"]);
  });

  it("M16: a list is a list where one may stand, and else an error", async () => {
    const two = [
      { name: "", address: "a@x.com" },
      { name: "", address: "b@x.com" },
    ];
    expect(await readBack({ to: "a@x.com, b@x.com" }, ({ to }) => to)).toEqual([two, two]);
    expect(errors({ to: { address: "a@x.com, b@x.com" } })).toEqual(["address.syntax to.address"]);
    expect(errors({ sender: "a@x.com, b@x.com" })).toEqual(["address.syntax sender"]);
    expect(field("To", { to: "Team: a@x.com, b@x.com;" })).toBe("To: Team: a@x.com, b@x.com;");
    expect(errors({ from: "Team: a@x.com;" })).toEqual(["address.syntax from"]);
  });

  it("M17: a domain outside ASCII becomes A-labels", () => {
    expect(field("To", { to: "a@münchen.de" })).toBe("To: a@xn--mnchen-3ya.de");
  });
});

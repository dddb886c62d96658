import fc from "fast-check";
import { compose, type MessageInput, message, toBytes } from "mimewright";
import { emlDiff, type MailInput } from "mimewright/testing";
import { createTransport } from "nodemailer";
import { describe, expect, it } from "vitest";
import { lineDiff } from "../../src/testing/line-diff.ts";

const input: MessageInput = {
  from: "Ann <ann@example.com>",
  to: "Zoë <zoe@example.org>",
  subject: "Your trial ends soon",
  text: "Dear Zoë,\n\nyour trial ends on 1 May.\n\nThe team\n",
  html: "<p>Dear Zoë,</p><p>your trial ends on 1 May.</p><p>The team</p>",
  attachments: [{ filename: "terms.pdf", content: new Uint8Array([1, 2, 3]) }],
};
const m = message(input);
const report = async (one: MailInput, other: MailInput) => (await emlDiff(one, other)).report;

describe("emlDiff", () => {
  it("finds nothing between two renderings", async () => {
    const diff = await emlDiff(toBytes(m), toBytes(m));
    expect(diff).toEqual({ equal: true, differences: [], report: "" });
  });

  it("shows decoded text, with the lines around", async () => {
    const other = message({ ...input, text: "Dear Zoë,\n\nyour trial ends on 2 May.\n\nThe team\n" });
    expect(await report(m, other)).toBe(
      [
        "part 1.1 (text/plain)",
        "  Dear Zoë,",
        "  ",
        "- your trial ends on 1 May.",
        "+ your trial ends on 2 May.",
        "  ",
        "  The team",
      ].join("\n"),
    );
  });

  it("breaks html between its tags", async () => {
    const other = message({ ...input, html: "<p>Dear Zoë,</p><p>your trial ends on 2 May.</p><p>The team</p>" });
    expect(await report(m, other)).toBe(
      [
        "part 1.2 (text/html)",
        "  <p>Dear Zoë,</p>",
        "- <p>your trial ends on 1 May.</p>",
        "+ <p>your trial ends on 2 May.</p>",
        "  <p>The team</p>⏎ no line end here",
      ].join("\n"),
    );
  });

  it("tells html that differs in nothing but line ends between tags", async () => {
    const other = message({ ...input, html: "<p>Dear Zoë,</p>\n<p>your trial ends on 1 May.</p><p>The team</p>" });
    expect((await emlDiff(m, other)).differences).toMatchObject([{ kind: "content", place: "part 1.2 (text/html)" }]);
    expect(await report(m, other)).toContain("+ <p>Dear Zoë,</p>\n");
  });

  it("shows the first difference in full and names the others", async () => {
    const other = message({ ...input, subject: "Your trial ended", text: "Bye\n", headers: { "X-Campaign": "may" } });
    expect(await report(m, other)).toBe(
      [
        "Subject",
        "- Your trial ends soon",
        "+ Your trial ended",
        "",
        "Also different: X-Campaign, part 1.1 (text/plain)",
      ].join("\n"),
    );
  });

  it("tells fields that are missing or not expected", async () => {
    const other = message({ ...input, headers: { "X-Campaign": "may" } });
    expect(await report(m, other)).toBe("X-Campaign\n+ may\n  (not expected)");
    expect(await report(other, m)).toBe("X-Campaign\n- may\n  (missing)");
  });

  it("draws both trees in one when they differ", async () => {
    const other = message({ ...input, html: undefined, attachments: [] });
    expect(await report(m, other)).toBe(
      [
        "MIME tree",
        "- multipart/mixed",
        "-   multipart/alternative",
        "-     text/plain",
        "-     text/html",
        '-   application/pdf "terms.pdf"',
        "+ text/plain",
      ].join("\n"),
    );
  });

  it("tells octets apart by size and start", async () => {
    const content = new Uint8Array([1, 2, 3, 4]);
    const other = message({ ...input, attachments: [{ filename: "terms.pdf", content }] });
    expect(await report(m, other)).toBe(
      ['part 2 (application/pdf "terms.pdf")', "- 3 bytes: 01 02 03", "+ 4 bytes: 01 02 03 04"].join("\n"),
    );
  });

  it("sees the name of a file, and the field of a part", async () => {
    const content = new Uint8Array([1, 2, 3]);
    const named = message({ ...input, attachments: [{ filename: "terms-2.pdf", content }] });
    expect(await report(m, named)).toContain('-   application/pdf "terms.pdf"\n+   application/pdf "terms-2.pdf"');
    const described = message({ ...input, attachments: [{ filename: "terms.pdf", content, description: "Terms" }] });
    expect(await report(m, described)).toBe(
      'part 2 (application/pdf "terms.pdf"), Content-Description\n+ Terms\n  (not expected)',
    );
  });

  it("is blind to transfer encoding, folding, quoting and the order of fields", async () => {
    const plain = [
      "To: =?utf-8?B?Wm/Dqw==?= <zoe@example.org>",
      'From: "Ann" <ann@example.com>',
      "Subject: Your",
      " trial ends soon",
      "MIME-Version: 1.0",
      'Content-Type: TEXT/PLAIN; format=fixed;\n charset="UTF-8"',
      "Content-Transfer-Encoding: base64",
      "",
      Buffer.from("Dear Zoë\r\n").toString("base64"),
    ];
    const other = [
      "From: Ann <ann@example.com>",
      "To: =?UTF-8?Q?Zo=C3=AB?= <zoe@example.org>",
      "Subject: Your trial ends soon",
      "MIME-Version: 1.0",
      "Content-Type: text/plain; charset=UTF-8; format=fixed",
      "Content-Transfer-Encoding: quoted-printable",
      "",
      "Dear Zo=C3=AB\n",
    ];
    expect(await report(plain.join("\n"), other.join("\n"))).toBe("");
  });

  it("takes what nodemailer writes of the same mail for the same, save what it really writes otherwise", async () => {
    const { message: bytes } = await createTransport({ streamTransport: true, buffer: true }).sendMail({
      from: "Ann <ann@example.com>",
      to: "Zoë <zoe@example.org>",
      subject: "Grüße",
      text: "Hello\n",
    });
    const own = message({
      from: "Ann <ann@example.com>",
      to: "Zoë <zoe@example.org>",
      subject: "Grüße",
      text: "Hello\n",
    });
    const { differences } = await emlDiff(own, new Uint8Array(Buffer.isBuffer(bytes) ? bytes : []));
    expect(differences).toEqual([
      {
        kind: "header",
        place: "Content-Type",
        lines: ['- text/plain; charset="UTF-8"', '+ text/plain; charset="utf-8"'],
      },
    ]);
  });

  it("compares Date and Message-ID where a message was given them, or when told", async () => {
    const one = message({ ...input, date: new Date(0), messageId: "<1@example.com>" });
    const other = message({ ...input, date: new Date(86_400_000), messageId: "<1@example.com>" });
    expect(await report(one, other)).toBe("Date\n- Thu, 01 Jan 1970 00:00:00 +0000\n+ Fri, 02 Jan 1970 00:00:00 +0000");
    expect(await report(toBytes(one), toBytes(other))).toBe("");
    expect((await emlDiff(toBytes(one), toBytes(other), { keep: ["Date"] })).equal).toBe(false);
    expect(await report(one, message(input))).toBe("");
  });

  it("leaves out fields that are ignored", async () => {
    const other = compose(input).header("X-Mailer", "2.1").build();
    expect((await emlDiff(m, other, { ignore: ["x-mailer"] })).equal).toBe(true);
  });

  it.each([
    ["an option that there is not", { ignored: ["Subject"] }],
    ["a name that is not in a list", { ignore: "Subject" }],
    ["a list of something else", { keep: [1] }],
    ["no options", new Map([["ignore", ["Subject"]]])],
  ])("refuses %s", async (_, options) => {
    await expect(Reflect.apply(emlDiff, undefined, [m, m, options])).rejects.toThrow(TypeError);
  });
});

describe("lineDiff", () => {
  it("shows where long lines differ", () => {
    const line = "x".repeat(1_000);
    const lines = lineDiff(`${line}a${line}\n`, `${line}b${line}\n`);
    expect(lines).toHaveLength(2);
    expect(lines.map((one) => one.length)).toEqual([160, 160]);
    expect(lines[0]).toMatch(/^- …x+ax+…$/);
    expect(lines[1]).toMatch(/^\+ …x+bx+…$/);
  });

  it("stops looking when the texts have little in common", () => {
    const one = Array.from({ length: 3_000 }, (_, at) => `one ${at}\n`).join("");
    const other = Array.from({ length: 3_000 }, (_, at) => `other ${at}\n`).join("");
    const lines = lineDiff(`same\n${one}`, `same\n${other}`);
    expect(lines[0]).toBe("  (line 2; the texts differ in more than 1000 lines)");
    expect(lines).toContain("- one 0");
    expect(lines).toContain("+ other 0");
  });

  it("is empty for equal texts only, and never long", () => {
    const text = fc
      .array(fc.constantFrom("a\n", "b\n", "c", "\n", "y".repeat(300)), { maxLength: 80 })
      .map((list) => list.join(""));
    fc.assert(
      fc.property(text, text, (one, other) => {
        const lines = lineDiff(one, other);
        expect(lines.length === 0).toBe(one === other);
        expect(lines.length).toBeLessThanOrEqual(61);
        expect(Math.max(0, ...lines.map((line) => line.length))).toBeLessThanOrEqual(160);
      }),
    );
  });
});

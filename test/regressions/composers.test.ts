// Defects that were measured in other composers, each with what has to happen instead: E in emailjs-mime-builder
// 2.0.5, B in mail-builder, Python's email 3.11, lettre and @upyo 0.5.
import { toBytes, toTree } from "mimewright";
import { describe, expect, it } from "vitest";
import { lineFaults } from "../readers/heads.ts";
import { bytesOf, errors, field, message, OPTIONS, readBack, written, X } from "./helpers.ts";

describe("emailjs-mime-builder", () => {
  it("E1: letters outside the first plane stay whole", async () => {
    const subject = "𝕳𝖊𝖑𝖑𝖔".repeat(12);
    expect(lineFaults(bytesOf({ subject }))).toEqual([]);
    expect(await readBack({ subject }, (reading) => reading.subject)).toEqual([subject, subject]);
  });

  it("E2: no encoded-word stands in quotes", async () => {
    const name = "Keld Jørn Simonsen";
    const input = { to: { name, address: "keld@example.com" } };
    expect(field("To", input)).toBe("To: =?UTF-8?Q?Keld_J=C3=B8rn_Simonsen?= <keld@example.com>");
    expect(await readBack(input, ({ to }) => to[0])).toEqual([input.to, input.to]);
  });

  it("E3: a long line does not add an empty one", async () => {
    const text = `${"x".repeat(997)}\r\nsecond`;
    const texts = await readBack({ text }, (reading) => reading.text.replaceAll("\r\n", "\n").trimEnd());
    expect(texts).toEqual([text.replace("\r\n", "\n"), text.replace("\r\n", "\n")]);
  });

  it("E4: an enclosed message is never base64", () => {
    const content = "From: c@example.com\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nGrüße\r\n";
    const text = written({ text: "", attachments: [{ contentType: "message/rfc822", content }] });
    expect(text).toMatch(/Content-Type: message\/rfc822[\s\S]*?Content-Transfer-Encoding: 7bit/);
    const asked = { attachments: [{ contentType: "message/rfc822", content, encoding: "quoted-printable" }] };
    expect(errors(asked)).toEqual(["encoding.mismatch attachments.0.encoding"]);
  });

  it("E5: a subject with NUL is an error", () => {
    expect(errors({ subject: "a\0b" })).toEqual(["header.control subject"]);
  });
});

describe("mail-builder, Python, lettre, upyo", () => {
  it("B1: a domain is neither raw UTF-8 nor an encoded-word", () => {
    expect(field("To", { to: { name: "Zoë", address: "a@münchen.de" } })).toBe(
      "To: =?UTF-8?Q?Zo=C3=AB?= <a@xn--mnchen-3ya.de>",
    );
  });

  it("B2: no line break passes through a subject, an address or a field name", () => {
    expect(errors({ subject: `s${X}` })).toEqual(["header.line-break subject"]);
    expect(errors({ to: `a@example.com${X}` })).toEqual(["header.line-break to"]);
    expect(errors({ headers: { [`X-A${X}`]: "v" } })[0]).toMatch(/^header\.line-break headers\./);
  });

  it("B3: a multipart that holds 8-bit parts says so", () => {
    const input = { text: "Grüße", html: "<p>Grüße", transport: "8bit", textEncoding: "8bit" };
    const attachments = [{ filename: "a.bin", content: new Uint8Array([1]) }];
    const labels = written({ ...input, attachments }).match(
      /^(Content-Type: [^;\r]+|Content-Transfer-Encoding: \S+)/gim,
    );
    expect(labels).toEqual([
      "Content-Type: multipart/mixed",
      "Content-Transfer-Encoding: 8bit",
      "Content-Type: multipart/alternative",
      "Content-Transfer-Encoding: 8bit",
      "Content-Type: text/plain",
      "Content-Transfer-Encoding: 8bit",
      "Content-Type: text/html",
      "Content-Transfer-Encoding: 8bit",
      "Content-Type: application/octet-stream",
      "Content-Transfer-Encoding: base64",
    ]);
    // Its tree is written the same way.
    const m = message({ ...input, attachments });
    expect(Buffer.compare(toBytes(toTree(m, OPTIONS), OPTIONS), toBytes(m, OPTIONS))).toBe(0);
  });

  it("B4: a date that is none is an error, not an empty field", () => {
    expect(errors({ date: new Date(Number.NaN) })).toEqual(["header.date date"]);
  });

  it("B5: CRLF in a quoted-printable text is a line break", () => {
    const text = written({ text: "eins ü\r\nzwei ü", textEncoding: "quoted-printable" });
    expect(text.split("\r\n\r\n")[1]).toBe("eins =C3=BC\r\nzwei =C3=BC");
  });
});

import { describe, expect, it } from "vitest";
import { issuesOf, renderedOf } from "./support.ts";

const wrong = (attachment: object, input: object = {}) => issuesOf({ ...input, attachments: [attachment] });
const bytes = (text: string) => new TextEncoder().encode(text);

describe("an encoding that is asked for", () => {
  it("is 7bit, quoted-printable or base64, in any case of letters", () => {
    for (const encoding of ["7bit", "QUOTED-Printable", "base64"]) {
      expect(wrong({ content: bytes("x"), encoding })).toEqual([]);
    }
    for (const encoding of ["rot13", "", 5, null, "7-bit"]) {
      expect(wrong({ content: bytes("x"), encoding })).toEqual(["encoding.unknown attachments.0.encoding"]);
      expect(issuesOf({ textEncoding: encoding })).toEqual(["encoding.unknown textEncoding"]);
    }
  });

  it("is 8bit only where the transport is, and binary never", () => {
    for (const encoding of ["8bit", "binary"]) {
      expect(wrong({ content: bytes("x"), encoding })).toEqual(["encoding.eight-bit attachments.0.encoding"]);
    }
    expect(wrong({ content: bytes("ü\r\n"), encoding: "8bit" }, { transport: "8bit" })).toEqual([]);
    expect(wrong({ content: bytes("x"), encoding: "binary" }, { transport: "8bit" })).toEqual([
      "encoding.eight-bit attachments.0.encoding",
    ]);
  });

  it.each(["ü", "a\nb", "a\rb", "a\0b", "a".repeat(999)])("is not 7bit over %j", (text) => {
    expect(wrong({ content: bytes(text), encoding: "7bit" })).toEqual(["encoding.mismatch attachments.0.encoding"]);
  });

  it("is 7bit over lines of 998, and over what is legal but fragile", () => {
    for (const text of ["a".repeat(998), "From me\r\n", ".\r\n", "trailing \r\n", ""]) {
      expect(wrong({ content: bytes(text), encoding: "7bit" })).toEqual([]);
    }
  });

  it("is neither 7bit nor 8bit over a source, whose bytes nobody has seen", () => {
    for (const encoding of ["7bit", "8bit"]) {
      expect(wrong({ content: () => [], encoding }, { transport: "8bit" })).toEqual([
        "encoding.mismatch attachments.0.encoding",
      ]);
    }
    expect(wrong({ content: () => [], encoding: "quoted-printable" })).toEqual([]);
  });
});

describe("textEncoding", () => {
  it.each(["text", "html", "amp", "watch"])("holds for %s, which has to fit", (option) => {
    expect(issuesOf({ text: undefined, html: "", [option]: "ü", textEncoding: "7bit" })).toEqual([
      "encoding.mismatch textEncoding",
    ]);
    expect(renderedOf({ [option]: "a=b", textEncoding: "quoted-printable" })).toContain("\r\n\r\na=3Db");
    expect(renderedOf({ [option]: "a", textEncoding: "base64" })).toContain("\r\n\r\nYQ==");
  });

  it("holds for the calendar, which has to fit", () => {
    const calendar = { method: "REQUEST", content: "BEGIN:VCALENDAR\nMETHOD:REQUEST\nSUMMARY:ü\nEND:VCALENDAR" };
    expect(issuesOf({ calendar, textEncoding: "7bit" })).toEqual(["encoding.mismatch textEncoding"]);
    expect(renderedOf({ calendar, textEncoding: "base64" })).toContain("Content-Transfer-Encoding: base64\r\n");
  });

  it("does not hold for attachments", () => {
    const output = renderedOf({
      text: "a",
      textEncoding: "base64",
      attachments: [{ filename: "a.txt", content: "plain" }],
    });
    expect(output).toContain("\r\n\r\nplain\r\n");
  });

  it("of 8bit labels every parent", () => {
    const output = renderedOf({ text: "ü", html: "<p>", transport: "8bit", textEncoding: "8bit" });
    expect(output.match(/Content-Transfer-Encoding: 8bit/g)).toHaveLength(3);
  });
});

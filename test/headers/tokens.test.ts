import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  checkHeaderText,
  checkStructuredText,
  isDotAtom,
  isFieldName,
  isToken,
  quoteString,
  tokenOrQuotedString,
} from "../../src/mail/headers/tokens.ts";
import { collect } from "./support.ts";

describe("tokens", () => {
  it("takes every printable character but tspecials in a token", () => {
    expect(isToken("a!#$%&'*+-.^_`{|}~Z9")).toBe(true);
    for (const char of '()<>@,;:\\"/[]?= \té\u0000') expect(isToken(`a${char}`)).toBe(false);
    expect(isToken("")).toBe(false);
  });

  it("takes every printable character but the colon in a field name", () => {
    expect(isFieldName("X-(a)@b")).toBe(true);
    for (const name of ["", "a b", "a:b", "X-ÄÖ", "a\r\nb", "a\u007f"]) expect(isFieldName(name)).toBe(false);
  });

  it("wants atoms on both sides of every dot", () => {
    expect(isDotAtom("a.b-c.d")).toBe(true);
    for (const text of ["", ".a", "a.", "a..b", "a b", 'a"b', "é"]) expect(isDotAtom(text)).toBe(false);
  });

  it("escapes only quotes and backslashes in a quoted-string", () => {
    expect(quoteString('a"b\\c d')).toBe('"a\\"b\\\\c d"');
    expect(tokenOrQuotedString("plain.txt")).toBe("plain.txt");
    expect(tokenOrQuotedString("copy (1).pdf")).toBe('"copy (1).pdf"');
    expect(tokenOrQuotedString("")).toBe('""');
  });
});

describe("checkHeaderText", () => {
  const check = (text: string) => collect((place) => checkHeaderText(text, place.at("subject")));

  it("refuses CR and LF anywhere, at the end too", () => {
    for (const text of ["a\r\nb", "a\nb", "a\rb", "a\n", "\r"]) {
      expect(check(text)).toMatchObject({ value: false, codes: ["header.line-break"] });
    }
  });

  it("refuses NUL, other controls, DEL and lone surrogates, but no tab", () => {
    for (const text of ["a\u0000", "\u001b", "a\u007fb", "a\ud800", "\udc00a"]) {
      expect(check(text)).toMatchObject({ value: false, codes: ["header.control"] });
    }
    expect(check("a\tb")).toMatchObject({ value: true, codes: [] });
  });

  it("refuses a tab where the value has a grammar", () => {
    const { codes } = collect((place) => checkStructuredText("a\tb", place));
    expect(codes).toEqual(["header.control"]);
  });

  it("tells the offset, one issue of each kind, and uses the codes it is given", () => {
    const { issues } = collect((place) =>
      checkHeaderText("ab\n\n\u0000\u0000", place.at("x"), { control: "attachment.filename" }),
    );
    expect(issues.map(({ code, message }) => [code, message.replace(/\D+/, "")])).toEqual([
      ["header.line-break", "2"],
      ["attachment.filename", "4"],
    ]);
  });

  it("lets line separators of Unicode and letters that end in 0D or 0A through: they leave encoded", () => {
    expect(check("\u0085\u2028\u2029\u760d\u760a\u010d\u010a").value).toBe(true);
  });

  it("agrees with a plain look at every character", () => {
    const unit = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((n) => String.fromCharCode(n)) }),
    );
    fc.assert(
      fc.property(unit, (text) => {
        const clean = !/[\u0000-\u0008\u000a-\u001f\u007f]/.test(text) && !/\p{Surrogate}/u.test(text);
        expect(check(text).value).toBe(clean);
      }),
    );
  });
});

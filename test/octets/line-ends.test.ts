import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toCrlf } from "../../src/mail/octets/line-ends.ts";

describe("canonical line ends", () => {
  it.each([
    ["a\nb", "a\r\nb"],
    ["a\rb", "a\r\nb"],
    ["a\r\nb", "a\r\nb"],
    ["\n\r", "\r\n\r\n"],
    ["\r\r\n\n", "\r\n\r\n\r\n"],
    ["a\u0085b\u2028c", "a\u0085b\u2028c"],
    ["", ""],
  ])("writes %j as %j", (text, canonical) => {
    expect(toCrlf(text)).toBe(canonical);
  });

  it.each(["a long line of text, as most are\r\n", "ab\r\n"])("finds the one that is bare among many of %j", (line) => {
    const many = line.repeat(500);
    for (const bare of ["\n", "\r"]) expect(toCrlf(`${many}x${bare}${many}`)).toBe(`${many}x\r\n${many}`);
    expect(toCrlf(`${many}\r`)).toBe(`${many}\r\n`);
    expect(toCrlf(many)).toBe(many);
  });

  it("leaves only CRLF and everything else as it was", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("\r", "\n", "\r\n", "a", " ") }), (text) => {
        const canonical = toCrlf(text);
        expect(canonical.split("\r\n")).toEqual(text.split(/\r\n|\r|\n/));
        expect(toCrlf(canonical)).toBe(canonical);
      }),
    );
  });
});

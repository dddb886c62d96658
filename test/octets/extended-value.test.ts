import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodePercent, percentEncode } from "../../src/mail/octets/extended-value.ts";
import { ascii } from "./helpers.ts";

const utf8 = new TextEncoder();

describe("extended values", () => {
  it("leaves only what RFC 2231 calls an attribute-char and every reader takes as text", () => {
    const bare = Array.from({ length: 256 }, (_, byte) => byte).filter(
      (byte) => percentEncode(Uint8Array.of(byte)).length === 1,
    );
    expect(String.fromCharCode(...bare)).toBe(
      "!#$&+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ^_abcdefghijklmnopqrstuvwxyz{}~",
    );
  });

  it.each([
    ["l'été.pdf", "l%27%C3%A9t%C3%A9.pdf"],
    ["100% (a*b) c", "100%25%20%28a%2Ab%29%20c"],
    ["\r\n\0", "%0D%0A%00"],
  ])("writes %j as %s", (text, value) => {
    expect(percentEncode(utf8.encode(text))).toBe(value);
  });

  it("reads back every value, with the platform's decoder too", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(decodePercent(percentEncode(bytes))).toEqual(bytes);
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(decodeURIComponent(percentEncode(utf8.encode(text)))).toBe(text);
      }),
    );
  });

  it("takes lower-case hex and bare characters, and refuses what is no escape", () => {
    expect(decodePercent("%c3%a9 x")).toEqual(ascii("\u00c3\u00a9 x"));
    for (const value of ["%", "%4", "%4g", "%g4", "a%", "é"]) expect(decodePercent(value)).toBeUndefined();
  });
});

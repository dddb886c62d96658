import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findCharset, isWellFormed, registerCharset, usAscii, utf8 } from "../../src/encoding/charset.ts";
import { ascii } from "./helpers.ts";

describe("UTF-8", () => {
  it("writes what the platform reads back", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(utf8.encode(text)).toEqual(new TextEncoder().encode(text));
      }),
    );
  });

  it.each([
    ["a\ud800", 1],
    ["\udc00", 0],
    ["😀\ud83d", 2],
    ["\ud83d😀", 0],
    ["\udc00\ud800", 0],
  ])("tells where the lone surrogate of %j stands", (text, offset) => {
    expect(isWellFormed(text)).toBe(offset);
    expect(utf8.encode(text)).toEqual({ unmappable: offset });
  });

  it("finds no fault in whole text", () => {
    expect(isWellFormed("aé😀")).toBe(-1);
  });

  it("agrees with the platform on what is well formed", () => {
    const unit = fc.constantFrom("a", "\ud83d", "\ude00", "é");
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 6 }), (text) => {
        const replaced = new TextDecoder().decode(new TextEncoder().encode(text));
        const first = Array.from(text).findIndex((character) => /^[\ud800-\udfff]$/.test(character));
        const offset = Array.from(text).slice(0, Math.max(first, 0)).join("").length;
        expect(isWellFormed(text)).toBe(replaced === text ? -1 : offset);
      }),
    );
  });
});

describe("US-ASCII", () => {
  it("writes ASCII and refuses the first character beyond it", () => {
    expect(usAscii.encode("a\r\n\u007f")).toEqual(ascii("a\r\n\u007f"));
    expect(usAscii.encode("caf\u00e9")).toEqual({ unmappable: 3 });
    // The low byte of this character is CR.
    expect(usAscii.encode("\u010d")).toEqual({ unmappable: 0 });
  });
});

describe("the registry", () => {
  it.each(["utf-8", "UTF-8", "Utf8"])("knows UTF-8 as %s", (label) => {
    expect(findCharset(label)).toBe(utf8);
  });

  it("finds nothing under a label that nobody registered, names of Object.prototype among them", () => {
    for (const label of ["", "utf-9", "constructor", "__proto__"]) expect(findCharset(label)).toBeUndefined();
  });

  it("finds a charset that was registered, whatever the case", () => {
    const charset = { ...usAscii, name: "X-Test" };
    registerCharset("X-Test", charset);
    expect(findCharset("x-tEST")).toBe(charset);
  });
});

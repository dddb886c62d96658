import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  findCharset,
  findUnmappable,
  firstLoneSurrogate,
  registerCharset,
  usAscii,
  utf8,
} from "../../src/mail/octets/charset.ts";
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
    expect(firstLoneSurrogate(text)).toBe(offset);
    expect(utf8.encode(text)).toEqual({ unmappable: offset });
  });

  it("finds no fault in whole text", () => {
    expect(firstLoneSurrogate("aé😀")).toBe(-1);
  });

  it("agrees with the platform on what is well formed", () => {
    const unit = fc.constantFrom("a", "\ud83d", "\ude00", "é");
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 6 }), (text) => {
        const replaced = new TextDecoder().decode(new TextEncoder().encode(text));
        const first = Array.from(text).findIndex((character) => /^[\ud800-\udfff]$/.test(character));
        const offset = Array.from(text).slice(0, Math.max(first, 0)).join("").length;
        expect(firstLoneSurrogate(text)).toBe(replaced === text ? -1 : offset);
      }),
    );
  });
});

describe("long text as UTF-8", () => {
  const slab = 32 * 1024;

  it("keeps pairs whole, wherever they stand", () => {
    for (const before of [slab - 2, slab - 1, slab, slab + 1, 3 * slab - 1]) {
      const text = `${"é".repeat(before)}😀${"あ".repeat(slab)}`;
      expect(Buffer.compare(bytesOf(text), Buffer.from(text))).toBe(0);
    }
  });

  it("takes U+FFFD for what it is, and a lone surrogate for none", () => {
    const long = "a".repeat(slab);
    expect(Buffer.compare(bytesOf(`${long}\ufffd${long}`), Buffer.from(`${long}\ufffd${long}`))).toBe(0);
    expect(utf8.encode(`${long}\ufffd\ud800${long}`)).toEqual({ unmappable: slab + 1 });
    expect(utf8.encode(`${long}${long}\udbff`)).toEqual({ unmappable: 2 * slab });
  });

  const bytesOf = (text: string): Uint8Array => {
    const bytes = utf8.encode(text);
    return bytes instanceof Uint8Array ? bytes : expect.fail("unmappable");
  };
});

describe("what a charset cannot write", () => {
  it("is found without encoding", () => {
    expect(findUnmappable(utf8, "né😀")).toBe(-1);
    expect(findUnmappable(utf8, "a\ud800")).toBe(1);
    expect(findUnmappable(usAscii, "ne")).toBe(-1);
    expect(findUnmappable(usAscii, "né")).toBe(1);
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

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { legacyCharsets } from "../../src/charset.ts";
import { type Charset, findCharset } from "../../src/mail/octets/charset.ts";

function charset(label: string): Charset {
  const found = findCharset(label);
  if (found === undefined) throw new Error(`${label} is not registered`);
  return found;
}

const hex = (label: string, text: string): string | undefined => {
  const bytes = charset(label).encode(text);
  return bytes instanceof Uint8Array ? Buffer.from(bytes).toString("hex") : undefined;
};

describe("the legacy charsets", () => {
  it("are registered under their preferred MIME names", () => {
    for (const name of legacyCharsets) expect(charset(name).name).toBe(name);
    expect(legacyCharsets).toContain("ISO-2022-JP");
    expect(new Set(legacyCharsets).size).toBe(legacyCharsets.length);
  });

  it.each([
    ["sjis", "Shift_JIS"],
    ["EUCJP", "EUC-JP"],
    ["csISO2022JP", "ISO-2022-JP"],
    ["ks_c_5601-1987", "EUC-KR"],
    ["cp1252", "windows-1252"],
    ["latin1", "ISO-8859-1"],
    ["Latin-9", "ISO-8859-15"],
    ["koi8-r", "KOI8-R"],
    ["big5", "Big5"],
  ])("writes the label of %s as %s", (alias, name) => {
    expect(charset(alias).name).toBe(name);
  });

  it.each([
    ["Shift_JIS", "日本語ｱ\\~", "93fa967b8ceab15c7e"],
    ["EUC-JP", "日本語ｱ", "c6fccbdcb8ec8eb1"],
    ["EUC-KR", "한국어", "c7d1b1b9beee"],
    ["GB2312", "中文", "d6d0cec4"],
    ["GBK", "鎔", "e667"],
    ["GB18030", "中€é😀", "d6d0a2e3a8a69439fc36"],
    ["Big5", "中文十", "a4a4a4e5a451"],
    ["KOI8-R", "Привет", "f0d2c9d7c5d4"],
    ["windows-1251", "Привет", "cff0e8e2e5f2"],
    ["windows-1252", "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ", "8082838485868788898a8b8c8e9192939495969798999a9b9c9e9f"],
    ["ISO-8859-1", "\u00a0é\u00ff", "a0e9ff"],
    ["ISO-8859-15", "€", "a4"],
  ])("write %s", (name, text, bytes) => {
    expect(hex(name, text)).toBe(bytes);
  });

  it.each([
    ["EUC-JP", "日é€", 2],
    ["EUC-JP", "①", 0],
    ["Shift_JIS", "日本①", 2],
    ["Shift_JIS", "a髙", 1],
    ["Shift_JIS", "10〜12", 2],
    ["Shift_JIS", "10～12", 2],
    ["Shift_JIS", "¥", 0],
    ["Shift_JIS", "‾", 0],
    ["EUC-KR", "a뷁", 1],
    ["GB2312", "中鎔", 1],
    ["Big5", "中€", 1],
    ["windows-1252", "a\u0081", 1],
    ["windows-1252", "\ufffd", 0],
    ["windows-1252", "\u0080", 0],
    ["ISO-8859-1", "€", 0],
    ["ISO-8859-1", "\u0085", 0],
    ["ISO-8859-1", "\u010d\u010a", 0],
    ["KOI8-R", "ok 😀", 3],
    ["GB18030", "😀\ue000", 2],
    ["GB18030", "😀\ud800", 2],
    ["US-ASCII", "caf\u00e9", 3],
  ])("tell where %s cannot write %j", (name, text, offset) => {
    expect(charset(name).encode(text)).toEqual({ unmappable: offset });
  });

  it.each(legacyCharsets)("%s passes ASCII and line ends through untouched", (name) => {
    const text = "Hello, \t\\~ world!\r\n\n\r.";
    expect(hex(name, text)).toBe(Buffer.from(text).toString("hex"));
    expect(hex(name, "")).toBe("");
    expect(hex(name, "\0")).toBe("00");
  });

  it("give the offset of the first character that fails alone", () => {
    const unit = fc.constantFrom("a", "é", "日", "ｱ", "한", "Ж", "€", "😀", "\r\n", "\ud800", "\u00a5");
    fc.assert(
      fc.property(fc.constantFrom(...legacyCharsets), fc.array(unit), (name, characters) => {
        const bad = characters.findIndex((character) => !(charset(name).encode(character) instanceof Uint8Array));
        const result = charset(name).encode(characters.join(""));
        if (bad < 0) expect(result).toBeInstanceOf(Uint8Array);
        else expect(result).toEqual({ unmappable: characters.slice(0, bad).join("").length });
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("GB 18030 beyond the BMP", () => {
  it("is what the platform reads back, for every plane", () => {
    const decoder = new TextDecoder("gb18030", { fatal: true });
    fc.assert(
      fc.property(fc.integer({ min: 0x10000, max: 0x10ffff }), (code) => {
        const character = String.fromCodePoint(code);
        const bytes = charset("GB18030").encode(character);
        expect(bytes instanceof Uint8Array && decoder.decode(bytes)).toBe(character);
      }),
      { numRuns: 1_000 },
    );
  });
});

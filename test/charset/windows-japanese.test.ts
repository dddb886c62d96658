// Japanese as Windows has it, by the table of the WHATWG Encoding Standard, against the platform's decoder of it.
import "mimewright/charset";
import { check, message, toBytes } from "mimewright";
import PostalMime from "postal-mime";
import { describe, expect, it } from "vitest";
import { findCharset } from "../../src/mail/octets/charset.ts";

const options = { seed: "s", now: () => new Date(0) };
const words = "①㈱髙﨑Ⅷⅷ～－∥￠￡￢纊ｱｲﾊﾟ漢字かなABC";

// Everything that the decoder of a label finds behind two octets of these ranges, and the half-width katakana.
function repertoire(
  wrap: (lead: number, trail: number) => Uint8Array,
  label: string,
  leads: readonly number[],
): string {
  const decoder = new TextDecoder(label);
  const found = new Set<string>();
  for (const lead of leads) {
    for (let trail = 0x21; trail <= 0xfc; trail++) {
      const text = decoder.decode(wrap(lead, trail));
      if (text.length === 1 && text >= "\u00a0" && !/[\ue000-\uf8ff\ufffd]/.test(text)) found.add(text);
    }
  }
  return [...found].join("");
}

function range(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

function refusedBy(label: string, text: string): readonly string[] {
  const charset = findCharset(label);
  return [...text].filter((character) => !(charset?.encode(character) instanceof Uint8Array));
}

describe("Japanese of Windows", () => {
  it("has the whole repertoire of the browsers' Shift_JIS in windows-31j", () => {
    const all = repertoire((lead, trail) => Uint8Array.of(lead, trail), "shift_jis", [
      ...range(0x81, 0x9f),
      ...range(0xe0, 0xfc),
    ]);
    const kana = String.fromCharCode(...range(0xff61, 0xff9f));
    expect(all.length).toBeGreaterThan(7_000);
    expect(refusedBy("windows-31j", all + kana)).toEqual([]);
  });

  it("has the whole repertoire of the browsers' ISO-2022-JP in ISO-2022-JP-MS, half-width katakana as they are", () => {
    const wrap = (lead: number, trail: number) => Uint8Array.of(0x1b, 0x24, 0x42, lead, trail, 0x1b, 0x28, 0x42);
    const all = repertoire(wrap, "iso-2022-jp", range(0x21, 0x7e));
    const kana = String.fromCharCode(...range(0xff61, 0xff9f));
    expect(all.length).toBeGreaterThan(7_000);
    expect(refusedBy("ISO-2022-JP-MS", all + kana)).toEqual([]);
    const bytes = findCharset("ISO-2022-JP-MS")?.encode(`${all}\r\n${kana} ascii ${all}`);
    expect(new TextDecoder("iso-2022-jp", { fatal: true }).decode(bytes as Uint8Array)).toBe(
      `${all}\r\n${kana} ascii ${all}`,
    );
  });

  it.each([
    ["windows-31j", "髙", "fbfc"],
    ["windows-31j", "①㈱", "8740878a"],
    ["windows-31j", "Ⅰⅰ¬∵", undefined],
    ["windows-31j", "Ⅰⅰ￢∵", "8754fa4081ca81e6"],
    ["ISO-2022-JP-MS", "①髙", "1b24422d217c621b2842"],
    ["ISO-2022-JP-MS", "aｱあ", "611b2849311b244224221b2842"],
  ])("has the codes that the encoder of browsers would choose: %s %s", (label, text, hex) => {
    const bytes = findCharset(label)?.encode(text);
    expect(bytes instanceof Uint8Array ? Buffer.from(bytes).toString("hex") : undefined).toBe(hex);
  });

  it.each(["windows-31j", "cp932", "MS932", "ISO-2022-JP-MS", "cp50221"])(
    "is read back by a reader of the browsers' tables from every place of a message: %s",
    async (charset) => {
      const m = message({
        from: { name: words, address: "a@example.jp" },
        to: { group: `組${words}`, members: "b@example.jp" },
        subject: `${words} ${words} ${words}`,
        text: `${words}\r\n`,
        html: `<p>${words}</p>`,
        attachments: [{ filename: `${words}.txt`, content: words }],
        charset,
      });
      const mail = await PostalMime.parse(toBytes(m, options));
      expect(mail.from).toEqual({ name: words, address: "a@example.jp" });
      expect(mail.to?.[0]?.name).toBe(`組${words}`);
      expect(mail.subject).toBe(`${words} ${words} ${words}`);
      expect(mail.text?.trim()).toBe(words);
      expect(mail.html?.trim()).toBe(`<p>${words}</p>`);
      expect(mail.attachments[0]?.filename).toBe(`${words}.txt`);
    },
  );

  it("is labelled as readers know it: windows-31j is registered, ISO-2022-JP-MS is known as ISO-2022-JP", () => {
    const raw = (charset: string) =>
      Buffer.from(
        toBytes(message({ from: "a@example.jp", to: "b@example.jp", subject: "①", text: "①", charset }), options),
      ).toString("latin1");
    expect(raw("cp932")).toContain("charset=windows-31j");
    expect(raw("cp932")).toContain("=?windows-31j?");
    expect(raw("iso-2022-jp-ms")).toContain("charset=ISO-2022-JP\r\n");
    expect(raw("iso-2022-jp-ms")).toContain("Content-Transfer-Encoding: 7bit");
    expect(raw("iso-2022-jp-ms")).toContain("=?ISO-2022-JP?B?");
  });

  it("lacks what its readers would show as something else, and names it", () => {
    const issues = (text: string, charset: string) =>
      check({ from: "a@example.jp", to: "b@example.jp", subject: text, text, charset }).issues.map(
        (one) => one.message,
      );
    expect(issues("10〜12", "windows-31j")).toEqual([
      'the character "〜" (U+301C) at offset 2 is not in windows-31j',
      'the character "〜" (U+301C) at offset 2 is not in windows-31j',
    ]);
    expect(issues("¥", "ISO-2022-JP-MS")[0]).toBe('the character "¥" (U+00A5) at offset 0 is not in ISO-2022-JP-MS');
    expect(issues("a①", "Shift_JIS")[0]).toBe('the character "①" (U+2460) at offset 1 is not in Shift_JIS');
  });
});

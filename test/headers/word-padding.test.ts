// A B word with padding ends its field, whatever stands in it: GMime up to 3.2.13 loses the words behind it.
import "mimewright/charset";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Field, formatField } from "../../src/mail/headers/field.ts";
import { findCharset, utf8 } from "../../src/mail/octets/charset.ts";
import { isBytes } from "../../src/mail/octets/kinds.ts";
import { decodeWord, hostilePieces, linesOf, wordsOf } from "./support.ts";

const ALPHABETS = {
  "UTF-8": ["日本語", "Привет", "مرحبا", "שלום", "สวัสดี", "नमस्ते", "👨‍👩‍👧‍👦", "🏳️‍🌈", "é", "€", ...hostilePieces],
  Shift_JIS: ["山田", "太郎", "ｶﾅ", "カ", "、", "a", " "],
  GB18030: ["王", "小明", "𠀀", "é", "👩🏽‍🚀", "x", " "],
  "EUC-KR": ["김", "철수", "a ", "b"],
  "windows-1251": ["Іван", "№5", "“", "a", " "],
  "ISO-2022-JP": ["日", "本語", "カタ", "、", "plain", " ", "("],
} as const;

function settled(field: Field, charset: string): string {
  return formatField(field, { charset: findCharset(charset) ?? utf8, legacyNames: false });
}

function textOf(name: keyof typeof ALPHABETS): fc.Arbitrary<string> {
  const piece: fc.Arbitrary<string> = fc.constantFrom<string>(...ALPHABETS[name]);
  return fc
    .array(piece, { minLength: 1, maxLength: 40 })
    .map((pieces) => pieces.join(""))
    .filter((text) => isBytes((findCharset(name) ?? utf8).encode(text)) && !/[\u0000-\u001f]/.test(text));
}

// RFC 2047 s2: 76 characters for a line with words. RFC 5322 s2.1.1: 78 for others, where their tokens let them fold.
function isWithinLine(line: string): boolean {
  if (line.includes("=?")) return line.length <= 76;
  return line.length <= 78 || line.split(" ").some((token) => token.length > 60);
}

const isPadded = (word: string): boolean => /\?B\?[^?]*=\?=$/.test(word);

describe.each(Object.keys(ALPHABETS) as (keyof typeof ALPHABETS)[])("in %s", (charset) => {
  it("no word of a text is padded before the end of its field", () => {
    fc.assert(
      fc.property(textOf(charset), (text) => {
        const field = settled({ name: "Subject", value: { kind: "text", text } }, charset);
        const words = wordsOf(field);
        for (const word of words) if (isPadded(word)) expect(field.endsWith(`${word}\r\n`)).toBe(true);
        for (const line of linesOf(field)) expect(isWithinLine(line)).toBe(true);
        for (const word of words) expect(word.length).toBeLessThanOrEqual(75);
      }),
      { numRuns: 150 },
    );
  });

  it("no word of a name is padded, but the last of a charset that has B words only", () => {
    fc.assert(
      fc.property(textOf(charset), textOf(charset), (name, group) => {
        const member = { name, address: "a@example.com" };
        const value = { kind: "addresses", addresses: [member, { group, members: [member] }] } as const;
        const field = settled({ name: "To", value }, charset);
        const padded = wordsOf(field).filter(isPadded);
        if (charset !== "ISO-2022-JP") expect(padded).toEqual([]);
        for (const word of padded) expect(field.slice(field.indexOf(word) + word.length)).toMatch(/^(?:\r\n)? [<:]/);
      }),
      { numRuns: 150 },
    );
  });

  it("every word reads alone", () => {
    fc.assert(
      fc.property(textOf(charset), (text) => {
        const field = settled({ name: "Subject", value: { kind: "text", text } }, charset);
        for (const word of wordsOf(field)) expect(() => decodeWord(word)).not.toThrow();
      }),
      { numRuns: 50 },
    );
  });
});

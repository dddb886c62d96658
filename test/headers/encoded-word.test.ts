import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MessageError } from "../../src/issues.ts";
import { encodeWords } from "../../src/mail/headers/encoded-word.ts";
import { formatField } from "../../src/mail/headers/field.ts";
import { clusterEnds } from "../../src/mail/headers/graphemes.ts";
import type { WordPlace } from "../../src/mail/headers/word-cuts.ts";
import { type Charset, utf8 } from "../../src/mail/octets/charset.ts";
import { decodeWord, hiraganaCharset, hostileText, latin1, wordsOf } from "./support.ts";

const place: WordPlace = { charset: utf8, kind: "text", room: 75, canFold: false, closes: true };
const family = "\u{1f468}\u200d\u{1f469}\u200d\u{1f467}\u200d\u{1f466}";

/** Offsets at which the words tear a cluster of the text. */
function tornCuts(words: readonly string[], text: string): readonly number[] {
  const ends = new Set(clusterEnds(text));
  let at = 0;
  const cuts: number[] = [];
  for (const word of words) {
    at += decodeWord(word).length;
    cuts.push(at);
  }
  return cuts.filter((cut) => !ends.has(cut));
}

describe("encodeWords", () => {
  it("takes B or Q, whichever is shorter, and Q when they are equal", () => {
    expect(encodeWords("jõgeva", place)).toEqual(["=?UTF-8?Q?j=C3=B5geva?="]);
    expect(encodeWords("日本語", place)).toEqual(["=?UTF-8?B?5pel5pys6Kqe?="]);
    // Twelve characters either way.
    expect(encodeWords("aaaaaéb", place)).toEqual(["=?UTF-8?Q?aaaaa=C3=A9b?="]);
    expect(encodeWords("éaéaé", place)).toEqual(["=?UTF-8?B?w6lhw6lhw6k=?="]);
  });

  it("writes spaces as underscores and escapes what words give a meaning", () => {
    expect(encodeWords("  hi  ", place)).toEqual(["=?UTF-8?Q?__hi__?="]);
    expect(encodeWords("some_longer text=?b", place)).toEqual(["=?UTF-8?Q?some=5Flonger_text=3D=3Fb?="]);
  });

  it("leaves only letters, digits and !*+-/ bare in a phrase", () => {
    expect(encodeWords("a!*+-/é.(", { ...place, kind: "phrase", closes: false })).toEqual([
      "=?UTF-8?Q?a!*+-/=C3=A9=2E=28?=",
    ]);
  });

  it("fills words up to 75 characters", () => {
    const words = encodeWords("日".repeat(60), place);
    expect(words.map(({ length }) => length)).toEqual([72, 72, 72, 72]);
    expect(encodeWords("x".repeat(1200), place)[0]).toHaveLength(75);
  });

  it("cuts between clusters", () => {
    const flags = "\u{1f1e9}\u{1f1ea}".repeat(20);
    const text = `${flags}${"e\u0301".repeat(30)}`;
    expect(tornCuts(encodeWords(text, place), text)).toEqual([]);
  });

  // 25 octets: too wide for Q, and no multiple of three.
  it("takes the neighbours of a cluster that only a padded word could hold", () => {
    const text = `Fotos: ${family} vom Wochenende im Garten mit allen, die dabei waren, und noch mehr davon`;
    const words = encodeWords(text, { ...place, closes: false });
    expect(words.filter((word) => word.endsWith("=?="))).toEqual([]);
    expect(tornCuts(words, text)).toEqual([]);
  });

  it("takes plain neighbours, too", () => {
    const settings = { charset: utf8, legacyNames: false };
    for (const text of [`${family} family`, `The ${family} family`, `Photos: ${family}, all of us`]) {
      const subject = formatField({ name: "Subject", value: { kind: "text", text: `${text} x` } }, settings);
      const addresses = [{ name: text, address: "a@example.com" }];
      const to = formatField({ name: "To", value: { kind: "addresses", addresses } }, settings);
      for (const field of [subject, to]) {
        const words = wordsOf(field);
        const ends = new Set(clusterEnds(`${text} x`));
        let at = 0;
        for (const word of words) {
          at += decodeWord(word).length;
          expect(ends.has(at)).toBe(true);
        }
      }
    }
  });

  it("cuts between code points where no neighbours make a multiple of three, as seldom as can be", () => {
    const words = encodeWords(family.repeat(8), place).map(decodeWord);
    expect(words.join("")).toBe(family.repeat(8));
    // Three clusters are 75 octets, two words that meet inside the second.
    expect(tornCuts(encodeWords(family.repeat(8), place), family.repeat(8))).toHaveLength(3);
    const alone = encodeWords(family, { ...place, closes: false });
    expect(alone.map(decodeWord).join("")).toBe(family);
    expect(alone.filter((word) => word.endsWith("=?="))).toEqual([]);
  });

  it("cuts a cluster that no word can hold between code points", () => {
    const text = `e${"\u0301".repeat(100)}`;
    expect(encodeWords(text, place).map(decodeWord).join("")).toBe(text);
  });

  it("pads a B word only where the field ends", () => {
    const text = "Привет, мир! Это длинная тема письма о погоде.";
    for (const closes of [true, false]) {
      const words = encodeWords(text, { ...place, closes });
      const padded = words.map((word) => word.endsWith("=?="));
      expect(padded.slice(0, -1)).not.toContain(true);
      if (!closes) expect(padded.at(-1)).toBe(false);
      expect(words.map(decodeWord).join("")).toBe(text);
    }
  });

  it("cuts a name beside its spaces where it can", () => {
    const name = "Ольга Константинопольская";
    const words = encodeWords(name, { ...place, kind: "phrase", closes: false }).map(decodeWord);
    expect(words).toEqual(["Ольга", " Константинопольская"]);
  });

  it("writes a name as one word if one can hold it without padding", () => {
    const name = "Владимир Григорьевич";
    const words = encodeWords(name, { ...place, kind: "phrase", closes: false });
    expect(words).toEqual([`=?UTF-8?B?${Buffer.from(name).toString("base64")}?=`]);
  });

  it("never pads a word of a name, which an address follows", () => {
    const words = encodeWords("Ярослав Константинович", { ...place, kind: "phrase", closes: false });
    expect(words).toHaveLength(2);
    expect(words.filter((word) => word.endsWith("=?="))).toEqual([]);
  });

  it("ends every word of a stateful charset in ASCII", () => {
    const text = "ひらがなとascii".repeat(8);
    const words = encodeWords(text, { ...place, charset: hiraganaCharset });
    expect(words.length).toBeGreaterThan(1);
    expect(words.map(decodeWord).join("")).toBe(text);
    for (const word of words) expect(word.startsWith("=?ISO-2022-JP?")).toBe(true);
  });

  it("writes the same while a charset writes a field of its own", () => {
    const subject = {
      name: "Subject",
      value: { kind: "text", text: "déjà vu à l'été, où il fait très chaud" },
    } as const;
    const nested: Charset = {
      ...latin1,
      encode(text) {
        const value = { kind: "text", text: "日本語 ".repeat(40) } as const;
        formatField({ name: "Subject", value }, { charset: utf8, legacyNames: false });
        return latin1.encode(text);
      },
    };
    expect(formatField(subject, { charset: nested, legacyNames: false })).toBe(
      formatField(subject, { charset: latin1, legacyNames: false }),
    );
  });

  it("writes the octets of other charsets, and refuses what they lack", () => {
    expect(encodeWords("é", { ...place, charset: latin1 })).toEqual(["=?ISO-8859-1?Q?=E9?="]);
    expect(() => encodeWords("a日", { ...place, charset: latin1 })).toThrow(MessageError);
  });

  it("reads back equal, within 75 characters a word, for any text and room", () => {
    fc.assert(
      fc.property(
        hostileText,
        fc.constantFrom<"text" | "phrase">("text", "phrase"),
        fc.boolean(),
        fc.boolean(),
        fc.integer({ min: -20, max: 75 }),
        (text, kind, canFold, closes, room) => {
          const words = encodeWords(text, { charset: utf8, kind, canFold, closes, room });
          expect(words.map(decodeWord).join("")).toBe(text);
          for (const word of words) expect(word.length).toBeLessThanOrEqual(75);
          const before = closes ? words.slice(0, -1) : words;
          expect(before.filter((word) => word.endsWith("=?="))).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });
});

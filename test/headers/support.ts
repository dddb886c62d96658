// Shared by the tests of this room: a place that keeps what is reported at it, readers of encoded-words, hostile text.
import fc from "fast-check";
import { type Issue, IssueList, type Place } from "../../src/issues.ts";
import type { Charset } from "../../src/mail/octets/charset.ts";

/** Runs a check and gives its value with the codes it reported. */
export function collect<T>(run: (place: Place) => T): {
  value: T;
  codes: readonly string[];
  issues: readonly Issue[];
} {
  const list = new IssueList();
  const value = run(list.root);
  return { value, issues: list.issues, codes: list.issues.map(({ code }) => code) };
}

/** The lines of a field without its closing line break. */
export function linesOf(field: string): readonly string[] {
  return field.replace(/\r\n$/, "").split("\r\n");
}

/** The encoded-words of a text. */
export function wordsOf(text: string): readonly string[] {
  return text.match(/=\?[^?]+\?[BQ]\?[^?]*\?=/g) ?? [];
}

/** What one encoded-word says. Written from RFC 2047 s4, apart from the code under test. */
export function decodeWord(word: string): string {
  const [, label = "", encoding, text = ""] = word.split("?");
  const binary =
    encoding === "B"
      ? atob(text)
      : text
          .replaceAll("_", " ")
          .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return new TextDecoder(label, { fatal: true, ignoreBOM: true }).decode(
    Uint8Array.from(binary, (char) => char.charCodeAt(0)),
  );
}

/** Characters and fragments that break careless writers. */
export const hostilePieces: readonly string[] = [
  ..."aZ09 .,;:<>()[]@\"\\'=?_*%/-",
  ..."éßжδ日本語ｇ",
  "  ",
  " word ",
  "=?",
  "?=",
  "=?utf-8?Q?x?=",
  "e\u0301",
  "\u{1f600}",
  "\u{1f468}\u200d\u{1f469}\u200d\u{1f467}",
  "\u{1f468}\u200d\u{1f469}\u200d\u{1f467}\u200d\u{1f466}",
  "\u{1f1e9}\u{1f1ea}",
  "שלום",
  "مرحبا",
  "\u202e",
  "\u0085",
  "\u2028",
  "\u760d\u760a",
  "\u010d\u010a",
  "hyphenated-word",
  "x".repeat(80),
];

/** Text of such pieces, short and long. */
export const hostileText: fc.Arbitrary<string> = fc
  .array(fc.constantFrom(...hostilePieces), { maxLength: 60 })
  .map((pieces) => pieces.join(""));

/** Hiragana and ASCII in ISO-2022-JP (RFC 1468), enough to see that every word starts and ends in ASCII. */
export const hiraganaCharset: Charset = {
  name: "ISO-2022-JP",
  stateful: true,
  encode(text) {
    const bytes: number[] = [];
    let wide = false;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      const kana = unit >= 0x3041 && unit <= 0x3093;
      if (!kana && unit > 0x7e) return { unmappable: i };
      if (kana !== wide) bytes.push(0x1b, kana ? 0x24 : 0x28, 0x42);
      wide = kana;
      if (kana) bytes.push(0x24, 0x21 + unit - 0x3041);
      else bytes.push(unit);
    }
    if (wide) bytes.push(0x1b, 0x28, 0x42);
    return Uint8Array.from(bytes);
  },
};

export const latin1: Charset = {
  name: "ISO-8859-1",
  stateful: false,
  encode(text) {
    for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0xff) return { unmappable: i };
    return Uint8Array.from(text, (char) => char.charCodeAt(0));
  },
};

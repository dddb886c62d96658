import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatField } from "../../src/mail/headers/field.ts";
import { utf8 } from "../../src/mail/octets/charset.ts";
import { renderedOf } from "../message/support.ts";
import { decodeWord, hostileText, linesOf, wordsOf } from "./support.ts";

function subject(text: string, name = "Subject"): string {
  return formatField({ name, value: { kind: "text", text } }, { charset: utf8, legacyNames: false });
}

// Unfolds, joins neighbouring words and decodes them: RFC 5322 s2.2.3, RFC 2047 s6.2.
function read(field: string): string {
  const unfolded = field
    .slice(field.indexOf(":") + 1)
    .replaceAll("\r\n", "")
    .replace(/^ /, "");
  const word = /=\?[^?]+\?[BQ]\?[^?]*\?=/;
  const joined = unfolded.replace(new RegExp(`(${word.source}) +(?=${word.source})`, "g"), "$1");
  return joined.replace(new RegExp(word.source, "g"), decodeWord);
}

describe("unstructured text", () => {
  it("leaves printable ASCII as it is", () => {
    expect(subject("Hello, world")).toBe("Subject: Hello, world\r\n");
    expect(subject("two  spaces")).toBe("Subject: two  spaces\r\n");
    expect(subject("")).toBe("Subject:\r\n");
  });

  it("encodes what is not ASCII and leaves the rest readable", () => {
    expect(subject("Rechnung für August 2026, bitte prüfen")).toBe(
      "Subject: Rechnung =?UTF-8?Q?f=C3=BCr?= August 2026, bitte\r\n =?UTF-8?Q?pr=C3=BCfen?=\r\n",
    );
    expect(subject("Prüfung für alle")).toBe("Subject: =?UTF-8?Q?Pr=C3=BCfung_f=C3=BCr?= alle\r\n");
  });

  // JavaMail unfolds a line that ends with a backslash as if its end were escaped.
  it("never folds behind a backslash", () => {
    for (let before = 50; before < 80; before++) {
      const text = `${"x".repeat(before)} C:\\ D:\\ ${"y".repeat(40)}`;
      expect(linesOf(subject(text)).filter((line) => line.endsWith("\\"))).toEqual([]);
      expect(read(subject(text))).toBe(text);
    }
  });

  it("keeps blanks at the edges and tabs in words", () => {
    expect(subject("  hi  ")).toBe("Subject: =?UTF-8?Q?__hi__?=\r\n");
    expect(read(subject("a\tb c"))).toBe("a\tb c");
    expect(subject("a\tb c")).toContain("?=");
  });

  it("encodes text that looks like an encoded-word", () => {
    for (const text of ["Look: =?utf-8?Q?=41?= literal", "=?utf-8?B?w6k=?=", "a=?b"]) {
      expect(wordsOf(subject(text)).length).toBeGreaterThan(0);
      expect(read(subject(text))).toBe(text);
    }
  });

  it("folds at single spaces before column 78", () => {
    const text = "This is a long plain subject line that should be folded at seventy-eight columns somewhere here, yes";
    expect(linesOf(subject(text)).map(({ length }) => length <= 78)).toEqual([true, true]);
    expect(read(subject(text))).toBe(text);
  });

  it("never folds inside a wider gap, which some readers squeeze", () => {
    const text = `${"word ".repeat(14)}end  of  line`;
    expect(linesOf(subject(text)).at(-1)).toContain("end  of  line");
  });

  it("leaves a long token plain while a line can hold it, and makes it words past 998", () => {
    expect(subject("x".repeat(989))).toBe(`Subject: ${"x".repeat(989)}\r\n`);
    expect(subject("x".repeat(990))).toBe(`Subject:\r\n ${"x".repeat(990)}\r\n`);
    expect(subject("x".repeat(997))).toBe(`Subject:\r\n ${"x".repeat(997)}\r\n`);
    const lines = linesOf(subject("x".repeat(998)));
    expect(Math.max(...lines.map(({ length }) => length))).toBe(76);
    expect(lines.every((line) => line.includes("?Q?"))).toBe(true);
  });

  it("splits 1200 letters into Q words of lines up to 76", () => {
    const field = subject("x".repeat(1200));
    expect(Math.max(...linesOf(field).map(({ length }) => length))).toBe(76);
    expect(read(field)).toBe("x".repeat(1200));
  });

  it("sends the first word to the next line when the name leaves no room", () => {
    const field = subject("é", `X-${"n".repeat(70)}`);
    expect(linesOf(field)[1]).toBe(" =?UTF-8?B?w6k=?=");
  });

  it("begins beside the name of the field, be a cluster as wide as it may: CPython shows the space of a fold there", () => {
    const family = "\u{1f468}\u200d\u{1f469}\u200d\u{1f467}\u200d\u{1f466}";
    for (const [name, text] of [
      ["x-lower", `${family}a\u{1f1e9}\u{1f1ea}\u{1f1ef}\u{1f1f5}`],
      ["Subject", `${family}${family}`],
      ["X-Quite-A-Long-Name-Of-A-Field", family],
    ] as const) {
      const field = formatField({ name, value: { kind: "text", text } }, { charset: utf8, legacyNames: false });
      expect(field).toMatch(new RegExp(`^${name}: =\\?UTF-8\\?`));
      expect(wordsOf(field).map(decodeWord).join("")).toBe(text);
    }
  });

  it("holds every line within its limit and reads back equal, whatever the text", () => {
    const name = fc.integer({ min: 1, max: 120 }).map((length) => "N".repeat(length));
    fc.assert(
      fc.property(hostileText, name, (text, fieldName) => {
        const field = subject(text, fieldName);
        expect(read(field)).toBe(text);
        expect(field.replaceAll("\r\n", "")).toMatch(/^[ -~]*$/);
        for (const line of linesOf(field)) {
          expect(line.length).toBeLessThanOrEqual(wordsOf(line).length > 0 ? 76 : 998);
          expect(line.trim()).not.toBe("");
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("a plain piece that ends as an encoded-word does", () => {
  it("is in a word where a word follows: MIME-tools would lose the space between the two", () => {
    const head = (input: object) => renderedOf(input).split("\r\n\r\n", 1)[0] ?? "";
    const subject = head({ subject: "what?= Grüße and then plain words to follow it" });
    expect(subject).not.toMatch(/ what\?=/);
    expect(head({ to: { name: "abcdef what?= Zoë Grüße", address: "b@example.com" } })).not.toMatch(/what\?= =\?/);
    expect(head({ subject: "what?= plain" })).toContain("Subject: what?= plain");
  });
});

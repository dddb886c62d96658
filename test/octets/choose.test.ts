import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { base64LinesLength } from "../../src/mail/octets/base64.ts";
import { cheapest, eightBit, sevenBit, survey } from "../../src/mail/octets/choose.ts";
import { quotedPrintableLength } from "../../src/mail/octets/quoted-printable.ts";
import { ascii, latin1 } from "./helpers.ts";

const utf8 = new TextEncoder();
const of = (text: string) => survey(utf8.encode(text));
const relay = { text: true, eightBit: false };

describe("what may travel unencoded", () => {
  it.each([
    ["nothing", ""],
    ["plain lines", "a b\r\n\tc\r\n"],
    ["a last line without end", "a\r\nb"],
    ["998 octets in a line", `${"a".repeat(998)}\r\nb`],
    ["From and a period inside a line", "x From me.\r\nFrom\r\nFromage"],
  ])("lets %s be 7bit", (_, text) => {
    expect(sevenBit(of(text))).toBe(true);
    expect(cheapest(of(text), relay)).toBe("7bit");
  });

  it.each([
    ["999 octets in a line", "a".repeat(999)],
    ["999 octets in a line before another", `${"a".repeat(999)}\r\nb`],
    ["a lone LF", "a\nb"],
    ["a lone CR", "a\rb"],
    ["a CR at the end", "a\r"],
    ["CR CR LF", "a\r\r\n"],
    ["NUL", "a\0b"],
    ["a form feed", "a\fb"],
    ["DEL", "a\u007fb"],
    ["ESC in a stateless charset", "\u001b$B"],
    ["a line that starts with From and a space", "a\r\nFrom me"],
    ["a line that starts with a period", "a\r\n.b"],
    ["a first line that starts with a period", "."],
    ["a blank before a line end", "a \r\nb"],
    ["a tab at the very end", "a\t"],
  ])("refuses %s as 7bit and as 8bit", (_, text) => {
    expect(sevenBit(of(text))).toBe(false);
    expect(eightBit(of(text))).toBe(false);
    expect(["quoted-printable", "base64"]).toContain(cheapest(of(text), { text: true, eightBit: true }));
  });

  it("lets octets above 127 be 8bit only where the transport carries them", () => {
    const facts = of("ne vois-tu pas le café\r\n");
    expect([sevenBit(facts), eightBit(facts)]).toEqual([false, true]);
    expect(cheapest(facts, { text: true, eightBit: true })).toBe("8bit");
    expect(cheapest(facts, relay)).toBe("quoted-printable");
  });

  it("lets ESC be 7bit where the charset is stateful", () => {
    expect(sevenBit(survey(ascii("\u001b$B4A\u001b(B"), { stateful: true }))).toBe(true);
  });
});

describe("the shorter encoding", () => {
  it("is quoted-printable for Latin text, base64 for Japanese text", () => {
    expect(cheapest(of("Le café est très chaud ce matin."), relay)).toBe("quoted-printable");
    expect(cheapest(of("日本語の本文"), relay)).toBe("base64");
  });

  it("is not asked for where text is ASCII, in which filters of spam take base64 for a disguise", () => {
    const facts = of(`${"=".repeat(40)}\r\nNews\r\n${"=".repeat(40)}\r\n-- \r\nAnn\r\n`);
    expect(facts.quotedPrintableLength).toBeGreaterThan(facts.base64Length);
    expect(cheapest(facts, relay)).toBe("quoted-printable");
    expect(cheapest(facts, { text: false, eightBit: false })).toBe("base64");
    expect(cheapest(of("\u0001".repeat(9)), relay)).toBe("base64");
  });

  it("is quoted-printable on a tie for text, base64 for anything else", () => {
    const tie = of("aaé");
    expect(tie.quotedPrintableLength).toBe(tie.base64Length);
    expect(cheapest(tie, relay)).toBe("quoted-printable");
    expect(cheapest(tie, { text: false, eightBit: false })).toBe("base64");
  });
});

describe("a survey of much content", () => {
  it.each([
    ["Latin", "Le café est très chaud ce matin, n’est-ce pas ?\r\n", "quoted-printable"],
    ["Japanese", "吾輩は猫である。\r\n", "base64"],
    ["plain", "Nothing to encode here.\r\n", "7bit"],
  ])("leads to the same choice as one of a little: %s", (_, line, encoding) => {
    const facts = of(line.repeat(20_000));
    expect(cheapest(facts, relay)).toBe(encoding);
    expect(facts.quotedPrintableLength).toBe(quotedPrintableLength(utf8.encode(line.repeat(20_000)), "text"));
  });
});

describe("a survey", () => {
  const line = fc.string({
    unit: fc.constantFrom("a", " ", "\t", ".", "F", "From ", "é", "あ", "\r", "\n", "\0", "\u0001", "\u001b", "="),
    maxLength: 12,
  });
  const text = fc.array(fc.oneof(line, fc.constant("y".repeat(75)), fc.constant("z".repeat(500))), { maxLength: 8 });

  it("finds in one pass what a search for each fact finds", () => {
    fc.assert(
      fc.property(text, (parts) => {
        const bytes = utf8.encode(parts.join("\r\n"));
        const raw = latin1(bytes);
        const lines = raw.split("\r\n");
        const facts = survey(bytes);
        expect(facts).toMatchObject({
          size: bytes.length,
          ascii: /^[\0-\x7f]*$/.test(raw),
          nul: raw.includes("\0"),
          bareLineEnds: /\r(?!\n)|(?<!\r)\n/.test(raw),
          longestLine: Math.max(...lines.map((each) => each.length)),
          controls: /[\x01-\x08\v\f\x0e-\x1f\x7f]/.test(raw),
          guarded: lines.some((each) => /^(?:\.|From )/.test(each)),
          trailingSpace: lines.some((each) => /[ \t]$/.test(each)),
          quotedPrintableLength: quotedPrintableLength(bytes, "text"),
          base64Length: base64LinesLength(bytes.length),
        });
      }),
      { numRuns: 1_000 },
    );
  });
});

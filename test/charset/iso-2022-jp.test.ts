import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import "../../src/charset.ts";
import { findCharset } from "../../src/mail/octets/charset.ts";

function encode(text: string): string | { readonly unmappable: number } | undefined {
  const bytes = findCharset("iso-2022-jp")?.encode(text);
  return bytes instanceof Uint8Array ? Buffer.from(bytes).toString("latin1") : bytes;
}

const sentence = fc.string({
  unit: fc.constantFrom("a", " ", "あ", "日", "熙", "、", "Ж", "\r\n", "\\", "~"),
  maxLength: 60,
});

describe("ISO-2022-JP", () => {
  it("switches to JIS X 0208 and back", () => {
    expect(encode("a日本b")).toBe("a\u001b$BF|K\\\u001b(Bb");
  });

  it("returns to ASCII before each line end and at the end", () => {
    expect(encode("日\r\n本\r\n")).toBe("\u001b$BF|\u001b(B\r\n\u001b$BK\\\u001b(B\r\n");
    expect(encode("日")).toBe("\u001b$BF|\u001b(B");
  });

  it("is stateful, and writes ASCII without escape sequences", () => {
    expect(findCharset("ISO-2022-JP")?.stateful).toBe(true);
    expect(encode("plain\r\n")).toBe("plain\r\n");
    expect(encode("")).toBe("");
  });

  it.each([
    ["half-width katakana", "日ｱ", 1],
    ["JIS X 0212", "日丂", 1],
    ["the row of NEC", "日①", 1],
    ["the rows of IBM", "日髙", 1],
    ["the full-width tilde", "日～", 1],
    ["Latin letters with marks", "é", 0],
    ["the yen sign", "¥", 0],
    ["a character beyond the BMP", "a😀", 1],
    ["a lone surrogate", "日\udc00", 1],
    ["an escape sequence in the text", "a\u001b$B", 1],
    ["shift out and shift in", "a\u000e", 1],
  ])("refuses %s", (_, text, offset) => {
    expect(encode(text)).toEqual({ unmappable: offset });
  });

  it("is read back by the platform's decoder, line by line too", () => {
    const decoder = new TextDecoder("iso-2022-jp", { fatal: true });
    fc.assert(
      fc.property(sentence, (text) => {
        const encoded = encode(text);
        if (typeof encoded !== "string") throw new Error("unmappable");
        expect(encoded).toMatch(/^[\0-\x7f]*$/);
        expect(decoder.decode(Buffer.from(encoded, "latin1"))).toBe(text);
        const lines = encoded.split("\r\n").map((line) => decoder.decode(Buffer.from(line, "latin1")));
        expect(lines.join("\r\n")).toBe(text);
      }),
    );
  });

  it("is byte for byte what Python writes", ({ annotate }) => {
    const texts = fc.sample(sentence, { numRuns: 300, seed: 3 });
    const script =
      "import json,sys\nprint(json.dumps([t.encode('iso2022_jp').decode('ascii') for t in json.load(sys.stdin)]))";
    const python = spawnSync("python3", ["-c", script], { input: JSON.stringify(texts) });
    if (python.error !== undefined) return annotate("python3 is not installed: nothing compared");
    expect(texts.map(encode)).toEqual(JSON.parse(python.stdout.toString()));
  });
});

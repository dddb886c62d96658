import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readBase64 } from "../../src/mail/octets/base64.ts";

describe("base64 as programs hand it over", () => {
  it("is taken in both alphabets, padded or not, with blanks and line ends (RFC 4648 s4, s5, s3.2)", () => {
    const alphabet = fc.constantFrom<BufferEncoding>("base64", "base64url");
    const shape = fc.constantFrom<(text: string) => string>(
      (text) => text,
      (text) => text.replaceAll("=", ""),
      (text) => text.padEnd(Math.ceil(text.length / 4) * 4, "="),
      (text) => text.replace(/.{1,7}/g, "$&\r\n \t"),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), alphabet, shape, (bytes, encoding, shaped) => {
        const read = readBase64(shaped(Buffer.from(bytes).toString(encoding)));
        expect(read.ok && Buffer.from(read.bytes).equals(Buffer.from(bytes))).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ["a character of neither alphabet", "Zm9v!", 4],
    ["a character outside ASCII", "Zm9é", 3],
    ["both alphabets", "-_8+", 3],
    ["padding in the middle", "Zg==Zg==", 2],
    ["padding in the middle of unpadded text", "Zm=9v", 2],
    ["too little padding", "Zg=", 2],
    ["too much padding", "Zm8==", 3],
    ["padding after whole groups", "Zm9v=", 4],
    ["a length that no bytes have", "Zm9vY", 4],
    ["bits beyond one byte", "Zh", 1],
    ["bits beyond two bytes", "Zm9", 2],
    ["a data: URI", "data:text/plain;base64,Zg==", 4],
  ])("is refused at its offset: %s (RFC 4648 s3.3, s3.5)", (_, text, offset) => {
    expect(readBase64(text)).toMatchObject({ ok: false, offset });
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodedBody } from "../../src/mail/read/body.ts";
import { outlineRaw } from "../../src/mail/read/outline.ts";

const octets = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));

function decoded(encoding: string, body: string): string {
  const bytes = octets(`Content-Transfer-Encoding: ${encoding}\r\n\r\n${body}`);
  return String.fromCharCode(...decodedBody(bytes, outlineRaw(bytes)));
}

describe("the body of a part without its transfer encoding", () => {
  it.each([
    ["7bit", "a=20b\r\n", "a=20b\r\n"],
    ["8bit", "\xff\xfe", "\xff\xfe"],
    ["quoted-printable", "a=20=\r\nb", "a b"],
    ["base64", "SGVs\r\nbG8=\r\n", "Hello"],
    // Python's email reads the same.
    ["x-uuencode", "Hi\r\nbegin 644 a.txt\r\n#0V%T\r\n%2&5L;&\\\r\n`\r\nend\r\n", "CatHello"],
    ["x-uuencode", "begin 644 a.bin\n$_P$\n \nend\n", "\xff\x01\0\0"],
    ["x-uuencode", "no file\r\n", "no file\r\n"],
    ["x-uuencode", "begin 644 a\n", ""],
  ])("is the content in %s", (encoding, body, content) => {
    expect(decoded(encoding, body)).toBe(content);
  });

  it.each([
    ["characters that are none of the alphabet", "SG*Vs\xffbG8=", "Hello"],
    ["padding that is missing", "SGVsbG8", "Hello"],
    ["several texts in a row", "SGVsbG8=SGVsbG8=", "HelloHello"],
    ["a character too many", "SGVsbG8=S", "Hello"],
    ["padding alone", "====", ""],
    ["nothing", "", ""],
  ])("is read as far as it goes where base64 has %s", (_, body, content) => {
    expect(decoded("base64", body)).toBe(content);
  });

  it("is read from any base64 that strangers stand in", () => {
    const strange = fc.array(fc.constantFrom("*", "\r\n", " ", "\xe9", "-"));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), strange, fc.nat(80), (content, strangers, place) => {
        const text = Buffer.from(content).toString("base64");
        const body = text.slice(0, place) + strangers.join("") + text.slice(place);
        expect(octets(decoded("base64", body))).toEqual(content);
      }),
    );
  });
});

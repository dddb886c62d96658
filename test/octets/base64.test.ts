import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  base64LineEncoder,
  base64LinesLength,
  decodeBase64,
  encodeBase64,
  writeBase64Lines,
} from "../../src/mail/octets/base64.ts";
import { writeByTable, writeLinesByTable, writeLinesNatively } from "../../src/mail/octets/kernel/base64-lines.ts";
import { ascii, chunksOf, cuts, joined, latin1, noise } from "./helpers.ts";

const lines = (source: Uint8Array): Uint8Array => {
  const target = new Uint8Array(base64LinesLength(source.length));
  expect(writeBase64Lines(source, target, 0)).toBe(target.length);
  return target;
};

// What RFC 2045 s6.8 asks for, said with Buffer and a regular expression.
const wrapped = (source: Uint8Array): string =>
  (
    Buffer.from(source)
      .toString("base64")
      .match(/.{1,76}/g) ?? []
  ).join("\r\n");

describe("base64 in one run", () => {
  it.each([
    ["", ""],
    ["f", "Zg=="],
    ["fo", "Zm8="],
    ["foo", "Zm9v"],
    ["foob", "Zm9vYg=="],
    ["fooba", "Zm9vYmE="],
    ["foobar", "Zm9vYmFy"],
  ])("writes and reads the test vector %j of RFC 4648 s10", (text, encoded) => {
    expect(encodeBase64(ascii(text))).toBe(encoded);
    expect(decodeBase64(encoded)).toEqual(ascii(text));
  });

  it("equals Buffer for all bytes and lengths, and reads back", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const text = encodeBase64(bytes);
        expect(text).toBe(Buffer.from(bytes).toString("base64"));
        expect(decodeBase64(text)).toEqual(bytes);
      }),
    );
  });

  it("gives the same characters from the table as from the host", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const target = new Uint8Array(4 * Math.ceil(bytes.length / 3));
        expect(writeByTable(bytes, target, 0, Number.POSITIVE_INFINITY)).toBe(target.length);
        expect(latin1(target)).toBe(encodeBase64(bytes));
      }),
    );
  });

  it("encodes the view it is given, not the memory around it", () => {
    expect(encodeBase64(ascii("xxfoobarxx").subarray(2, 8))).toBe("Zm9vYmFy");
  });
});

describe("reading base64", () => {
  it("skips CR, LF, space and tab wherever they stand", () => {
    expect(decodeBase64("\r\nZ m\t9\nv\r\nYg = = \r\n")).toEqual(ascii("foob"));
  });

  it.each([
    ["no padding", "Zg"],
    ["one padding character of two", "Zg="],
    ["one padding character too many", "Zm8=="],
    ["padding after a full group", "Zm9v="],
    ["padding after a full group, four times", "Zm9v===="],
    ["data after padding", "Zg==Zg=="],
    ["data between padding", "Zg=a="],
    ["a single character", "Z==="],
    ["bits set beyond one octet", "Zh=="],
    ["bits set beyond two octets", "Zm9="],
    ["the URL-safe alphabet", "-_-_"],
    ["a character outside ASCII", "Zm9é"],
    ["a character whose low byte is in the alphabet", "Zm9\u0176"],
    ["NUL", "Zm9v\0"],
    ["a vertical tab", "Zm9v\v"],
  ])("refuses %s", (_, text) => {
    expect(decodeBase64(text)).toBeUndefined();
  });

  it("takes a text exactly when encoding the result gives the text again", () => {
    const alphabet = fc.constantFrom(..."ABCDwxyz+/=09 \r\n-".split(""));
    fc.assert(
      fc.property(fc.string({ unit: alphabet, maxLength: 12 }), (text) => {
        const bytes = decodeBase64(text);
        const bare = text.replace(/[\r\n\t ]/g, "");
        const canonical = Buffer.from(bare, "base64").toString("base64") === bare && !bare.includes("-");
        expect(bytes !== undefined).toBe(canonical);
        if (bytes !== undefined) expect(encodeBase64(bytes)).toBe(bare);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("base64 in lines", () => {
  it.each([
    [0, 0],
    [1, 4],
    [56, 76],
    [57, 76],
    [58, 82],
    [114, 154],
    [115, 160],
  ])("%i octets take %i: 76 a line, CRLF after every line but the last", (bytes, length) => {
    expect(base64LinesLength(bytes)).toBe(length);
    expect(latin1(lines(noise(bytes)))).toBe(wrapped(noise(bytes)));
  });

  it("is the same from every writer for every length up to 4,096, at any offset", () => {
    const source = noise(4_096 + 8);
    for (let length = 0; length <= 4_096; length++) {
      const bytes = source.subarray(length % 8, (length % 8) + length);
      const size = base64LinesLength(length);
      const offset = 1 + ((length * 7) % 13);
      for (const write of [writeBase64Lines, writeLinesByTable, writeLinesNatively]) {
        const target = new Uint8Array(offset + size + 3).fill(0x2a);
        // A view that starts inside its buffer, so that no writer takes the one for the other.
        expect(write?.(bytes, target.subarray(1), offset - 1)).toBe(offset - 1 + size);
        expect(latin1(target)).toBe(`${"*".repeat(offset)}${wrapped(bytes)}***`);
      }
    }
  });

  it("is right across the blocks of the native writer", () => {
    for (const length of [29_183, 29_184, 29_185, 58_368, 58_369, 100_000]) {
      const bytes = noise(length);
      expect(latin1(lines(bytes))).toBe(wrapped(bytes));
    }
  });

  it("refuses a target that is too small", () => {
    expect(() => writeBase64Lines(noise(58), new Uint8Array(81), 0)).toThrow(RangeError);
    expect(() => writeBase64Lines(noise(58), new Uint8Array(82), 1)).toThrow(RangeError);
  });

  it("streams the same octets however the input is cut", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 700 }), cuts, (bytes, sizes) => {
        const encoder = base64LineEncoder();
        const output = chunksOf(bytes, sizes).map((chunk) => encoder.push(chunk));
        expect(joined([...output, encoder.end()])).toEqual(lines(bytes));
      }),
      { numRuns: 1_000 },
    );
  });

  it("streams nothing for nothing", () => {
    const encoder = base64LineEncoder();
    expect(encoder.push(new Uint8Array(0))).toHaveLength(0);
    expect(encoder.end()).toHaveLength(0);
  });
});

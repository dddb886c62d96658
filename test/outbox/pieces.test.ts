import { createHash } from "node:crypto";
import fc from "fast-check";
import { message, toBytes } from "mimewright";
import { describe, expect, it } from "vitest";
import { cutPieces, decodePart, encodePart, joinPieces } from "../../src/deliver/outbox/bodies.ts";

const file = (length: number) => new Uint8Array(length).map((_, at) => (at * 7919) >> 3);
const mail = (length: number) =>
  toBytes(
    message({
      from: "ann@example.com",
      to: "bob@example.com",
      text: "Hello",
      attachments: [
        { filename: "a.bin", content: file(length) },
        { filename: "b.bin", content: file(9) },
      ],
    }),
  );

const again = (raw: Uint8Array) => {
  const { rest, parts } = cutPieces(raw);
  return joinPieces(
    rest,
    parts.map(({ at, bytes }) => {
      const kept = encodePart(bytes);
      return { at, bytes: decodePart(kept.coding, kept.bytes) };
    }),
  );
};

describe("cutting a message", () => {
  it("sets long bodies apart and leaves the rest together", () => {
    const { rest, parts } = cutPieces(mail(100_000));
    expect(parts.map(({ bytes }) => encodePart(bytes).coding)).toEqual(["base64"]);
    expect(encodePart(parts[0]?.bytes ?? new Uint8Array()).bytes).toEqual(Buffer.from(file(100_000)));
    expect(rest.length).toBeLessThan(2_000);
  });

  it("names a part by the SHA-256 of its bytes", () => {
    const [part] = cutPieces(mail(50_000)).parts;
    expect(part?.hash).toEqual(
      createHash("sha256")
        .update(part?.bytes ?? "")
        .digest(),
    );
  });

  it("finds the same part in messages that differ elsewhere", () => {
    const [a, b] = [mail(50_000), mail(50_000)].map((raw) => cutPieces(raw).parts[0]?.hash);
    expect(a).toEqual(b);
  });

  it("keeps a short message whole", () => {
    expect(cutPieces(mail(100)).parts).toEqual([]);
  });

  it("cuts from 16 KiB on", () => {
    const of = (length: number) => cutPieces(Buffer.from(`A: b\r\n\r\n${"x".repeat(length)}`)).parts.length;
    expect([of(16_383), of(16_384), of(16_385)]).toEqual([0, 1, 1]);
  });

  it.each([
    ["nothing", ""],
    ["no line ends", "x".repeat(40_000)],
    ["an empty line at the very end", `${"x".repeat(40_000)}\r\n\r\n`],
    ["delimiters only", "\r\n--".repeat(20_000)],
    ["base64 with a line break at its end", `A: b\r\n\r\n${`${"QUJD".repeat(19)}\r\n`.repeat(300)}`],
    ["base64 in longer lines", `A: b\r\n\r\n${`${"QUJD".repeat(20)}\r\n`.repeat(300)}`],
    ["base64 with idle bits", `A: b\r\n\r\n${`${"QUJD".repeat(19)}\r\n`.repeat(300)}QR==`],
  ])("gives every byte back: %s", (_, text) => {
    const raw = Buffer.from(text, "latin1");
    expect(Buffer.compare(again(raw), raw)).toBe(0);
  });

  it("gives every byte back of whatever there may be", () => {
    const word = fc.constantFrom("\r\n", "\r\n\r\n", "\r\n--b", "--", "x".repeat(17_000), "QUJD".repeat(5_000), "é\0");
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), (words) => {
        const raw = Buffer.from(words.join(""), "latin1");
        expect(Buffer.compare(again(raw), raw)).toBe(0);
      }),
      { numRuns: 200 },
    );
  });
});

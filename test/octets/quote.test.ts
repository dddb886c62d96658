import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OctetBuffer } from "../../src/mail/octets/kernel/pieces.ts";
import { type LineMode, quoteBytes, quotedPrintableLength } from "../../src/mail/octets/quoted-printable.ts";
import { latin1 } from "./helpers.ts";
import { awkwardOctets, quotedPrintableByRule } from "./reference.ts";

const modes = ["text", "binary"] as const;

function quoted(bytes: Uint8Array, mode: LineMode): string {
  const output = new OctetBuffer(4);
  output.push(Uint8Array.of(0x2a, 0x2a, 0x2a));
  quoteBytes(bytes, mode, output);
  return latin1(output.written().subarray(3));
}

describe("quoted-printable of octets", () => {
  it.each(modes)("is what the rules say for every length up to 4,096, at any offset, as %s", (mode) => {
    const source = awkwardOctets(8_192);
    for (let length = 0; length <= 4_096; length++) {
      const start = (length * 37) % 4_096;
      const bytes = source.subarray(start, start + length);
      const rule = quotedPrintableByRule(bytes, mode);
      if (quoted(bytes, mode) !== rule) expect(quoted(bytes, mode)).toBe(rule);
      if (quotedPrintableLength(bytes, mode) !== rule.length) expect(length).toBe("counted otherwise");
    }
  });

  it("is what the rules say for all octets and for text", () => {
    const octets = fc.uint8Array({ maxLength: 4_096 });
    const text = fc.string({ unit: "binary", maxLength: 1_000 }).map((value) => new TextEncoder().encode(value));
    fc.assert(
      fc.property(fc.oneof(octets, text), fc.constantFrom(...modes), (bytes, mode) => {
        expect(quoted(bytes, mode)).toBe(quotedPrintableByRule(bytes, mode));
      }),
      { numRuns: 300 },
    );
  });

  it.each(modes)("is the same across the edges of slabs, as %s", (mode) => {
    const slab = 16 * 1024;
    const source = awkwardOctets(3 * slab);
    for (let shift = 0; shift < 90; shift++) {
      const bytes = source.subarray(shift, 2 * slab + shift + 5);
      expect(quoted(bytes, mode) === quotedPrintableByRule(bytes, mode)).toBe(true);
    }
    for (const octet of [0x3d, 0x20, 0x41, 0xff, 0x0d, 0x0a]) {
      const bytes = new Uint8Array(2 * slab + 1).fill(octet);
      expect(quoted(bytes, mode)).toBe(quotedPrintableByRule(bytes, mode));
    }
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  lookahead,
  mostQuoted,
  type Quotable,
  type Quoting,
  quote,
  quoteByWasm,
  quoteSlab,
  startQuoting,
} from "../../src/mail/octets/kernel/quote.ts";
import { loadKernels, type WasmKernels } from "../../src/mail/octets/kernel/wasm-host.ts";
import { type LineMode, quotedPrintableLength } from "../../src/mail/octets/quoted-printable.ts";
import { latin1 } from "./helpers.ts";
import { awkwardOctets, quotedPrintableByRule } from "./reference.ts";

const loaded = loadKernels();
if (loaded === undefined) throw new Error("this host compiles no WebAssembly");
const module = loaded;
const kernels: readonly [string, WasmKernels | undefined][] = [
  ["the plain kernel", undefined],
  ["the module", module],
];
const modes = ["text", "binary"] as const;

interface Encoded {
  readonly body: string;
  readonly quoting: Quoting;
}

// In slabs of so many octets.
function encoded(by: WasmKernels | undefined, bytes: Uint8Array, mode: LineMode, slab = quoteSlab): Encoded {
  const source: Quotable = {
    bytes,
    lineEnds: mode === "text" ? "crlf" : "none",
    limit: 0,
    end: bytes.length,
    final: true,
  };
  const quoting = startQuoting(0);
  let body = "";
  while (quoting.from < bytes.length) {
    source.limit = Math.min(bytes.length, quoting.from + slab);
    const target = new Uint8Array(mostQuoted(slab));
    quoting.to = 0;
    if (by === undefined) quote(source, target, quoting);
    body += latin1(by === undefined ? target.subarray(0, quoting.to) : quoteByWasm(by, source, quoting));
  }
  return { body, quoting };
}

describe.each(modes)("quoted-printable as %s", (mode) => {
  // The rule is slow: what it says is asked once for both.
  it("is what the rules say for every length up to 4,096, at any offset, by each kernel", () => {
    const source = awkwardOctets(8_192);
    for (let length = 0; length <= 4_096; length++) {
      const start = (length * 37) % 4_096;
      const bytes = source.subarray(start, start + length);
      const rule = quotedPrintableByRule(bytes, mode);
      for (const [, by] of kernels) {
        const { body } = encoded(by, bytes, mode);
        if (body !== rule) expect(body).toBe(rule);
      }
      if (quotedPrintableLength(bytes, mode) !== rule.length) expect(length).toBe("counted otherwise");
    }
  });

  it("is noted alike by both kernels, for every length up to 4,096, at any offset", () => {
    const source = awkwardOctets(8_192);
    for (let length = 0; length <= 4_096; length++) {
      const start = (length * 53) % 4_096;
      const bytes = source.subarray(start, start + length);
      const [plain, wasm] = kernels.map(([, by]) => ({ ...encoded(by, bytes, mode).quoting, to: 0, added: 0 }));
      expect(wasm).toEqual(plain);
    }
  });

  it("is noted alike for lines of one kind of octet, and for each alone among others", () => {
    for (let octet = 0; octet < 256; octet++) {
      for (let place = 0; place < 34; place++) {
        const bytes = new Uint8Array(34).fill(0x61);
        bytes[place] = octet;
        const [plain, wasm] = kernels.map(([, by]) => encoded(by, bytes, mode).quoting.marks);
        if (plain !== wasm) expect([octet, place, wasm]).toEqual([octet, place, plain]);
      }
      const [plain, wasm] = kernels.map(([, by]) => encoded(by, new Uint8Array(20).fill(octet), mode).body);
      expect(wasm).toBe(plain);
    }
  });
});

describe.each(kernels)("quoted-printable by %s", (_, by) => {
  it("is what the rules say for all octets and for text", () => {
    const octets = fc.uint8Array({ maxLength: 4_096 });
    const text = fc.string({ unit: "binary", maxLength: 1_000 }).map((value) => new TextEncoder().encode(value));
    fc.assert(
      fc.property(fc.oneof(octets, text), fc.constantFrom(...modes), (bytes, mode) => {
        expect(encoded(by, bytes, mode).body).toBe(quotedPrintableByRule(bytes, mode));
      }),
      { numRuns: 300 },
    );
  });

  it.each(modes)("is the same when it is cut after any octet, as %s", (mode) => {
    const bytes = awkwardOctets(1_500);
    const rule = quotedPrintableByRule(bytes, mode);
    for (let slab = 1; slab <= bytes.length; slab++) {
      const { body } = encoded(by, bytes, mode, slab);
      if (body !== rule) expect([slab, body]).toEqual([slab, rule]);
    }
  });

  it.each(modes)("looks no farther than it says, as %s", (mode) => {
    const bytes = awkwardOctets(700);
    for (let limit = 0; limit < 600; limit++) {
      const source = { bytes, lineEnds: mode === "text" ? "crlf" : "none", limit, final: false } as const;
      const [known, all] = [limit + lookahead, bytes.length].map((end) => {
        const quoting = startQuoting(0);
        const target = new Uint8Array(mostQuoted(limit));
        if (by === undefined) quote({ ...source, end }, target, quoting);
        const body = by === undefined ? target.subarray(0, quoting.to) : quoteByWasm(by, { ...source, end }, quoting);
        return latin1(body);
      });
      expect(known).toBe(all);
    }
  });

  it.each(modes)("is the same across the edges of slabs, as %s", (mode) => {
    const source = awkwardOctets(3 * quoteSlab);
    for (let shift = 0; shift < 60; shift++) {
      const bytes = source.subarray(shift, shift + quoteSlab + (shift % 9) * 8_000 + (shift % 5));
      expect(encoded(by, bytes, mode).body === quotedPrintableByRule(bytes, mode)).toBe(true);
    }
    for (const octet of [0x3d, 0x20, 0x41, 0xff, 0x0d, 0x0a]) {
      const bytes = new Uint8Array(2 * quoteSlab + 1).fill(octet);
      expect(encoded(by, bytes, mode).body === quotedPrintableByRule(bytes, mode)).toBe(true);
    }
  });
});

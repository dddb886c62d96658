import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { base64LinesLength } from "../../src/mail/octets/base64.ts";
import { writeLinesByTable, writeLinesByWasm, writeLinesNatively } from "../../src/mail/octets/kernel/base64-lines.ts";
import {
  type Cursor,
  countTokensByWasm,
  writeTokens,
  writeTokensByWasm,
} from "../../src/mail/octets/kernel/quoted-printable-lines.ts";
import { scan, surveyByWasm } from "../../src/mail/octets/kernel/quoted-printable-scan.ts";
import { type Input, lookahead } from "../../src/mail/octets/kernel/quoted-printable-tokens.ts";
import { loadKernels } from "../../src/mail/octets/kernel/wasm-host.ts";
import type { LineMode } from "../../src/mail/octets/quoted-printable.ts";
import { latin1, noise } from "./helpers.ts";
import { awkwardOctets, quotedPrintableByRule } from "./reference.ts";

const loaded = loadKernels();
if (loaded === undefined) throw new Error("this host compiles no WebAssembly");
const kernels = loaded;

type TokenWriter = (input: Input, target: Uint8Array, cursor: Cursor) => void;
const byWasm: TokenWriter = (input, target, cursor) => writeTokensByWasm(kernels, input, target, cursor);
const tokenWriters: readonly [string, TokenWriter][] = [
  ["the plain kernel", writeTokens],
  ["the module", byWasm],
];
const modes = ["text", "binary"] as const;

function whole(bytes: Uint8Array, mode: LineMode): Input {
  return { bytes, limit: bytes.length, end: bytes.length, final: true, hardBreaks: mode === "text" };
}

function written(write: TokenWriter, bytes: Uint8Array, mode: LineMode): string {
  const target = new Uint8Array(bytes.length * 4 + 8);
  const cursor = { from: 0, to: 3, column: 0 };
  write(whole(bytes, mode), target, cursor);
  return latin1(target.subarray(3, cursor.to));
}

describe("base64 lines of the module", () => {
  // Three whole slabs of 1,024 lines, and what stands around their edges.
  const slab = 57 * 1024;
  it.each([slab - 1, slab, slab + 1, slab + 57, 2 * slab, 2 * slab + 1, 3 * slab + 20])(
    "are those of the table and of the host for %i octets",
    (length) => {
      const bytes = noise(length);
      const target = () => new Uint8Array(base64LinesLength(length) + 9).fill(0x2a);
      const [plain, native, wasm] = [target(), target(), target()];
      expect(writeLinesByTable(bytes, plain, 4)).toBe(plain.length - 5);
      writeLinesNatively?.(bytes, native, 4);
      expect(writeLinesByWasm(kernels, bytes, wasm, 4)).toBe(plain.length - 5);
      expect(Buffer.compare(native, plain)).toBe(0);
      expect(Buffer.compare(wasm, plain)).toBe(0);
    },
  );

  it("are right for every length up to 4,096, at any offset", () => {
    const source = noise(4_096 + 16);
    for (let length = 0; length <= 4_096; length++) {
      const bytes = source.subarray(length % 16, (length % 16) + length);
      const offset = (length * 5) % 11;
      const target = new Uint8Array(offset + base64LinesLength(length) + 3).fill(0x2a);
      expect(writeLinesByWasm(kernels, bytes, target, offset)).toBe(target.length - 3);
      const lines = Buffer.from(bytes)
        .toString("base64")
        .replace(/.{76}(?!$)/g, "$&\r\n");
      expect(latin1(target)).toBe(`${"*".repeat(offset)}${lines}***`);
    }
  });
});

describe("quoted-printable by each kernel", () => {
  // The rule is slow: what it says is asked once for both.
  it.each(modes)("is what the rules say for every length up to 4,096, at any offset, as %s", (mode) => {
    const source = awkwardOctets(8_192);
    for (let length = 0; length <= 4_096; length++) {
      const start = (length * 37) % 4_096;
      const bytes = source.subarray(start, start + length);
      const rule = quotedPrintableByRule(bytes, mode);
      for (const [, write] of tokenWriters) {
        if (written(write, bytes, mode) !== rule) expect(written(write, bytes, mode)).toBe(rule);
      }
    }
  });
});

describe.each(tokenWriters)("quoted-printable by %s", (_, write) => {
  it("is what the rules say for all octets and for text", () => {
    const octets = fc.uint8Array({ maxLength: 4_096 });
    const text = fc.string({ unit: "binary", maxLength: 1_000 }).map((value) => new TextEncoder().encode(value));
    fc.assert(
      fc.property(fc.oneof(octets, text), fc.constantFrom(...modes), (bytes, mode) => {
        expect(written(write, bytes, mode)).toBe(quotedPrintableByRule(bytes, mode));
      }),
      { numRuns: 300 },
    );
  });

  it.each(modes)("is the same when it is cut after any octet, as %s", (mode) => {
    const bytes = awkwardOctets(1_500);
    const rule = quotedPrintableByRule(bytes, mode);
    for (let cut = 0; cut <= bytes.length; cut++) {
      const target = new Uint8Array(bytes.length * 4);
      const cursor = { from: 0, to: 0, column: 0 };
      const known = bytes.subarray(0, cut + lookahead);
      const first = { ...whole(known, mode), limit: cut, final: known.length === bytes.length };
      write(first, target, cursor);
      write(whole(bytes, mode), target, cursor);
      expect(latin1(target.subarray(0, cursor.to))).toBe(rule);
    }
  });

  it.each(modes)("is the same across the edges of slabs, as %s", (mode) => {
    const slab = 32 * 1024;
    const source = awkwardOctets(2 * slab + 200);
    for (let shift = 0; shift < 120; shift++) {
      const bytes = source.subarray(shift, shift + slab + (shift % 9) * 8_000 + (shift % 5));
      expect(written(write, bytes, mode) === written(writeTokens, bytes, mode)).toBe(true);
    }
    for (const octet of [0x3d, 0x20, 0x41, 0xff, 0x0d, 0x0a]) {
      const bytes = new Uint8Array(2 * slab + 1).fill(octet);
      expect(written(write, bytes, mode)).toBe(quotedPrintableByRule(bytes, mode));
    }
  });
});

describe("what the module finds about a content", () => {
  const agree = (bytes: Uint8Array): void => {
    for (const hardBreaks of [true, false]) {
      const { length, ...facts } = scan(bytes, hardBreaks);
      const { least, most, ...found } = surveyByWasm(kernels, bytes);
      expect(found).toEqual(facts);
      expect(least).toBeLessThanOrEqual(length);
      if (hardBreaks) expect(most).toBeGreaterThanOrEqual(length);
      const cursor = { from: 0, to: 0, column: 0 };
      countTokensByWasm(kernels, whole(bytes, hardBreaks ? "text" : "binary"), cursor);
      expect(cursor.to).toBe(length);
    }
  };

  it("is what the plain kernel finds, for every length up to 4,096, at any offset", () => {
    const source = awkwardOctets(8_192);
    for (let length = 0; length <= 4_096; length++) {
      const start = (length * 53) % 4_096;
      agree(source.subarray(start, start + length));
    }
  });

  it("is the same for lines of one kind of octet, and for each alone among others", () => {
    for (let octet = 0; octet < 256; octet++) {
      for (let place = 0; place < 34; place++) {
        const bytes = new Uint8Array(34).fill(0x61);
        bytes[place] = octet;
        agree(bytes);
      }
      agree(new Uint8Array(20).fill(octet));
    }
  });

  it("is the same across the edges of slabs", () => {
    const slab = 63 * 1024;
    const marks = ["\r\n", "\r\n.", " \r\n", "\r\nFrom me", "\r", "\n", "\r\r\n", "\0", "\x1b", "é", "\t\r\n"];
    for (const mark of marks) {
      for (let before = 0; before < 9; before++) {
        const text = `${"a".repeat(slab - before)}${mark}${"b".repeat(slab)}\r\nc`;
        const { length: _, ...facts } = scan(new TextEncoder().encode(text), true);
        const { least: __, most: ___, ...found } = surveyByWasm(kernels, new TextEncoder().encode(text));
        expect(found).toEqual(facts);
      }
    }
  });
});

describe("the module", () => {
  it("is what a fresh build of its sources gives", () => {
    const script = fileURLToPath(new URL("../../scripts/build-wasm.mjs", import.meta.url));
    const { status, stderr } = spawnSync(process.execPath, [script, "--check"], { encoding: "utf8" });
    expect(stderr).toBe("");
    expect(status).toBe(0);
  });
});

describe("a host without it", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.resetModules();
  });

  // As CompileError, for one, that the missing instruction or the security policy is.
  class Refused {
    constructor() {
      throw new Error("refused");
    }
  }
  const stand = { Memory: WebAssembly.Memory, Instance: WebAssembly.Instance };
  it.each([
    ["has no WebAssembly", undefined],
    ["refuses to compile", { ...stand, Module: Refused }],
    ["refuses to instantiate", { ...WebAssembly, Module: WebAssembly.Module, Instance: Refused }],
    [
      "gives other exports",
      {
        ...stand,
        Module: class {},
        Instance: class {
          exports = {};
        },
      },
    ],
  ])("gets the same octets where it %s", async (_, host) => {
    const bytes = awkwardOctets(600_000);
    const here = await encodedAll(bytes);
    vi.resetModules();
    vi.stubGlobal("WebAssembly", host);
    expect((await import("../../src/mail/octets/kernel/wasm-host.ts")).loadKernels()).toBeUndefined();
    expect(Buffer.compare(await encodedAll(bytes), here)).toBe(0);
    expect((await import("../../src/mail/octets/kernel/wasm-host.ts")).kernelsFor(10_000_000)).toBeUndefined();
  });

  it("compiles nothing before there is enough to do, and once only", async () => {
    const compile = vi.fn();
    class Counted extends WebAssembly.Module {
      constructor(bytes: BufferSource) {
        super(bytes);
        compile();
      }
    }
    vi.resetModules();
    vi.stubGlobal("WebAssembly", { ...stand, Module: Counted });
    const { kernelsFor } = await import("../../src/mail/octets/kernel/wasm-host.ts");
    const { encodeBase64, writeBase64Lines } = await import("../../src/mail/octets/base64.ts");
    encodeBase64(noise(1_000_000));
    for (let count = 0; count < 1_000; count++) writeBase64Lines(noise(500), new Uint8Array(1_000), 0);
    expect(kernelsFor(60_000)).toBeUndefined();
    expect(compile).not.toHaveBeenCalled();
    for (let count = 0; count < 100; count++) expect(kernelsFor(60_000)).toBeDefined();
    expect(compile).toHaveBeenCalledTimes(1);
  });
});

// Everything that may take the module, by the doors that choose.
async function encodedAll(bytes: Uint8Array): Promise<Uint8Array> {
  const { base64LineEncoder, base64LinesLength, writeBase64Lines } = await import("../../src/mail/octets/base64.ts");
  const { survey } = await import("../../src/mail/octets/choose.ts");
  const { encodeQuotedPrintable, quotedPrintableEncoder, quotedPrintableLength, writeQuotedPrintable } = await import(
    "../../src/mail/octets/quoted-printable.ts"
  );
  const lines = new Uint8Array(base64LinesLength(bytes.length));
  writeBase64Lines(bytes, lines, 0);
  const text = new Uint8Array(quotedPrintableLength(bytes, "text"));
  writeQuotedPrintable(bytes, text, 0, "text");
  expect(Buffer.compare(encodeQuotedPrintable(bytes, "text"), text)).toBe(0);
  const { ascii, longestLine, trailingSpace, guarded, controls, nul, quotedPrintableLength: counted } = survey(bytes);
  const facts = [ascii, longestLine, trailingSpace, guarded, controls, nul, counted];
  const streams = [base64LineEncoder(), quotedPrintableEncoder("binary")].flatMap((encoder) => [
    encoder.push(bytes.subarray(0, 100_001)),
    encoder.push(bytes.subarray(100_001)),
    encoder.end(),
  ]);
  return Buffer.concat([lines, text, ...streams, Buffer.from(JSON.stringify(facts))]);
}

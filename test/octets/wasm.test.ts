import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it, vi } from "vitest";
import { base64LinesLength } from "../../src/mail/octets/base64.ts";
import { writeLinesByTable, writeLinesByWasm, writeLinesNatively } from "../../src/mail/octets/kernel/base64-lines.ts";
import { loadKernels } from "../../src/mail/octets/kernel/wasm-host.ts";
import { latin1, noise } from "./helpers.ts";
import { awkwardOctets } from "./reference.ts";

const loaded = loadKernels();
if (loaded === undefined) throw new Error("this host compiles no WebAssembly");
const kernels = loaded;

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

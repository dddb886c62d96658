// The WebAssembly module of the kernels: compiled when there has been enough work for it, and left alone for ever where
// the host has no WebAssembly, no SIMD, or forbids to compile bytes. Sources: assembly/; the plain kernels do the same.
import { wasmModule } from "./wasm-module.ts";

/** The kernels and the parts of their memory that they share with the host. What they take and report: assembly/. */
export interface WasmKernels {
  /** A slab of content. */
  readonly input: Uint8Array<ArrayBuffer>;
  readonly output: Uint8Array<ArrayBuffer>;
  /** Writes a slab of text as UTF-16; undefined where the host has no Buffer, which does that as fast as memory is. */
  readonly writeUnits: ((text: string) => void) | undefined;
  /** What the last kernel was given and reported. */
  readonly state: Int32Array;
  readonly base64Lines: (lines: number) => void;
  readonly quote: (limit: number, end: number, options: number) => void;
  readonly narrow: (units: number, start: number) => void;
  readonly surrogates: (units: number) => void;
}

interface NativeHost {
  readonly Buffer?: {
    from(bytes: ArrayBufferLike): { write(text: string, offset: number, encoding: "utf16le"): number };
  };
}

/** Units of text that are handed over at once. RFC 3629 s3: they are three octets each at most. */
export const slabUnits = 10 * 1024;

// assembly/layout.ts
const stateAt = 0x800;
const inputAt = 0x1000;
const outputAt = 0x11100;
const unitsAt = 0x2c000;

// For this many octets a call with its two copies costs as much as the plain kernels do.
const worthCalling = 512;
// For this many octets compiling costs as much as the plain kernels do in a process that has not warmed them up; one
// that encodes less never compiles.
const worthCompiling = 64 * 1024;

let waiting = 0;
let loaded: WasmKernels | "none" | undefined;

/**
 * The kernels, when this much work pays the way into the module.
 *
 * @param octets - what is to be encoded or looked at now
 * @returns undefined where the plain kernels are to do it
 */
export function kernelsFor(octets: number): WasmKernels | undefined {
  if (octets < worthCalling) return undefined;
  if (loaded === undefined) {
    waiting += octets;
    if (waiting < worthCompiling) return undefined;
    loaded = loadKernels() ?? "none";
  }
  return loaded === "none" ? undefined : loaded;
}

/** Compiles the module; undefined where the host cannot or will not. */
export function loadKernels(): WasmKernels | undefined {
  try {
    const bytes = Uint8Array.from(wasmModule.match(/../g) ?? [], (octet) => Number.parseInt(octet, 16));
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
    return kernelsOf(exports, globalThis);
  } catch {
    // No WebAssembly or no SIMD, a security policy against it, or no address space: none of it concerns the caller.
    return undefined;
  }
}

function kernelsOf({ memory, ...functions }: WebAssembly.Exports, { Buffer }: NativeHost): WasmKernels | undefined {
  if (!(memory instanceof WebAssembly.Memory)) return undefined;
  const { base64Lines, narrow, quote, surrogates } = functions;
  if (!isKernel(base64Lines) || !isKernel(narrow) || !isKernel(quote) || !isKernel(surrogates)) return undefined;
  const { buffer } = memory;
  const native = Buffer?.from(buffer);
  return {
    input: new Uint8Array(buffer, inputAt, outputAt - inputAt),
    output: new Uint8Array(buffer, outputAt, unitsAt - outputAt),
    writeUnits: native && ((text) => native.write(text, unitsAt, "utf16le")),
    state: new Int32Array(buffer, stateAt, 8),
    base64Lines,
    narrow,
    quote,
    surrogates,
  };
}

function isKernel(value: unknown): value is (...numbers: number[]) => void {
  return typeof value === "function";
}

// The WebAssembly module of the kernels: compiled when there has been enough work for it, and left alone for ever where
// the host has no WebAssembly, no SIMD, or forbids to compile bytes. Sources: assembly/; the plain kernels do the same.
import { wasmModule } from "./wasm-module.ts";

/** The kernels over the module's memory. What they take and report is beside them in assembly/. */
export interface WasmKernels {
  /** The whole memory. */
  readonly memory: Uint8Array;
  /** What the last kernel reported. */
  readonly results: Int32Array;
  readonly base64Lines: (lines: number) => void;
  readonly quotedPrintable: (limit: number, end: number, column: number, options: number) => void;
  readonly survey: (limit: number, end: number) => void;
}

/** Where the host writes a slab and finds its output: assembly/layout.ts. */
export const inputAt = 0x6000;
export const outputAt = 0x16100;
const resultsAt = 0x800;

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
    return kernelsOf(exports);
  } catch {
    // No WebAssembly or no SIMD, a security policy against it, or no address space: none of it concerns the caller.
    return undefined;
  }
}

function kernelsOf({ memory, ...functions }: WebAssembly.Exports): WasmKernels | undefined {
  if (!(memory instanceof WebAssembly.Memory)) return undefined;
  const { base64Lines, preparePatterns, quotedPrintable, survey } = functions;
  if (!isKernel(base64Lines) || !isKernel(preparePatterns) || !isKernel(quotedPrintable) || !isKernel(survey)) {
    return undefined;
  }
  preparePatterns();
  const results = new Int32Array(memory.buffer, resultsAt, 8);
  return { memory: new Uint8Array(memory.buffer), results, base64Lines, quotedPrintable, survey };
}

function isKernel(value: unknown): value is (...numbers: number[]) => void {
  return typeof value === "function";
}

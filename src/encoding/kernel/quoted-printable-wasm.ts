// Quoted-printable by the WebAssembly module, octet for octet what kernel/quoted-printable-lines.ts writes.
import { joined } from "./pieces.ts";
import type { Cursor } from "./quoted-printable-lines.ts";
import { type Input, lookahead } from "./quoted-printable-tokens.ts";
import { inputAt, outputAt, type WasmKernels } from "./wasm-host.ts";

// What becomes of it fits the output even when every octet is escaped.
const slabSize = 32 * 1024;
// Flags of the kernel: assembly/quoted-printable.ts.
const final = 1;
const hardBreaks = 2;

/** Writes tokens until the limit, and moves the cursor. */
export function writeTokensByWasm(kernels: WasmKernels, input: Input, target: Uint8Array, cursor: Cursor): void {
  const { memory, results } = kernels;
  while (cursor.from < input.limit) {
    encodeSlab(kernels, input, cursor);
    const written = results[1] ?? 0;
    target.set(memory.subarray(outputAt, outputAt + written), cursor.to - written);
  }
}

/** Moves the cursor as the writer does, and writes nothing. */
export function countTokensByWasm(kernels: WasmKernels, input: Input, cursor: Cursor): void {
  while (cursor.from < input.limit) encodeSlab(kernels, input, cursor);
}

/** All of `input` in one pass, when its length is not known: pieces first, then joined. */
export function encodeByWasm(kernels: WasmKernels, input: Input): Uint8Array<ArrayBuffer> {
  const cursor: Cursor = { from: 0, to: 0, column: 0 };
  const pieces: Uint8Array[] = [];
  while (cursor.from < input.limit) {
    encodeSlab(kernels, input, cursor);
    pieces.push(kernels.memory.slice(outputAt, outputAt + (kernels.results[1] ?? 0)));
  }
  return joined(pieces, cursor.to);
}

// A slab's tokens start in it; the octets behind it that decide how they are written come along.
function encodeSlab({ memory, results, quotedPrintable }: WasmKernels, input: Input, cursor: Cursor): void {
  const { from } = cursor;
  const limit = Math.min(input.limit, from + slabSize);
  const end = Math.min(input.end, limit + lookahead);
  memory.set(input.bytes.subarray(from, end), inputAt);
  const ends = input.final && end === input.end ? final : 0;
  quotedPrintable(limit - from, end - from, cursor.column, ends | (input.hardBreaks ? hardBreaks : 0));
  cursor.from = from + (results[0] ?? 0);
  cursor.to += results[1] ?? 0;
  cursor.column = results[2] ?? 0;
}

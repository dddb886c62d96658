// The writer of quoted-printable, greedy: every line is filled before a soft break.
// Its hot loops take what fits anywhere in a line; what a line end or an edge is near to goes token by token.
import { joined } from "./pieces.ts";
import {
  endsInBlank,
  escapedOctets,
  fits,
  hasSpecial,
  type Input,
  isCrlf,
  isGuarded,
  kinds,
  lookahead,
  maxColumn,
  roomy,
  tokenOctets,
  tokenWidth,
} from "./quoted-printable-tokens.ts";
import { inputAt, outputAt, type WasmKernels } from "./wasm-host.ts";

/** Where the encoder is: what it has read, what it has written, how far the current line is. */
export interface Cursor {
  from: number;
  to: number;
  column: number;
}

const cr = 0x0d;
const lf = 0x0a;
const equals = 0x3d;

// The octets of "=XX", the first one in the low bits.
const escapes = /* @__PURE__ */ (() => {
  const hex = "0123456789ABCDEF";
  const table = new Uint32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    table[byte] = equals | (hex.charCodeAt(byte >> 4) << 8) | (hex.charCodeAt(byte & 15) << 16);
  }
  return table;
})();

/** Writes tokens until the limit, and moves the cursor. */
export function writeTokens(input: Input, target: Uint8Array, cursor: Cursor): void {
  const { bytes, limit } = input;
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const output = new DataView(target.buffer, target.byteOffset, target.length);
  let { from, to, column } = cursor;
  while (from < limit) {
    const start = from;
    if (column > 0 || !isGuarded(bytes, from)) {
      // Up to column 75 a plain octet never needs a decision.
      const stop = Math.min(limit, from + maxColumn - 1 - column);
      const moved = movePlain(words, from, stop, output, to);
      from += moved;
      to += moved;
      while (from < stop && kinds[bytes[from] ?? 0] !== 0) target[to++] = bytes[from++] ?? 0;
      column += from - start;
      if (from > start && endsInBlank(input, from)) {
        from--;
        to--;
        column--;
      }
    }
    // Escapes away from the edge: no need to ask what comes after them.
    while (column <= roomy && from < limit) {
      const octets = escapedOctets(bytes, from);
      if (octets === 0) break;
      to = writeEscapes(bytes, from, octets, target, to);
      from += octets;
      column += 3 * octets;
    }
    if (from > start) continue;
    // Here is a hard break, a guarded octet, a blank that ends a line, or a token near the edge.
    if (input.hardBreaks && isCrlf(bytes, from)) {
      to = writeBreak(target, to);
      from += 2;
      column = 0;
      continue;
    }
    const octets = tokenOctets(bytes, from);
    const width = tokenWidth(input, from, octets, column);
    if (!fits(input, from + octets, column + width)) {
      target[to++] = equals;
      to = writeBreak(target, to);
      column = 0;
      continue;
    }
    if (width === 1) target[to++] = bytes[from] ?? 0;
    else to = writeEscapes(bytes, from, octets, target, to);
    from += octets;
    column += width;
  }
  cursor.from = from;
  cursor.to = to;
  cursor.column = column;
}

// Moves octets that are all plain, eight at a time, up to `stop`; gives their number.
function movePlain(words: DataView, start: number, stop: number, output: DataView, offset: number): number {
  let moved = 0;
  for (let at = start; at + 8 <= stop; at += 8) {
    const first = words.getInt32(at, true);
    const second = words.getInt32(at + 4, true);
    if (hasSpecial(first) || hasSpecial(second)) break;
    output.setInt32(offset + moved, first, true);
    output.setInt32(offset + moved + 4, second, true);
    moved += 8;
  }
  return moved;
}

function writeEscapes(bytes: Uint8Array, from: number, octets: number, target: Uint8Array, offset: number): number {
  let to = offset;
  for (let at = from; at < from + octets; at++) {
    const word = escapes[bytes[at] ?? 0] ?? 0;
    target[to] = word;
    target[to + 1] = word >> 8;
    target[to + 2] = word >> 16;
    to += 3;
  }
  return to;
}

function writeBreak(target: Uint8Array, offset: number): number {
  target[offset] = cr;
  target[offset + 1] = lf;
  return offset + 2;
}

// Quoted-printable by the WebAssembly module, octet for octet what the writer above writes.

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

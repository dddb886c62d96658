// Lines of base64 by table, in plain JavaScript: for hosts without Buffer, and for content too small for native calls.
import type { WasmKernels } from "./wasm-host.ts";

/** Octets that fill one line of 76 characters. */
export const lineBytes = 57;
/** RFC 2045 s6.8: no encoded line is longer than 76 characters. */
export const lineCharacters = 76;

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const padding = 0x3d;
/** CR and LF as one big-endian word. */
export const crlf = 0x0d0a;

/** Writes all of `source` as lines, CRLF between them; gives the offset after the last character. */
export type LineWriting = (source: Uint8Array, target: Uint8Array, offset: number) => number;

// Two characters for every 12 bits, so that three octets take two look-ups. Filling the table is a third of what an
// import would cost, so it waits for the first octets.
let table: Uint16Array | undefined;

function characterPairs(): Uint16Array {
  if (table !== undefined) return table;
  table = new Uint16Array(4096);
  for (let bits = 0; bits < 4096; bits++) {
    table[bits] = (alphabet.charCodeAt(bits >> 6) << 8) | alphabet.charCodeAt(bits & 63);
  }
  return table;
}

/** Writes base64 characters in lines of so many octets, a multiple of three; gives the offset after the last one. */
export function writeByTable(source: Uint8Array, target: Uint8Array, offset: number, octetsOfLine: number): number {
  let to = offset;
  for (let start = 0; start < source.length; start += octetsOfLine) {
    if (start > 0) to = writeBreak(target, to);
    to = writeCharacters({ source, start, end: Math.min(start + octetsOfLine, source.length) }, target, to);
  }
  return to;
}

/** Octets from `start` to `end`. */
export interface Span {
  readonly source: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** Writes base64 characters in a row, padded at the end; gives the offset after the last one. */
export function writeCharacters({ source, start, end }: Span, target: Uint8Array, offset: number): number {
  const pairs = characterPairs();
  let to = offset;
  let from = start;
  for (const last = end - 2; from < last; from += 3) {
    const bits = (at(source, from) << 16) | (at(source, from + 1) << 8) | at(source, from + 2);
    const high = at(pairs, bits >> 12);
    const low = at(pairs, bits & 4095);
    target[to++] = high >> 8;
    target[to++] = high;
    target[to++] = low >> 8;
    target[to++] = low;
  }
  if (from >= end) return to;
  // RFC 4648 s4: one or two octets at the end are filled up with zero bits and marked by "=".
  const two = end - from === 2;
  const bits = (at(source, from) << 16) | (two ? at(source, from + 1) << 8 : 0);
  const high = at(pairs, bits >> 12);
  target[to] = high >> 8;
  target[to + 1] = high;
  target[to + 2] = two ? at(pairs, bits & 4095) >> 8 : padding;
  target[to + 3] = padding;
  return to + 4;
}

function at(values: Uint8Array | Uint16Array, index: number): number {
  return values[index] ?? 0;
}

/** Writes CRLF, gives the offset after it. */
export function writeBreak(target: Uint8Array, offset: number): number {
  target[offset] = crlf >> 8;
  target[offset + 1] = crlf & 0xff;
  return offset + 2;
}

/** The writer for hosts without Buffer. */
export const writeLinesByTable: LineWriting = (source, target, offset) =>
  writeByTable(source, target, offset, lineBytes);

// Lines of base64 from native blocks where the host has Buffer, octet for octet what the table writes.
// The host encodes 512 lines into a scratch buffer; line by line they move to the output with their CRLF.

/** The part of Node's Buffer that is used; Bun, Deno and Workers with `nodejs_compat` have it too. */
interface NativeBytes {
  toString(encoding: "base64", start: number, end: number): string;
  write(text: string, offset: number, encoding: "latin1"): number;
}
interface NativeHost {
  readonly Buffer?: {
    from(bytes: ArrayBufferLike, offset: number, length: number): NativeBytes & Uint8Array;
  };
}

// Large enough to hide the call into the host, small enough that block and scratch stay in the cache.
const blockLines = 512;

/** Encodes blocks natively and moves whole lines; undefined where the host has no Buffer. */
export const writeLinesNatively: LineWriting | undefined = /* @__PURE__ */ nativeWriter(globalThis);

function nativeWriter({ Buffer: native }: NativeHost): LineWriting | undefined {
  if (native === undefined) return undefined;
  const scratch = native.from(new ArrayBuffer(blockLines * lineCharacters), 0, blockLines * lineCharacters);
  const lines = new DataView(scratch.buffer, scratch.byteOffset, scratch.length);
  return (source, target, offset) => {
    const bytes = native.from(source.buffer, source.byteOffset, source.length);
    const output = new DataView(target.buffer, target.byteOffset, target.length);
    let to = offset;
    for (let from = 0; from < source.length; from += blockLines * lineBytes) {
      if (from > 0) to = writeBreak(target, to);
      const text = bytes.toString("base64", from, Math.min(from + blockLines * lineBytes, source.length));
      const characters = scratch.write(text, 0, "latin1");
      const moved = moveFullLines(lines, characters, output, to);
      // The last line of a block has no line break yet, and that of the content may be short.
      const rest = scratch.subarray(moved * lineCharacters, characters);
      to += moved * (lineCharacters + 2);
      target.set(rest, to);
      to += rest.length;
    }
    return to;
  };
}

// Moves all lines but the last, each with its CRLF, eight octets at a time; gives their number. A double copies its
// octets exactly unless it is a NaN, and ASCII never spells one: its exponent would need octets above 127.
function moveFullLines(from: DataView, characters: number, target: DataView, offset: number): number {
  const count = Math.ceil(characters / lineCharacters) - 1;
  let to = offset;
  let at = 0;
  for (let line = 0; line < count; line++) {
    target.setFloat64(to, from.getFloat64(at, true), true);
    target.setFloat64(to + 8, from.getFloat64(at + 8, true), true);
    target.setFloat64(to + 16, from.getFloat64(at + 16, true), true);
    target.setFloat64(to + 24, from.getFloat64(at + 24, true), true);
    target.setFloat64(to + 32, from.getFloat64(at + 32, true), true);
    target.setFloat64(to + 40, from.getFloat64(at + 40, true), true);
    target.setFloat64(to + 48, from.getFloat64(at + 48, true), true);
    target.setFloat64(to + 56, from.getFloat64(at + 56, true), true);
    target.setFloat64(to + 64, from.getFloat64(at + 64, true), true);
    target.setInt32(to + 72, from.getInt32(at + 72, true), true);
    target.setUint16(to + 76, crlf);
    to += lineCharacters + 2;
    at += lineCharacters;
  }
  return count;
}

// Below this the set-up of a native block costs more than it saves.
const nativeFrom = 512;

/** The faster of the two writers that need no module. */
export const writeLinesPlainly: LineWriting = (source, target, offset) => {
  const write = source.length < nativeFrom ? writeLinesByTable : (writeLinesNatively ?? writeLinesByTable);
  return write(source, target, offset);
};

/** Base64 without line breaks, for hosts with Buffer. */
export const encodeNatively: ((bytes: Uint8Array) => string) | undefined = /* @__PURE__ */ nativeEncoder(globalThis);

function nativeEncoder({ Buffer: native }: NativeHost): ((bytes: Uint8Array) => string) | undefined {
  if (native === undefined) return undefined;
  return (bytes) => native.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("base64", 0, bytes.length);
}

// Lines of base64 by the WebAssembly module, octet for octet what the table writes.

// Slab and output stay in the cache together.
const slabLines = 1024;

/** Writes all of `source` as lines, CRLF between them; gives the offset after the last character. */
export function writeLinesByWasm(
  { input, output, base64Lines }: WasmKernels,
  source: Uint8Array,
  target: Uint8Array,
  offset: number,
): number {
  const wholeLines = Math.floor(source.length / lineBytes);
  const rest = wholeLines * lineBytes;
  let to = offset;
  for (let line = 0; line < wholeLines; line += slabLines) {
    const lines = Math.min(slabLines, wholeLines - line);
    const octets = source.subarray(line * lineBytes, (line + lines) * lineBytes);
    // A text is there already.
    if (octets.buffer !== input.buffer || octets.byteOffset !== input.byteOffset) input.set(octets);
    base64Lines(lines);
    // No CRLF after the last line of all.
    const last = line + lines === wholeLines && rest === source.length;
    const written = lines * (lineCharacters + 2) - (last ? 2 : 0);
    target.set(output.subarray(0, written), to);
    to += written;
  }
  return writeLinesByTable(source.subarray(rest), target, to);
}

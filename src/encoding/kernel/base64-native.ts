// Lines of base64 from native blocks where the host has Buffer, octet for octet what kernel/base64-lines.ts writes.
// The host encodes 512 lines into a scratch buffer; line by line they move to the output with their CRLF.
import { crlf, type LineWriter, lineBytes, lineCharacters, writeBreak, writeLinesByTable } from "./base64-lines.ts";

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
export const writeLinesNatively: LineWriter | undefined = /* @__PURE__ */ nativeWriter(globalThis);

function nativeWriter({ Buffer: native }: NativeHost): LineWriter | undefined {
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
export const writeLinesPlainly: LineWriter = (source, target, offset) => {
  const write = source.length < nativeFrom ? writeLinesByTable : (writeLinesNatively ?? writeLinesByTable);
  return write(source, target, offset);
};

/** Base64 without line breaks, for hosts with Buffer. */
export const encodeNatively: ((bytes: Uint8Array) => string) | undefined = /* @__PURE__ */ nativeEncoder(globalThis);

function nativeEncoder({ Buffer: native }: NativeHost): ((bytes: Uint8Array) => string) | undefined {
  if (native === undefined) return undefined;
  return (bytes) => native.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("base64", 0, bytes.length);
}

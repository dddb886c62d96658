// Bytes for the tests of the encoders: text as octets, reproducible noise, and one input cut in many ways.
import fc from "fast-check";

/** The octets of text whose characters are all below U+0100. */
export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** The characters of octets, one each. */
export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}

/** The same `length` octets every time, all values among them. */
export function noise(length: number): Uint8Array {
  let state = 0x9e3779b9;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  });
}

/** Sizes to cut an input into, empty chunks among them. */
export const cuts = fc.array(fc.nat({ max: 130 }), { maxLength: 20 });

/** Cuts `bytes` into chunks of the given sizes and one with the rest. */
export function chunksOf(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  let start = 0;
  for (const size of sizes) {
    chunks.push(bytes.subarray(start, start + size));
    start += size;
  }
  return [...chunks, bytes.subarray(start)];
}

/** All chunks as one. */
export function joined(chunks: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(chunks));
}

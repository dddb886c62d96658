// Lines of base64 by table, in plain JavaScript: for hosts without Buffer, and for content too small for native calls.

/** Octets that fill one line of 76 characters. */
export const lineBytes = 57;
/** RFC 2045 s6.8: no encoded line is longer than 76 characters. */
export const lineCharacters = 76;

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const padding = 0x3d;
/** CR and LF as one big-endian word. */
export const crlf = 0x0d0a;

/** Writes all of `source` as lines, CRLF between them; gives the offset after the last character. */
export type LineWriter = (source: Uint8Array, target: Uint8Array, offset: number) => number;

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

/** Writes octets `start` to `end` as base64 characters without line breaks. */
export function writeCharacters(
  source: Uint8Array,
  start: number,
  end: number,
  target: Uint8Array,
  offset: number,
): number {
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
  return from < end ? writeTail(source, from, end, target, to) : to;
}

// RFC 4648 s4: one or two octets at the end are filled up with zero bits and marked by "=".
function writeTail(source: Uint8Array, from: number, end: number, target: Uint8Array, offset: number): number {
  const pairs = characterPairs();
  const two = end - from === 2;
  const bits = (at(source, from) << 16) | (two ? at(source, from + 1) << 8 : 0);
  const high = at(pairs, bits >> 12);
  target[offset] = high >> 8;
  target[offset + 1] = high;
  target[offset + 2] = two ? at(pairs, bits & 4095) >> 8 : padding;
  target[offset + 3] = padding;
  return offset + 4;
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
export const writeLinesByTable: LineWriter = (source, target, offset) => {
  let to = offset;
  for (let from = 0; from < source.length; from += lineBytes) {
    if (from > 0) to = writeBreak(target, to);
    to = writeCharacters(source, from, Math.min(from + lineBytes, source.length), target, to);
  }
  return to;
};

// From a charset's codes to a table that encodes: every code is decoded once, and its character is written with it.
// A table made by decoding cannot substitute, and holds no code that was left out on purpose.
import iconv from "iconv-lite";

/** The codec that knows the characters, by its name in iconv-lite. */
export type Codec = Parameters<typeof iconv.decode>[1];

/** What makes a code table. */
export interface CodeSet {
  readonly codec: Codec;
  /**
   * The codes above 127 that may be written: for each octet of a code its lowest and highest value, `81-84 40-FC`.
   * Where two codes mean the same character, the first one is used.
   */
  readonly codes: readonly string[];
  /** Characters that readers of this charset do not agree on. */
  readonly refused: string;
}

/** For every UTF-16 unit its code, high octet first; 0 where there is none (and for NUL, which is its own code). */
export type CodeTable = Uint32Array;

const separator = 0x0a;
const replacement = 0xfffd;

/** Builds the table of one charset. ASCII is the same in all of them. */
export function buildCodeTable(set: CodeSet): CodeTable {
  const table = new Uint32Array(0x10000);
  for (let unit = 0; unit < 0x80; unit++) table[unit] = unit;
  for (const range of set.codes) addRange(table, set.codec, range);
  for (const character of set.refused) table[character.charCodeAt(0)] = 0;
  return table;
}

function addRange(table: CodeTable, codec: Codec, range: string): void {
  const codes = listCodes(range);
  // A line end after each code keeps a code without a character from eating into the next.
  const octets = new Uint8Array(codes.length * 5);
  let to = 0;
  for (const code of codes) {
    to = writeCode(code, octets, to);
    octets[to++] = separator;
  }
  for (const [at, text] of iconv.decode(octets.subarray(0, to), codec).split("\n").entries()) {
    const unit = text.charCodeAt(0);
    if (text.length === 1 && isText(unit) && table[unit] === 0) table[unit] = codes[at] ?? 0;
  }
}

// C1 controls and the private use area are not text that two readers show alike.
function isText(unit: number): boolean {
  return unit >= 0xa0 && !(unit >= 0xd800 && unit <= 0xf8ff) && unit !== replacement;
}

function listCodes(range: string): number[] {
  let codes = [0];
  for (const limits of range.split(" ")) {
    const [low = 0, high = 0] = limits.split("-").map((octet) => Number.parseInt(octet, 16));
    codes = codes.flatMap((code) => Array.from({ length: high - low + 1 }, (_, index) => code * 256 + low + index));
  }
  return codes;
}

/** Writes a code, high octet first; gives the offset after it. */
export function writeCode(code: number, target: Uint8Array, offset: number): number {
  let to = offset;
  if (code > 0xffffff) target[to++] = code >>> 24;
  if (code > 0xffff) target[to++] = code >>> 16;
  if (code > 0xff) target[to++] = code >>> 8;
  target[to++] = code;
  return to;
}

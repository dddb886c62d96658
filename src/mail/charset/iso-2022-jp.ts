// ISO-2022-JP (RFC 1468): ASCII and JIS X 0208, distinguished by escape sequences, all octets below 128.
// The codes are those of EUC-JP with their high bits cleared. ISO-2022-JP-MS is the same with what Microsoft's mailers
// write under that label: the rows of NEC and IBM, and half-width katakana.
import type { Charset, Unmappable } from "../octets/charset.ts";
import type { CodeTable } from "./code-table.ts";

const toAscii = 0x1b2842;
const toKanji = 0x1b2442;
// JIS X 0201, its katakana. WHATWG Encoding s12.2.1: readers of the browsers' table take this escape sequence.
const toKatakana = 0x1b2849;

/** Gives the escape sequence before a code, or 0 for a code that the charset has no place for. */
type StateOf = (unit: number, code: number) => number;

/** ISO-2022-JP on top of the table of EUC-JP. */
export function iso2022Jp(eucJp: () => CodeTable): Charset {
  return { name: "ISO-2022-JP", stateful: true, encode: (text) => encode(text, eucJp(), stateOf) };
}

/**
 * ISO-2022-JP-MS on top of the table of EUC-JP with the rows of NEC and IBM. It is labelled ISO-2022-JP: its own name
 * is not registered, and what reads these rows (browsers' tables, Microsoft's mailers) knows them by that label.
 */
export function iso2022JpMs(eucJpMs: () => CodeTable): Charset {
  const encodeMs = (text: string) => encode(text, eucJpMs(), stateOfMs);
  return { name: "ISO-2022-JP-MS", label: "ISO-2022-JP", stateful: true, encode: encodeMs };
}

function encode(text: string, table: CodeTable, state: StateOf): Uint8Array | Unmappable {
  // At worst every character is a kanji behind its own escape sequence; one more ends the text.
  const target = new Uint8Array(text.length * 5 + 3);
  let to = 0;
  let current = toAscii;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    const code = table[unit] ?? 0;
    const wanted = state(unit, code);
    if (wanted === 0) return { unmappable: at };
    // RFC 1468: CR and LF are ASCII, so each line begins and ends in ASCII.
    if (wanted !== current) to = writeEscape(wanted, target, to);
    current = wanted;
    if (wanted === toKanji) target[to++] = (code >> 8) & 0x7f;
    target[to++] = code & 0x7f;
  }
  // RFC 1468: the text must end in ASCII.
  if (current !== toAscii) to = writeEscape(toAscii, target, to);
  return target.slice(0, to);
}

// Half-width katakana (8E) and JIS X 0212 (three octets) are not in this charset. ESC, SO and SI from the text would
// switch the reader's code set.
function stateOf(unit: number, code: number): number {
  if (unit < 0x80) return unit !== 0x1b && unit !== 0x0e && unit !== 0x0f ? toAscii : 0;
  return code >= 0xa1a1 && code <= 0xfefe ? toKanji : 0;
}

function stateOfMs(unit: number, code: number): number {
  return code >= 0x8ea1 && code <= 0x8edf ? toKatakana : stateOf(unit, code);
}

function writeEscape(sequence: number, target: Uint8Array, offset: number): number {
  target[offset] = sequence >> 16;
  target[offset + 1] = sequence >> 8;
  target[offset + 2] = sequence;
  return offset + 3;
}

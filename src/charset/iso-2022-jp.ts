// ISO-2022-JP (RFC 1468): ASCII and JIS X 0208, told apart by escape sequences, all octets below 128.
// The codes are those of EUC-JP with their high bits cleared.
import type { Charset, Unmappable } from "../encoding/charset.ts";
import type { CodeTable } from "./code-table.ts";

const toAscii = 0x1b2842;
const toKanji = 0x1b2442;

/** ISO-2022-JP on top of the table of EUC-JP. */
export function iso2022Jp(eucJp: () => CodeTable): Charset {
  return { name: "ISO-2022-JP", stateful: true, encode: (text) => encode(text, eucJp()) };
}

function encode(text: string, table: CodeTable): Uint8Array | Unmappable {
  // At worst every character is a kanji behind its own escape sequence; one more ends the text.
  const target = new Uint8Array(text.length * 5 + 3);
  let to = 0;
  let kanji = false;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    const code = table[unit] ?? 0;
    if (!isWritable(unit, code)) return { unmappable: at };
    const wide = code > 0x7f;
    if (wide !== kanji) {
      // RFC 1468: CR and LF are ASCII, so each line begins and ends in ASCII.
      to = writeEscape(wide ? toKanji : toAscii, target, to);
      kanji = wide;
    }
    if (wide) target[to++] = (code >> 8) & 0x7f;
    target[to++] = code & 0x7f;
  }
  // RFC 1468: the text must end in ASCII.
  if (kanji) to = writeEscape(toAscii, target, to);
  return target.slice(0, to);
}

// Half-width katakana (8E) and JIS X 0212 (three octets) are not in this charset. ESC, SO and SI from the text would
// switch the reader's code set.
function isWritable(unit: number, code: number): boolean {
  if (unit < 0x80) return unit !== 0x1b && unit !== 0x0e && unit !== 0x0f;
  return code >= 0xa1a1 && code <= 0xfefe;
}

function writeEscape(sequence: number, target: Uint8Array, offset: number): number {
  target[offset] = sequence >> 16;
  target[offset + 1] = sequence >> 8;
  target[offset + 2] = sequence;
  return offset + 3;
}

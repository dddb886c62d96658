// Text to the octets of a charset by its code table. One pass, no substitution: the first character without a code
// ends the work and is reported by its place.
import type { Charset, Unmappable } from "../octets/charset.ts";
import { buildCodeTable, type CodeSet, type CodeTable, writeCode } from "./code-table.ts";

/** Gives the code of a character beyond the BMP, or 0. */
export type AstralCode = (codePoint: number) => number;

/** A charset whose codes are {@link CodeSet} and, where given, a rule for what lies beyond the BMP. */
export function tableCharset(name: string, table: () => CodeTable, astral: AstralCode = noCode): Charset {
  return {
    name,
    stateful: false,
    encode: (text) => encodeByTable(text, table(), astral),
  };
}

/** The table of a code set, built when it is first used. */
export function lazyTable(set: CodeSet): () => CodeTable {
  let table: CodeTable | undefined;
  return () => {
    table ??= buildCodeTable(set);
    return table;
  };
}

function encodeByTable(text: string, table: CodeTable, astral: AstralCode): Uint8Array | Unmappable {
  // No charset here has more than four octets for one UTF-16 unit, or for a pair.
  const target = new Uint8Array(text.length * 4);
  let to = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    let code = table[unit] ?? 0;
    if (code === 0 && unit !== 0) {
      const codePoint = text.codePointAt(at) ?? 0;
      code = codePoint > 0xffff ? astral(codePoint) : 0;
      if (code === 0) return { unmappable: at };
      at++;
    }
    to = writeCode(code, target, to);
  }
  return target.slice(0, to);
}

function noCode(): number {
  return 0;
}

/** GB 18030: beyond the BMP the four octets count on in mixed radix, 10 x 126 x 10 below the first, from 90 30 81 30. */
export function gb18030Astral(codePoint: number): number {
  const index = codePoint - 0x10000;
  const first = 0x90 + Math.floor(index / 12_600);
  const second = 0x30 + (Math.floor(index / 1_260) % 10);
  const third = 0x81 + (Math.floor(index / 10) % 126);
  return ((first * 256 + second) * 256 + third) * 256 + 0x30 + (index % 10);
}

/** What a reader gets for each octet, and how many characters that takes. */
export interface QAlphabet {
  readonly written: readonly string[];
  readonly widths: Uint8Array;
}

// RFC 2047 s4.2: in running text every printable character but these three stands for itself.
export const textAlphabet: QAlphabet = buildAlphabet((char) => char > " " && char < "\u007f" && !"=?_".includes(char));

// RFC 2047 s5(3): in a phrase only these do.
export const phraseAlphabet: QAlphabet = buildAlphabet((char) => /[A-Za-z0-9!*+\-/]/.test(char));

function buildAlphabet(isBare: (char: string) => boolean): QAlphabet {
  const written: string[] = [];
  const widths = new Uint8Array(256);
  for (let octet = 0; octet < 256; octet++) {
    const char = String.fromCharCode(octet);
    const text = char === " " ? "_" : isBare(char) ? char : `=${octet.toString(16).toUpperCase().padStart(2, "0")}`;
    written.push(text);
    widths[octet] = text.length;
  }
  return { written, widths };
}

/** How many characters the octets from `from` to `to` take. */
export function quotedSize(bytes: Uint8Array, from: number, to: number, { widths }: QAlphabet): number {
  let size = 0;
  for (let i = from; i < to; i++) size += widths[bytes[i] ?? 0] ?? 0;
  return size;
}

/** The octets in Q. */
export function quoteOctets(bytes: Uint8Array, { written }: QAlphabet): string {
  let text = "";
  for (const octet of bytes) text += written[octet];
  return text;
}

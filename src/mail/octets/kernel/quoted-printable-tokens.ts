// What a token of quoted-printable is and where it may occur, for the writer and the counter alike.
// A token is what may not be cut: one literal octet, one escape, or all escapes of one UTF-8 character.

/** What the encoder may assume about its input. */
export interface Input {
  readonly bytes: Uint8Array;
  /** Tokens start before this offset; what follows is only looked at. */
  readonly limit: number;
  /** Where what is known ends. */
  readonly end: number;
  /** True when the content or its line ends there, so that the last token may use column 76. */
  readonly final: boolean;
  /** True when CRLF is a hard line break, false when CR and LF are data. */
  readonly hardBreaks: boolean;
}

/** How many octets after a token decide how it is written: three of its character and a CRLF. */
export const lookahead = 6;

/** RFC 2045 s6.7(5): no more than 76 characters a line, the "=" of a soft break included. */
export const maxColumn = 76;

/** The last column after which any token and the "=" of a soft break still fit. */
export const roomy = maxColumn - 1 - 12;

const literal = 1;
const blank = 2;

// RFC 2045 s6.7(2): "!" to "~" but "=" stand for themselves; blanks do so inside a line only (s6.7(3)).
export const kinds = /* @__PURE__ */ (() => {
  const table = new Uint8Array(256);
  table.fill(literal, 0x21, 0x7f);
  table[0x3d] = 0;
  table[0x20] = table[0x09] = blank;
  return table;
})();

/**
 * True when one of the four octets of a word is not plain: no "!" to "~" but "=", and no space. (A tab counts as
 * not plain, too.) Zero octets of a word are found by the borrow of a subtraction, all four at once.
 */
export function hasSpecial(word: number): boolean {
  const noEquals = word ^ 0x3d3d3d3d;
  // Octets below 0x20; above 0x7e, where one more sets the high bit; and "=", which became zero.
  const low = (word - 0x20202020) & ~word;
  const high = word | (word + 0x01010101);
  const equals = (noEquals - 0x01010101) & ~noEquals;
  return ((low | high | equals) & 0x80808080) !== 0;
}

/** The end of a run of plain octets from `start`, at `stop` at the latest, found four octets at a time. */
export function plainEnd(words: DataView, start: number, stop: number): number {
  let at = start;
  while (at + 8 <= stop && !hasSpecial(words.getInt32(at, true)) && !hasSpecial(words.getInt32(at + 4, true))) at += 8;
  return at;
}

/** True for the octets that may not end a line: space and tab. */
export function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09;
}

// RFC 2045 s6.7(5): "=" of a soft break takes the last column, unless the line ends here anyway.
export function fits(input: Input, next: number, column: number): boolean {
  return column < maxColumn || (column === maxColumn && endsLine(input, next));
}

function endsLine(input: Input, at: number): boolean {
  if (at >= input.end) return input.final;
  return input.hardBreaks && isCrlf(input.bytes, at);
}

export function tokenWidth(input: Input, from: number, octets: number, column: number): number {
  const kind = kinds[input.bytes[from] ?? 0];
  if (kind === literal && !(column === 0 && isGuarded(input.bytes, from))) return 1;
  // RFC 2045 s6.7(3): a blank that ends a line would be taken for padding and removed.
  if (kind === blank && !endsLine(input, from + 1)) return 1;
  return 3 * octets;
}

/** True when relays may alter the line: `From ` becomes `>From ` in mailboxes, `.` is stuffed or ends the message. */
export function isGuarded(bytes: Uint8Array, at: number): boolean {
  const byte = bytes[at];
  // RFC 2049 s3: encode "From " and a leading "." to pass gateways unharmed.
  if (byte === 0x2e) return true;
  if (byte !== 0x46) return false;
  return bytes[at + 1] === 0x72 && bytes[at + 2] === 0x6f && bytes[at + 3] === 0x6d && bytes[at + 4] === 0x20;
}

// A run of plain octets is taken back by one where its last one must be escaped after all.
export function endsInBlank(input: Input, next: number): boolean {
  return kinds[input.bytes[next - 1] ?? 0] === blank && endsLine(input, next);
}

export function isCrlf(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0x0d && bytes[at + 1] === 0x0a;
}

// RFC 3629 s4: how many octets a character has by its lead; 1 for what is escaped by itself, 0 for what may stand for
// itself somewhere: plain octets, and CR and LF, which may be a line break.
const leads = /* @__PURE__ */ (() => {
  const table = new Uint8Array(256).fill(1);
  for (let byte = 0; byte < 256; byte++) if (kinds[byte] !== 0) table[byte] = 0;
  table[0x0d] = table[0x0a] = 0;
  table.fill(2, 0xc2, 0xe0).fill(3, 0xe0, 0xf0).fill(4, 0xf0, 0xf5);
  return table;
})();

/** How many octets one token has: a lead octet and its continuations belong together, anything else is one by itself. */
export function tokenOctets(bytes: Uint8Array, at: number): number {
  return escapedOctets(bytes, at) || 1;
}

/** The same for a token that is `=XX` wherever it is, and 0 for any other; CR and LF may be a line break. */
export function escapedOctets(bytes: Uint8Array, at: number): number {
  const octets = leads[bytes[at] ?? 0] ?? 0;
  if (octets < 2) return octets;
  if (!isContinuation(bytes, at + 1)) return 1;
  if (octets === 2 || !isContinuation(bytes, at + 2)) return 2;
  return octets === 3 || !isContinuation(bytes, at + 3) ? 3 : 4;
}

function isContinuation(bytes: Uint8Array, at: number): boolean {
  return ((bytes[at] ?? 0) & 0xc0) === 0x80;
}

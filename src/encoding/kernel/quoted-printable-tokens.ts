// What a token of quoted-printable is and where it may stand, for the writer and the counter alike.
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

// RFC 3629 s4: a lead octet and its continuations belong together; anything else is one octet by itself.
export function tokenOctets(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  if (lead < 0xc2 || lead > 0xf4) return 1;
  if (!isContinuation(bytes, at + 1)) return 1;
  if (lead < 0xe0 || !isContinuation(bytes, at + 2)) return 2;
  return lead < 0xf0 || !isContinuation(bytes, at + 3) ? 3 : 4;
}

function isContinuation(bytes: Uint8Array, at: number): boolean {
  return ((bytes[at] ?? 0) & 0xc0) === 0x80;
}

/** True for an octet that is `=XX` wherever it stands; CR and LF may be a line break instead. */
export function isEscaped(byte: number | undefined): boolean {
  return byte !== undefined && kinds[byte] === 0 && byte !== 0x0d && byte !== 0x0a;
}

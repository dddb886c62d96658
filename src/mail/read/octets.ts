// One pass over a range of raw bytes for octets and lines that a mail relay may not carry. RFC 5322 s2.1.1, s2.3;
// RFC 2045 s2.7.

/** RFC 5322 s2.1.1: octets of a line without its CRLF. */
const longestLine = 998;

/** Offset of the first of each kind, -1 where there is none. */
export interface Octets {
  readonly eightBit: number;
  readonly nul: number;
  /** A control character but tab, CR, LF and NUL. */
  readonly control: number;
  /** A CR that no LF follows. */
  readonly bareCr: number;
  /** An LF that no CR precedes. */
  readonly bareLf: number;
  /** How many bare CR and LF there are. */
  readonly bareCount: number;
  /** Start of the first line that is too long. */
  readonly longLine: number;
}

/**
 * Looks at every octet of a range that starts at the start of a line.
 *
 * @param bytes - the whole message
 * @param range - offsets; a CR at the very end of it may have its LF behind the end
 * @param line - the longest line that is fine, in octets without CRLF; 998 when absent
 */
export function scanOctets(
  bytes: Uint8Array,
  range: { readonly start: number; readonly end: number },
  line: number = longestLine,
): Octets {
  const found = { eightBit: -1, nul: -1, control: -1, bareCr: -1, bareLf: -1, bareCount: 0, longLine: -1 };
  let lineStart = range.start;
  const endLine = (at: number): void => {
    if (found.longLine < 0 && at - lineStart > line) found.longLine = lineStart;
  };
  for (let at = range.start; at < range.end; at++) {
    const octet = bytes[at] ?? 0;
    if (octet > 0x1f && octet < 0x7f) continue;
    if (octet > 0x7f) {
      if (found.eightBit < 0) found.eightBit = at;
    } else if (octet === 0x0a) {
      const bare = bytes[at - 1] !== 0x0d;
      endLine(bare ? at : at - 1);
      lineStart = at + 1;
      if (bare) found.bareCount++;
      if (bare && found.bareLf < 0) found.bareLf = at;
    } else if (octet === 0x0d && bytes[at + 1] !== 0x0a) {
      found.bareCount++;
      if (found.bareCr < 0) found.bareCr = at;
    } else if (octet === 0) {
      if (found.nul < 0) found.nul = at;
    } else if (octet !== 0x09 && octet !== 0x0d && found.control < 0) found.control = at;
  }
  endLine(range.end);
  return found;
}

/** Number of the line that holds the offset, counted on from a place whose line is known. */
export function lineFrom(bytes: Uint8Array, from: number, line: number, offset: number): number {
  let count = line;
  for (let at = bytes.indexOf(0x0a, from); at >= 0 && at < offset; at = bytes.indexOf(0x0a, at + 1)) count++;
  return count;
}

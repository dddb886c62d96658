// Quoted-printable (RFC 2045 s6.7): text that stays readable, in lines that every relay leaves alone.
import type { LineEncoder } from "./base64.ts";
import { OctetBuffer } from "./kernel/pieces.ts";
import {
  lookahead,
  mostQuoted,
  type Quotable,
  type Quoting,
  quote,
  quoteByWasm,
  quoteSlab,
  startQuoting,
} from "./kernel/quote.ts";
import { kernelsFor } from "./kernel/wasm-host.ts";

/**
 * What CR and LF mean. In `text`, CRLF is a hard line break (the input is canonical, RFC 2046 s4.1.1) and a lone CR or
 * LF is data; in `binary`, every CR and LF is data and is escaped.
 */
export type LineMode = "text" | "binary";

function quotable(bytes: Uint8Array, mode: LineMode): Quotable {
  const lineEnds = mode === "text" ? "crlf" : "none";
  return { bytes, lineEnds, limit: bytes.length, end: bytes.length, final: true };
}

/** Encodes slab by slab, and gives what was seen. What `take` gets is written over when it returns. */
export function quoteSlabs(bytes: Uint8Array, mode: LineMode, take: (octets: Uint8Array) => void): Quoting {
  const kernels = kernelsFor(bytes.length);
  const slab = new Uint8Array(kernels === undefined ? mostQuoted(Math.min(quoteSlab, bytes.length)) : 0);
  const source = quotable(bytes, mode);
  const quoting = startQuoting(0);
  while (quoting.from < bytes.length) {
    source.limit = Math.min(bytes.length, quoting.from + quoteSlab);
    if (kernels !== undefined) take(quoteByWasm(kernels, source, quoting));
    else {
      quoting.to = 0;
      quote(source, slab, quoting);
      take(slab.subarray(0, quoting.to));
    }
  }
  return quoting;
}

/**
 * The exact length of a quoted-printable body.
 *
 * @param bytes - the content
 * @param mode - what CR and LF mean
 * @returns the number of octets {@link writeQuotedPrintable} will write
 * @example
 * quotedPrintableLength(new TextEncoder().encode("é"), "text"); // 6
 */
export function quotedPrintableLength(bytes: Uint8Array, mode: LineMode): number {
  let length = 0;
  quoteSlabs(bytes, mode, (octets) => {
    length += octets.length;
  });
  return length;
}

/**
 * Writes a quoted-printable body into bytes that the caller allocated. Lines have at most 76 characters; blanks at a
 * line end, `From ` and `.` at a line start are escaped; the octets of one UTF-8 character stay on one line.
 *
 * @param bytes - the content
 * @param target - must have room for {@link quotedPrintableLength} octets from `offset`
 * @param offset - where the first octet goes
 * @param mode - what CR and LF mean
 * @returns the offset after the last octet
 * @throws RangeError when the target is too small
 * @example
 * const target = new Uint8Array(quotedPrintableLength(bytes, "text"));
 * writeQuotedPrintable(bytes, target, 0, "text");
 */
export function writeQuotedPrintable(bytes: Uint8Array, target: Uint8Array, offset: number, mode: LineMode): number {
  let to = offset;
  quoteSlabs(bytes, mode, (octets) => {
    target.set(octets, to);
    to += octets.length;
  });
  return to;
}

/**
 * Encodes a body at once, where measuring it first and writing it then would be the same work twice. It may hold the
 * result twice for a moment: for content of a few megabytes.
 *
 * @param bytes - the content
 * @param mode - what CR and LF mean
 * @returns what {@link writeQuotedPrintable} writes
 * @example
 * encodeQuotedPrintable(new TextEncoder().encode("é"), "text"); // the octets of "=C3=A9"
 */
export function encodeQuotedPrintable(bytes: Uint8Array, mode: LineMode): Uint8Array<ArrayBuffer> {
  const output = new OctetBuffer(bytes.length + bytes.length / 8);
  quoteSlabs(bytes, mode, (octets) => output.push(octets));
  return output.written().slice();
}

/**
 * An encoder for a body that arrives in chunks. It holds back a few octets, whose form depends on what follows.
 *
 * @param mode - what CR and LF mean
 * @returns an encoder whose output, joined, equals that of {@link writeQuotedPrintable} over the joined input
 * @example
 * const encoder = quotedPrintableEncoder("text");
 * for await (const chunk of source) yield encoder.push(chunk);
 * yield encoder.end();
 */
export function quotedPrintableEncoder(mode: LineMode): LineEncoder {
  const quoting = startQuoting(0);
  let held = new Uint8Array(0);
  const encode = (bytes: Uint8Array, final: boolean): Uint8Array<ArrayBuffer> => {
    const limit = final ? bytes.length : Math.max(0, bytes.length - lookahead);
    const target = new Uint8Array(mostQuoted(limit));
    quoting.from = 0;
    quoting.to = 0;
    quote({ ...quotable(bytes, mode), limit, final }, target, quoting);
    held = bytes.slice(quoting.from);
    return target.slice(0, quoting.to);
  };
  return {
    push(chunk) {
      const bytes = new Uint8Array(held.length + chunk.length);
      bytes.set(held);
      bytes.set(chunk, held.length);
      return encode(bytes, false);
    },
    end: () => encode(held, true),
  };
}

/**
 * Reads quoted-printable as forgivingly as RFC 2045 s6.7 advises: lower-case hex is taken, a "=" that starts no escape
 * stands for itself, blanks before a line end are dropped as padding, LF alone ends a line too.
 *
 * @param bytes - an encoded body
 * @returns the content; line ends stay as they are
 * @example
 * decodeQuotedPrintable(new TextEncoder().encode("caf=C3=A9")); // the octets of "café"
 */
export function decodeQuotedPrintable(bytes: Uint8Array): Uint8Array {
  const output = new Uint8Array(bytes.length);
  let length = 0;
  // Behind the last octet of the line other than a blank: blanks are taken back where the line ends.
  let kept = 0;
  for (let at = 0; at < bytes.length; at++) {
    let byte = bytes[at] ?? 0;
    if (byte === 0x3d) {
      const value = hexPair(bytes, at + 1);
      const next = value < 0 ? afterLineEnd(bytes, afterBlanks(bytes, at + 1)) : at + 3;
      if (next >= 0) at = next - 1;
      if (value < 0 && next >= 0) {
        kept = length;
        continue;
      }
      if (value >= 0) byte = value;
    } else if (isBlank(byte)) {
      output[length++] = byte;
      continue;
    } else if (byte === 0x0a || (byte === 0x0d && bytes[at + 1] === 0x0a)) length = kept;
    output[length++] = byte;
    kept = length;
  }
  return output.slice(0, kept);
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09;
}

function afterBlanks(bytes: Uint8Array, start: number): number {
  let at = start;
  while (isBlank(bytes[at])) at++;
  return at;
}

// The offset after the line end that is here (the end of the input is one), or -1.
function afterLineEnd(bytes: Uint8Array, at: number): number {
  if (at >= bytes.length) return at;
  if (bytes[at] === 0x0a) return at + 1;
  return bytes[at] === 0x0d && bytes[at + 1] === 0x0a ? at + 2 : -1;
}

/** The octet that two hexadecimal digits write; -1 where there are none. */
export function hexPair(bytes: Uint8Array, at: number): number {
  const high = hexDigit(bytes[at] ?? 0);
  const low = hexDigit(bytes[at + 1] ?? 0);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

// Is a body what its Content-Transfer-Encoding says, and what can be read of base64 that is none? One pass each.
// RFC 2045 s6.7, s6.8.

import { lineEnd } from "./text.ts";

/** Offsets of the first faults, -1 where there is none. */
export interface ContentFault {
  readonly error: number;
  /** Start of a line over 76 characters. */
  readonly long: number;
  /** A blank at the end of a line, which decoders take out. */
  readonly blank: number;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

const longest = 76;

/** Base64: the alphabet, a multiple of four characters, padding at the end only. */
export function base64Fault(bytes: Uint8Array, { start, end }: Range): ContentFault {
  let characters = 0;
  let padding = 0;
  let error = -1;
  for (let at = start; at < end && error < 0; at++) {
    const octet = bytes[at] ?? 0;
    if (octet === 0x0d || octet === 0x0a || octet === 0x20 || octet === 0x09) continue;
    if (octet === 0x3d) padding++;
    else if (!isAlphabet(octet) || padding > 0) error = at;
    characters++;
  }
  const whole = characters % 4 === 0 && padding <= 2;
  return { error: error < 0 && !whole ? end : error, long: longLine(bytes, start, end), blank: -1 };
}

function isAlphabet(octet: number): boolean {
  const letter = octet | 0x20;
  if (letter >= 0x61 && letter <= 0x7a) return true;
  return (octet >= 0x30 && octet <= 0x39) || octet === 0x2b || octet === 0x2f;
}

/** Quoted-printable: `=` starts two hex digits or ends a line; the rest is printable ASCII and blanks. */
export function quotedPrintableFault(bytes: Uint8Array, { start, end }: Range): ContentFault {
  let error = -1;
  let blanks = -1;
  for (let at = start; at < end && error < 0; at++) {
    const octet = bytes[at] ?? 0;
    if (octet === 0x3d) {
      // Relays may add blanks behind a soft break: they are skipped once, by the next `=` at the earliest.
      if (isHex(bytes[at + 1]) && isHex(bytes[at + 2]) && at + 2 < end) at += 2;
      else {
        blanks = at + 1;
        while (blanks < end && (bytes[blanks] === 0x20 || bytes[blanks] === 0x09)) blanks++;
        const ends = blanks >= end || bytes[blanks] === 0x0d || bytes[blanks] === 0x0a;
        if (!ends) error = at;
        at = blanks - 1;
      }
    } else if ((octet < 0x20 && octet !== 0x09 && octet !== 0x0d && octet !== 0x0a) || octet === 0x7f) error = at;
  }
  return { error, long: longLine(bytes, start, end), blank: endBlank(bytes, start, end) };
}

// RFC 2045 s6.7(3). What follows a soft break on its line is padding.
function endBlank(bytes: Uint8Array, start: number, end: number): number {
  let blank = -1;
  for (let at = start; at < end; at++) {
    const octet = bytes[at];
    if (octet === 0x20 || octet === 0x09) {
      if (blank < 0) blank = at;
    } else if (octet === 0x0d || octet === 0x0a) {
      if (blank >= 0 && bytes[blank - 1] !== 0x3d) return blank;
      blank = -1;
    } else blank = -1;
  }
  return blank >= 0 && bytes[blank - 1] !== 0x3d ? blank : -1;
}

function isHex(octet: number | undefined): boolean {
  if (octet === undefined) return false;
  const letter = octet | 0x20;
  return (octet >= 0x30 && octet <= 0x39) || (letter >= 0x61 && letter <= 0x66);
}

function longLine(bytes: Uint8Array, start: number, end: number): number {
  let line = start;
  while (line < end) {
    const lf = bytes.indexOf(0x0a, line);
    const next = lf < 0 || lf >= end ? end : lf + 1;
    const last = lf < 0 || lf >= end ? end : bytes[lf - 1] === 0x0d ? lf - 1 : lf;
    if (last - line > longest) return line;
    line = next;
  }
  return -1;
}

// The value of each character; -1 of what is not of the alphabet.
const sextets = /* @__PURE__ */ (() => {
  const table = new Int8Array(256).fill(-1);
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (let value = 0; value < 64; value++) table[alphabet.charCodeAt(value)] = value;
  return table;
})();
const PAD = 0x3d;

/**
 * The octets of base64, as far as they can be read. RFC 2045 s6.8: what is not of the alphabet is ignored. After padding a
 * new text begins: some writers join several.
 */
export function base64Octets(body: Uint8Array): Uint8Array {
  const native = body.length < NATIVE_FROM ? undefined : decodeNatively?.(body);
  if (native !== undefined) return native;
  const octets = body.slice();
  return octets.slice(0, undoBase64(octets, 0, octets.length));
}

/** The same in place, from `start` up to `end`: three octets need less room than the four that write them. */
export function undoBase64(buffer: Uint8Array, start: number, end: number): number {
  let [to, bits, held] = [start, 0, 0];
  for (let at = start; at < end; at++) {
    // Four characters at once where no bit waits for its octet; another one among them makes the sum negative.
    while (held === 0 && at + 3 < end) {
      const group =
        (valueAt(buffer, at) << 18) |
        (valueAt(buffer, at + 1) << 12) |
        (valueAt(buffer, at + 2) << 6) |
        valueAt(buffer, at + 3);
      if (group < 0) break;
      buffer[to++] = group >> 16;
      buffer[to++] = group >> 8;
      buffer[to++] = group;
      at += 4;
    }
    if (at >= end) break;
    const octet = buffer[at] ?? 0;
    const sextet = sextets[octet] ?? -1;
    if (octet === PAD) held = 0;
    if (sextet < 0) continue;
    bits = ((bits << 6) | sextet) & 0xfff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    buffer[to++] = bits >> held;
  }
  return to;
}

// Below this the call into the host costs more than it saves.
const NATIVE_FROM = 4096;

interface NativeHost {
  readonly Buffer?: {
    from(bytes: ArrayBufferLike, offset: number, length: number): { toString(encoding: "latin1"): string };
    from(text: string, encoding: "base64"): Uint8Array<ArrayBuffer>;
  };
}

// By the host, for bodies as composers write them: lines of 76, nothing but the alphabet. Any other is undefined, because
// hosts differ in what they make of it: they take the URL-safe alphabet, or end at the first padding.
const decodeNatively = /* @__PURE__ */ nativeDecoder(globalThis);

function nativeDecoder({ Buffer: native }: NativeHost): ((body: Uint8Array) => Uint8Array | undefined) | undefined {
  if (native === undefined) return undefined;
  return (bytes) => {
    const body = bytes.subarray(0, lineEnd(bytes, bytes.length, 0));
    let characters = body.length;
    for (let at = 76; at + 1 < body.length; at += 78) {
      if (body[at] !== 0x0d || body[at + 1] !== 0x0a) return undefined;
      characters -= 2;
    }
    const text = native.from(body.buffer, body.byteOffset, body.length).toString("latin1");
    const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
    const first = text.indexOf("=");
    if (characters % 4 > 0 || (first >= 0 && first !== text.length - padding)) return undefined;
    if (text.includes("-") || text.includes("_")) return undefined;
    const { buffer, byteOffset, length } = native.from(text, "base64");
    // A character that is not of the alphabet gives no bits.
    return length === (characters / 4) * 3 - padding ? new Uint8Array(buffer, byteOffset, length) : undefined;
  };
}

function valueAt(body: Uint8Array, at: number): number {
  return sextets[body[at] ?? 0] ?? -1;
}

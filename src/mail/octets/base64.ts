// Base64: bytes as text, in lines for a body (RFC 2045 s6.8) and in one run for words and payloads (RFC 4648 s4).
// Sizes are exact before a byte is encoded, so that a message can be planned and allocated once.
import {
  encodeNatively,
  lineBytes,
  writeBreak,
  writeByTable,
  writeLinesByWasm,
  writeLinesPlainly,
} from "./kernel/base64-lines.ts";
import { OctetBuffer } from "./kernel/pieces.ts";
import { kernelsFor } from "./kernel/wasm-host.ts";

const ascii = new TextDecoder();
const invalid = 0xff;
const skipped = 0xfe;

/** Turns a body into base64 lines chunk by chunk; the output is the same for every way the input is cut. */
export interface LineEncoder {
  /** Takes the next bytes of the source, gives what can be written so far. */
  push(chunk: Uint8Array): Uint8Array<ArrayBuffer>;
  /** Gives the rest. The encoder is of no use afterwards. */
  end(): Uint8Array<ArrayBuffer>;
}

/**
 * Encodes bytes without line breaks, padded.
 *
 * @param bytes - any bytes
 * @returns base64 of the standard alphabet, a multiple of four characters
 * @example
 * encodeBase64(new Uint8Array([102, 111])); // "Zm8="
 */
export function encodeBase64(bytes: Uint8Array): string {
  if (encodeNatively !== undefined) return encodeNatively(bytes);
  const target = new Uint8Array(4 * Math.ceil(bytes.length / 3));
  writeByTable(bytes, target, 0, Number.POSITIVE_INFINITY);
  return ascii.decode(target);
}

/**
 * Decodes base64 strictly. CR, LF, space and tab between characters are skipped, everything else counts.
 *
 * @param text - base64 with padding
 * @returns the bytes; undefined for a character outside the alphabet, padding that is missing, too much or not at the
 * end, and for bits set in the part of the last character that carries no data (RFC 4648 s3.5)
 * @example
 * decodeBase64("Zm8="); // Uint8Array [102, 111]
 */
export function decodeBase64(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let length = 0;
  let bits = 0;
  let characters = 0;
  let at = 0;
  for (; at < text.length; at++) {
    const value = sextet(text.charCodeAt(at));
    if (value === skipped) continue;
    if (value === invalid) break;
    bits = ((bits << 6) | value) & 0xffffff;
    if (++characters % 4 > 0) continue;
    bytes[length++] = bits >> 16;
    bytes[length++] = bits >> 8;
    bytes[length++] = bits;
  }
  const missing = (4 - (characters % 4)) % 4;
  if (!isPadding(text, at, missing)) return undefined;
  if (missing === 0) return bytes.slice(0, length);
  if (missing === 3) return undefined;
  // Two characters left carry one octet and four idle bits, three carry two octets and two idle bits.
  const idle = missing * 2;
  if ((bits & ((1 << idle) - 1)) !== 0) return undefined;
  const rest = (bits >> idle) & 0xffff;
  if (missing === 1) bytes[length++] = rest >> 8;
  bytes[length++] = rest;
  return bytes.slice(0, length);
}

// True when what is left of the text is `count` padding characters and white space.
function isPadding(text: string, start: number, count: number): boolean {
  let found = 0;
  for (let at = start; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 0x3d) found++;
    else if (sextet(unit) !== skipped) return false;
  }
  return found === count;
}

function sextet(unit: number): number {
  return sextets[unit] ?? invalid;
}

const sextets = /* @__PURE__ */ (() => {
  const table = new Uint8Array(128).fill(invalid);
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (let value = 0; value < 64; value++) table[alphabet.charCodeAt(value)] = value;
  for (const blank of "\r\n \t") table[blank.charCodeAt(0)] = skipped;
  return table;
})();

/**
 * The exact length of a base64 body: lines of 76 characters, CRLF after every line but the last.
 *
 * @param bytes - how many bytes are to be encoded
 * @returns the number of octets {@link writeBase64Lines} will write
 * @example
 * base64LinesLength(58); // 82: one full line, CRLF, four characters
 */
export function base64LinesLength(bytes: number): number {
  if (bytes === 0) return 0;
  return 4 * Math.ceil(bytes / 3) + 2 * (Math.ceil(bytes / lineBytes) - 1);
}

/**
 * Writes a base64 body into bytes that the caller allocated.
 *
 * @param source - the content
 * @param target - must have room for {@link base64LinesLength} octets from `offset`
 * @param offset - where the first character goes
 * @returns the offset after the last character
 * @throws RangeError when the target is too small
 * @example
 * const target = new Uint8Array(base64LinesLength(source.length));
 * writeBase64Lines(source, target, 0);
 */
export function writeBase64Lines(source: Uint8Array, target: Uint8Array, offset: number): number {
  const end = offset + base64LinesLength(source.length);
  if (end > target.length) throw new RangeError(`base64 needs ${end} octets, the target has ${target.length}`);
  const kernels = kernelsFor(source.length);
  return kernels === undefined
    ? writeLinesPlainly(source, target, offset)
    : writeLinesByWasm(kernels, source, target, offset);
}

/** Base64 lines of content that comes in chunks. It holds back less than one line. */
class LineWriter {
  readonly #held = new Uint8Array(lineBytes);
  #heldLength = 0;
  #started = false;

  /** How many octets the next so many octets of content add to the output. */
  lengthWith(octets: number): number {
    const whole = this.#heldLength + octets - ((this.#heldLength + octets) % lineBytes);
    return base64LinesLength(whole) + (this.#started && whole > 0 ? 2 : 0);
  }

  write(chunk: Uint8Array, output: OctetBuffer): void {
    let at = 0;
    if (this.#heldLength > 0) {
      at = Math.min(lineBytes - this.#heldLength, chunk.length);
      this.#held.set(chunk.subarray(0, at), this.#heldLength);
      this.#heldLength += at;
      if (this.#heldLength < lineBytes) return;
      this.end(output);
    }
    const whole = chunk.length - ((chunk.length - at) % lineBytes);
    this.#writeLines(chunk.subarray(at, whole), output);
    this.#held.set(chunk.subarray(whole));
    this.#heldLength = chunk.length - whole;
  }

  /** Writes the rest. */
  end(output: OctetBuffer): void {
    this.#writeLines(this.#held.subarray(0, this.#heldLength), output);
    this.#heldLength = 0;
  }

  #writeLines(bytes: Uint8Array, output: OctetBuffer): void {
    if (bytes.length === 0) return;
    output.reserve((this.#started ? 2 : 0) + base64LinesLength(bytes.length));
    if (this.#started) output.at = writeBreak(output.bytes, output.at);
    output.at = writeBase64Lines(bytes, output.bytes, output.at);
    this.#started = true;
  }
}

/**
 * An encoder for a body that arrives in chunks. It holds back less than one line.
 *
 * @returns an encoder whose output, joined, equals that of {@link writeBase64Lines} over the joined input
 * @example
 * const encoder = base64LineEncoder();
 * for await (const chunk of source) yield encoder.push(chunk);
 * yield encoder.end();
 */
export function base64LineEncoder(): LineEncoder {
  const writer = new LineWriter();
  return {
    push(chunk) {
      const output = new OctetBuffer(writer.lengthWith(chunk.length));
      writer.write(chunk, output);
      return output.written();
    },
    end() {
      const output = new OctetBuffer(0);
      writer.end(output);
      return output.written();
    },
  };
}

// Base64 as programs hand it over: of either alphabet, with padding or without. Gmail's API and JSON Web Tokens give the
// URL-safe one. RFC 4648 s4, s5, s3.2.

/** The bytes, or where and why the text is not base64. The reason holds nothing of the text. */
type Base64Reading =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly offset: number; readonly reason: string };

/**
 * Reads base64 or base64url, padded or not; CR, LF, space and tab are skipped.
 *
 * @param text - one of the two alphabets, not both
 * @returns the bytes; else the UTF-16 offset of what is wrong: a character of neither alphabet or of the other one,
 * padding that is not at the end or not as long as it should be, a length that no bytes give, and bits set where no data
 * is (RFC 4648 s3.5)
 * @example
 * readBase64("-_8"); // { ok: true, bytes: Uint8Array [251, 255] }
 */
export function readBase64(text: string): Base64Reading {
  const strict = decodeBase64(text);
  if (strict !== undefined) return { ok: true, bytes: strict };
  const read = readLetters(text);
  if (!read.ok) return read;
  const standard = read.urlSafe ? text.replaceAll("-", "+").replaceAll("_", "/") : text;
  const bytes = decodeBase64(standard + "=".repeat(read.missing));
  if (bytes !== undefined) return { ok: true, bytes };
  return { ok: false, offset: read.last, reason: "the last character has bits set that carry no data" };
}

const LETTER = 1;
const STANDARD = 2;
const URL_SAFE = 3;
const BLANK = 4;
const PADDING = 5;

const kinds = /* @__PURE__ */ (() => {
  const table = new Uint8Array(128);
  for (let unit = 0; unit < 128; unit++) if (/[A-Za-z0-9]/.test(String.fromCharCode(unit))) table[unit] = LETTER;
  for (const [units, kind] of [
    ["+/", STANDARD],
    ["-_", URL_SAFE],
    ["\r\n \t", BLANK],
    ["=", PADDING],
  ] as const) {
    for (const unit of units) table[unit.charCodeAt(0)] = kind;
  }
  return table;
})();

interface Letters {
  readonly ok: true;
  readonly urlSafe: boolean;
  /** How much padding was left out. */
  readonly missing: number;
  /** The offset of the last character that carries data. */
  readonly last: number;
}

function readLetters(text: string): Letters | Exclude<Base64Reading, { readonly ok: true }> {
  let count = 0;
  let padding = 0;
  let firstPadding = -1;
  let last = -1;
  let special = LETTER;
  for (let offset = 0; offset < text.length; offset++) {
    const kind = kinds[text.charCodeAt(offset)] ?? 0;
    if (kind === BLANK) continue;
    if (kind === PADDING) {
      if (padding++ === 0) firstPadding = offset;
      continue;
    }
    if (kind === 0) return failed(offset, "there is a character that base64 does not have");
    if (padding > 0) return failed(firstPadding, "there is padding that is not at the end");
    if (kind !== LETTER && special !== LETTER && kind !== special) {
      return failed(offset, "characters of base64 and of base64url are mixed");
    }
    if (kind !== LETTER) special = kind;
    count++;
    last = offset;
  }
  // Six bits are less than a byte.
  if (count % 4 === 1) return failed(last, "a character is missing or too much");
  const wanted = (4 - (count % 4)) % 4;
  if (padding > 0 && padding !== wanted) return failed(firstPadding, "the padding has the wrong length");
  return { ok: true, urlSafe: special === URL_SAFE, missing: wanted - padding, last };
}

function failed(offset: number, reason: string): Exclude<Base64Reading, { readonly ok: true }> {
  return { ok: false, offset, reason };
}

// The text of a value with encoded-words in it, as a reader shows it. RFC 2047 s6.
import { decodeBase64 } from "../octets/base64.ts";
import { hexPair } from "../octets/quoted-printable.ts";
import { decodeLabelled } from "./text.ts";
import { undoBase64 } from "./transfer-content.ts";

const word = /=\?([^?\s]+)\?([BbQq])\?([^?]*)\?=/g;
const encoder = new TextEncoder();

/** The octets of an encoded-word; undefined when its text is not in its encoding, which is B or Q. RFC 2047 s4. */
export function wordOctets(encoding: string, text: string): Uint8Array | undefined {
  if (encoding === "B" || encoding === "b") return decodeBase64(text);
  if (/=(?![0-9A-Fa-f]{2})/.test(text)) return undefined;
  const octets = encoder.encode(text);
  return octets.subarray(0, undoQ(octets, 0, octets.length));
}

/**
 * Decodes every encoded-word; white space between two of them is left out. Words in one charset are decoded together,
 * because some writers cut a character in two. What breaks the encoding is read as far as it goes. Time is linear.
 *
 * @example
 * decodeWords("=?UTF-8?Q?a?= =?UTF-8?B?LmV4ZQ==?="); // "a.exe"
 */
export function decodeWords(value: string): string {
  if (!value.includes("=?")) return value;
  const buffer = value.length > SHORT ? new Uint8Array(3 * value.length) : scratch;
  let decoded = "";
  // Words side by side in one charset: an array for each of many words costs more than what is in it.
  let label: string | undefined;
  let length = 0;
  let done = 0;
  word.lastIndex = 0;
  for (let found = word.exec(value); found !== null; found = word.exec(value)) {
    const { 0: whole, 1: charset = "", 2: encoding = "", 3: text = "", index } = found;
    const between = value.slice(done, index);
    const joins = label !== undefined && isWhiteSpace(between);
    const next = charsetOf(charset);
    if (!joins || label !== next) {
      if (label !== undefined) decoded += decodeLabelled(buffer.subarray(0, length), label);
      if (!joins) decoded += between;
      label = next;
      length = 0;
    }
    const end = length + encoder.encodeInto(text, buffer.subarray(length)).written;
    const isQ = encoding === "Q" || encoding === "q";
    length = isQ ? undoQ(buffer, length, end) : undoBase64(buffer, length, end);
    done = index + whole.length;
  }
  if (label !== undefined) decoded += decodeLabelled(buffer.subarray(0, length), label);
  return decoded + value.slice(done);
}

// No reader runs within another: the octets of a short value need no array of their own.
const SHORT = 1024;
const scratch = new Uint8Array(3 * SHORT);

// RFC 2231 s5: a language may follow the charset.
function charsetOf(label: string): string {
  const star = label.indexOf("*");
  return (star < 0 ? label : label.slice(0, star)).toLowerCase();
}

function isWhiteSpace(text: string): boolean {
  return text === " " || /^[ \t\r\n]*$/.test(text);
}

// RFC 2047 s4.2, in place: `_` is a space, and `=` with two hexadecimal digits an octet; all else stands for itself.
// Gives the end of the octets.
function undoQ(buffer: Uint8Array, start: number, end: number): number {
  let to = start;
  for (let at = start; at < end; at++) {
    const octet = buffer[at] ?? 0;
    const pair = octet === 0x3d && at + 2 < end ? hexPair(buffer, at + 1) : -1;
    if (pair >= 0) at += 2;
    buffer[to++] = pair >= 0 ? pair : octet === 0x5f ? 0x20 : octet;
  }
  return to;
}

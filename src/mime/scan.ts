// The last look at a head before it leaves: what stands there is what was meant, octet for octet. Some breaks show
// only here, in the bytes. RFC 5322 s2.1.1, s2.2.
import { errorIssue, MessageError } from "../issues.ts";

const LF = 0x0a;
const CR = 0x0d;
const LONGEST_LINE = 998;

/**
 * Scans the text of a head as {@link scanHead} does its bytes. The bytes are written into a buffer that all scans
 * share; no scan is ever inside another.
 */
export function scanHeadText(head: string, names: readonly string[]): number {
  const short = head.length <= SHARED;
  if (short) shared ??= new Uint8Array(SHARED);
  const room = (short ? shared : undefined) ?? new Uint8Array(head.length);
  const { read, written } = encoder.encodeInto(head, room);
  if (read !== head.length || written !== head.length) throw scanError("an octet is no printable ASCII");
  return scanHead(room.subarray(0, written), names);
}

const encoder = new TextEncoder();
const SHARED = 65_536;
let shared: Uint8Array | undefined;

/**
 * Scans the bytes of a head: exactly the fields of `names` in their order, ASCII, CRLF line ends, no line over 998
 * octets or of blanks only.
 *
 * @returns octets of the longest line.
 * @throws MessageError `render.scan`: a fault of this library, and nothing leaves.
 */
export function scanHead(head: Uint8Array, names: readonly string[]): number {
  const words = head.byteOffset % 4 === 0 ? new Int32Array(head.buffer, head.byteOffset, head.length >> 2) : NO_WORDS;
  let longest = 0;
  let field = 0;
  let start = 0;
  while (start < head.length) {
    const end = lineEnd(head, words, start);
    if (end - start > LONGEST_LINE) throw scanError("a line is longer than 998 octets");
    if (!isBlank(head[start])) {
      const name = names[field++];
      if (name === undefined || !startsWithName(head, start, name))
        throw scanError("a field stands there that was not meant");
    } else if (start === 0) throw scanError("the head begins with a continuation");
    else if (isBlankLine(head, start, end)) throw scanError("a line holds blanks only");
    longest = Math.max(longest, end - start);
    start = end + 2;
  }
  if (field !== names.length) throw scanError("a field is missing");
  return longest;
}

const NO_WORDS = new Int32Array(0);

// Passes over printable ASCII, spaces and tabs, four octets at a time where they are printable, up to a CRLF.
function lineEnd(head: Uint8Array, words: Int32Array, start: number): number {
  let at = start;
  while (at < head.length) {
    if ((at & 3) === 0) {
      while (at >> 2 < words.length && isPrintableWord(words[at >> 2] ?? 0)) at += 4;
      if (at === head.length) break;
    }
    const octet = head[at] ?? 0;
    if (octet === CR && head[at + 1] === LF) return at;
    if (octet === CR || octet === LF) throw scanError("a line does not end with CRLF");
    if ((octet < 0x20 || octet > 0x7e) && octet !== 0x09) throw scanError("an octet is no printable ASCII");
    at++;
  }
  throw scanError("a line does not end with CRLF");
}

// True when all four octets lie between 20 and 7E (hex): taking 20 away from each sets no high bit, nor does adding 1.
// A borrow or a carry out of an octet happens only next to one that is out of bounds itself.
function isPrintableWord(word: number): boolean {
  return (((word - 0x20202020) | (word + 0x01010101) | word) & 0x80808080) === 0;
}

function isBlankLine(head: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at < end && isBlank(head[at])) at++;
  return at === end;
}

function isBlank(octet: number | undefined): boolean {
  return octet === 0x20 || octet === 0x09;
}

function startsWithName(head: Uint8Array, start: number, name: string): boolean {
  for (let index = 0; index < name.length; index++) {
    if (head[start + index] !== name.charCodeAt(index)) return false;
  }
  return head[start + name.length] === 0x3a;
}

function scanError(message: string): MessageError {
  const hint = "this is a fault of the library: please report the input that leads here";
  return new MessageError([errorIssue("render.scan", [], message, { hint })]);
}

// The last look at a head before it leaves: what stands there is what was meant, octet for octet. Some breaks show
// only here, in the bytes. RFC 5322 s2.1.1, s2.2.
import { errorIssue, MessageError } from "../issues.ts";

const LF = 0x0a;
const CR = 0x0d;
const LONGEST_LINE = 998;

/**
 * Scans the bytes of a head: exactly the fields of `names` in their order, ASCII, CRLF line ends, no line over 998
 * octets or of blanks only.
 *
 * @returns octets of the longest line.
 * @throws MessageError `render.scan`: a fault of this library, and nothing leaves.
 */
export function scanHead(head: Uint8Array, names: readonly string[]): number {
  let longest = 0;
  let field = 0;
  let start = 0;
  while (start < head.length) {
    const end = head.indexOf(CR, start);
    if (end < 0 || head[end + 1] !== LF) throw scanError("a line does not end with CRLF");
    checkLine(head, start, end);
    if (!isBlank(head[start])) {
      const name = names[field++];
      if (name === undefined || !startsWithName(head, start, name))
        throw scanError("a field stands there that was not meant");
    } else if (start === 0) throw scanError("the head begins with a continuation");
    longest = Math.max(longest, end - start);
    start = end + 2;
  }
  if (field !== names.length) throw scanError("a field is missing");
  return longest;
}

function checkLine(head: Uint8Array, start: number, end: number): void {
  if (end - start > LONGEST_LINE) throw scanError("a line is longer than 998 octets");
  let visible = false;
  for (let at = start; at < end; at++) {
    const octet = head[at] ?? 0;
    if (octet > 0x20 && octet < 0x7f) visible = true;
    else if (!isBlank(octet)) throw scanError("an octet is no printable ASCII");
  }
  if (!visible) throw scanError("a line holds blanks only");
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

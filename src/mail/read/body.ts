// The body of a part without its transfer encoding, octet for octet. RFC 2045 s6.
import { decodeQuotedPrintable } from "../octets/quoted-printable.ts";
import type { RawPart } from "./outline.ts";
import { lineEnd, nextLine } from "./text.ts";
import { base64Octets } from "./transfer-content.ts";

// What it takes for another character than the octet is not of the alphabet either way.
const ascii = new TextDecoder("latin1");

// RFC 2045 s6.3 has no such encoding; programs older than MIME write it under these names.
const UUENCODE = /^(?:x-)?uue(?:ncode)?$/;

/** The octets. Base64 that breaks the rules is read as far as it goes, and never throws. */
export function decodedBody(bytes: Uint8Array, part: RawPart): Uint8Array {
  const { bodyStart, bodyEnd, encoding } = part;
  const body = bytes.subarray(bodyStart, bodyEnd);
  if (encoding === "quoted-printable") return decodeQuotedPrintable(body);
  if (encoding === "base64") return base64Octets(body);
  return (UUENCODE.test(encoding) ? uudecoded(body) : undefined) ?? body.slice();
}

/** The file between `begin` and `end`; undefined where no line begins one. POSIX.1 uuencode, historical algorithm. */
function uudecoded(body: Uint8Array): Uint8Array | undefined {
  let at = 0;
  while (at < body.length && !beginsFile(body, at)) at = nextLine(body, at, body.length);
  if (at >= body.length) return undefined;
  // A line has fewer octets than characters, unless it lost blanks at its end.
  const octets = new Uint8Array(body.length);
  let length = 0;
  for (at = nextLine(body, at, body.length); at < body.length; ) {
    const next = nextLine(body, at, body.length);
    const size = sextet(body[at]);
    // The last line has no octets; `end` follows it.
    if (size === 0) break;
    const into = octets.subarray(length, length + size);
    uudecodeLine(body.subarray(at + 1, lineEnd(body, next, at)), into);
    length += into.length;
    at = next;
  }
  return octets.slice(0, length);
}

// `begin 644 name`
function beginsFile(body: Uint8Array, at: number): boolean {
  return /^begin [0-7]{3,4} /.test(ascii.decode(body.subarray(at, at + 11)));
}

// Four characters are three octets; blanks at the end of a line may have got lost.
function uudecodeLine(line: Uint8Array, into: Uint8Array): void {
  for (let at = 0; at < into.length; at++) {
    const first = Math.floor(at / 3) * 4 + (at % 3);
    const bits = (sextet(line[first]) << 6) | sextet(line[first + 1]);
    into[at] = bits >> (4 - 2 * (at % 3));
  }
}

function sextet(character = 0x20): number {
  return (character - 0x20) & 0x3f;
}

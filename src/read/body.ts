// The body of a part without its transfer encoding, octet for octet. RFC 2045 s6.
import { decodeBase64 } from "../encoding/base64.ts";
import { decodeQuotedPrintable } from "../encoding/quoted-printable.ts";
import type { RawPart } from "./outline.ts";

// What it takes for another character than the octet is not of the alphabet either way.
const ascii = new TextDecoder("latin1");

/** The octets. Base64 that breaks the rules is read as far as it goes, and never throws. */
export function decodedBody(bytes: Uint8Array, { bodyStart, bodyEnd, encoding }: RawPart): Uint8Array {
  const body = bytes.subarray(bodyStart, bodyEnd);
  if (encoding === "quoted-printable") return decodeQuotedPrintable(body);
  if (encoding !== "base64") return body.slice();
  return decodeBase64(ascii.decode(body)) ?? lenientBase64(body);
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const PAD = 0x3d;
const sextets = buildSextets();

function buildSextets(): Int8Array {
  const table = new Int8Array(256).fill(-1);
  for (let value = 0; value < ALPHABET.length; value++) table[ALPHABET.charCodeAt(value)] = value;
  return table;
}

/**
 * The octets of base64 that breaks the rules, as far as they can be read. RFC 2045 s6.8: what is not of the alphabet is
 * ignored. After padding a new text begins: some writers join several.
 */
export function lenientBase64(body: Uint8Array): Uint8Array {
  const octets = new Uint8Array(Math.ceil((body.length * 3) / 4));
  let [length, bits, held] = [0, 0, 0];
  for (const byte of body) {
    const sextet = sextets[byte] ?? -1;
    if (byte === PAD) held = 0;
    if (sextet < 0) continue;
    bits = ((bits << 6) | sextet) & 0xfff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    octets[length++] = bits >> held;
  }
  return octets.slice(0, length);
}

// The text of a value with encoded-words in it, as a reader shows it. RFC 2047 s6.
import { decodeBase64 } from "../encoding/base64.ts";
import { decodeQuotedPrintable } from "../encoding/quoted-printable.ts";
import { decodeLabelled } from "../raw/parameters.ts";

const word = /=\?([^?\s]+)\?([BbQq])\?([^?]*)\?=/g;
const encoder = new TextEncoder();

/** The octets of an encoded-word; undefined when its text is not in its encoding, which is B or Q. RFC 2047 s4. */
export function wordOctets(encoding: string, text: string): Uint8Array | undefined {
  if (encoding === "B" || encoding === "b") return decodeBase64(text);
  if (/=(?![0-9A-Fa-f]{2})/.test(text)) return undefined;
  // RFC 2047 s4.2: as quoted-printable, and `_` is a space.
  return decodeQuotedPrintable(encoder.encode(text.replaceAll("_", "=20")));
}

/**
 * Decodes every encoded-word that can be decoded; white space between two of them goes.
 *
 * @example
 * decodeWords("=?UTF-8?Q?a?= =?UTF-8?B?LmV4ZQ==?="); // "a.exe"
 */
export function decodeWords(value: string): string {
  return value
    .replace(/\?=[ \t]+=\?/g, "?==?")
    .replace(word, (whole, label: string, encoding: string, text: string) => {
      const bytes = wordOctets(encoding, text);
      return bytes === undefined ? whole : decodeLabelled(bytes, label);
    });
}

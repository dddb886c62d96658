// The text of a value with encoded-words in it, as a reader shows it. RFC 2047 s6.
import { decodeBase64 } from "../encoding/base64.ts";
import { decodeQuotedPrintable } from "../encoding/quoted-printable.ts";
import { decodeLabelled } from "../mime/raw-parameters.ts";

const word = /=\?([^?\s]+)\?([BbQq])\?([^?]*)\?=/g;
const encoder = new TextEncoder();

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
      const bytes =
        encoding.toUpperCase() === "B"
          ? decodeBase64(text)
          : decodeQuotedPrintable(encoder.encode(text.replaceAll("_", "=20")));
      return bytes === undefined ? whole : decodeLabelled(bytes, label);
    });
}

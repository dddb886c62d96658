// The text of a value with encoded-words in it, as a reader shows it. RFC 2047 s6.
import { decodeBase64 } from "../octets/base64.ts";
import { decodeQuotedPrintable } from "../octets/quoted-printable.ts";
import { concat, decodeLabelled } from "./text.ts";
import { base64Octets } from "./transfer-content.ts";

const word = /=\?([^?\s]+)\?([BbQq])\?([^?]*)\?=/g;
const encoder = new TextEncoder();

/** The octets of an encoded-word; undefined when its text is not in its encoding, which is B or Q. RFC 2047 s4. */
export function wordOctets(encoding: string, text: string): Uint8Array | undefined {
  if (encoding === "B" || encoding === "b") return decodeBase64(text);
  return /=(?![0-9A-Fa-f]{2})/.test(text) ? undefined : qOctets(text);
}

// RFC 2047 s4.2: as quoted-printable, and `_` is a space. A literal space is not allowed, nor `_` at the end of a line.
function qOctets(text: string): Uint8Array {
  return decodeQuotedPrintable(encoder.encode(text.replace(/[_ ]/g, "=20")));
}

/** Words side by side in one charset. */
interface Run {
  readonly label: string;
  readonly octets: Uint8Array[];
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
  const pieces: string[] = [];
  let run: Run | undefined;
  let done = 0;
  for (const { 0: whole, 1: charset = "", 2: encoding = "", 3: text = "", index } of value.matchAll(word)) {
    const between = value.slice(done, index);
    const label = charsetOf(charset);
    const joins = run !== undefined && isWhiteSpace(between);
    if (run === undefined || !joins || run.label !== label) {
      pieces.push(textOf(run), joins ? "" : between);
      run = { label, octets: [] };
    }
    run.octets.push(octetsOf(encoding, text));
    done = index + whole.length;
  }
  pieces.push(textOf(run), value.slice(done));
  return pieces.join("");
}

// RFC 2231 s5: a language may follow the charset.
function charsetOf(label: string): string {
  return (label.split("*", 1)[0] ?? "").toLowerCase();
}

function isWhiteSpace(text: string): boolean {
  return /^[ \t\r\n]*$/.test(text);
}

function octetsOf(encoding: string, text: string): Uint8Array {
  if (encoding === "Q" || encoding === "q") return qOctets(text);
  return base64Octets(encoder.encode(text));
}

function textOf(run: Run | undefined): string {
  return run === undefined ? "" : decodeLabelled(concat(run.octets), run.label);
}

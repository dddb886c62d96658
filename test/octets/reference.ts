// Quoted-printable as RFC 2045 s6.7 says it, with strings and regular expressions: slow, and short enough to be checked
// by eye. The kernels are compared with it.
import type { LineMode } from "../../src/mail/octets/quoted-printable.ts";
import { latin1, noise } from "./helpers.ts";

// One character with its continuations, or any one octet.
const token = /[\xc2-\xdf][\x80-\xbf]?|[\xe0-\xef][\x80-\xbf]{0,2}|[\xf0-\xf4][\x80-\xbf]{0,3}|[\s\S]/g;

/** The body. */
export function quotedPrintableByRule(bytes: Uint8Array, mode: LineMode): string {
  const raw = latin1(bytes);
  return (mode === "text" ? raw.split("\r\n") : [raw]).map(encodeLine).join("\r\n");
}

function encodeLine(line: string): string {
  let output = "";
  let column = 0;
  for (const { 0: octets, index } of line.matchAll(token)) {
    const last = index + octets.length === line.length;
    const room = last ? 76 : 75;
    let written = isBare(line, index, octets, column, last) ? octets : escaped(octets);
    if (column + written.length > room) {
      output += "=\r\n";
      column = 0;
      written = isBare(line, index, octets, column, last) ? octets : escaped(octets);
    }
    output += written;
    column += written.length;
  }
  return output;
}

function isBare(line: string, index: number, octets: string, column: number, last: boolean): boolean {
  if (octets === " " || octets === "\t") return !last;
  if (column === 0 && /^(?:\.|From )/.test(line.slice(index, index + 5))) return false;
  return /^[!-<>-~]$/.test(octets);
}

const hex = Array.from({ length: 256 }, (_, octet) => `=${octet.toString(16).toUpperCase().padStart(2, "0")}`);

function escaped(octets: string): string {
  let output = "";
  for (let at = 0; at < octets.length; at++) output += hex[octets.charCodeAt(at)];
  return output;
}

const pieces = [
  ...["\r\n", "\r\n", "\r", "\n", " ", "\t", ".", "From ", "=", "F", "\0", "\x1b", "\x7f"],
  ...[
    "plain words here ",
    "a".repeat(30),
    "b",
    "caf\xc3\xa9 ",
    "\xe3\x81\x82",
    "\xf0\x9f\x98\x80",
    "\xc3",
    "\xa9",
    "\xff",
  ],
  ...[73, 74, 75, 76, 77].map((count) => "x".repeat(count)),
];

/** `length` octets, the same every time, in which every rule of the encoding applies often. */
export function awkwardOctets(length: number): Uint8Array {
  const choices = noise(length);
  let text = "";
  for (let at = 0; text.length < length; at++) text += pieces[(choices[at] ?? 0) % pieces.length];
  return Uint8Array.from(text.slice(0, length), (octet) => octet.charCodeAt(0));
}

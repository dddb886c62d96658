// A text to the octets of its body in one pass: UTF-8, CRLF for every line end (RFC 2046 s4.1.1), and quoted-printable
// with the facts that choose a transfer encoding. Only a text for which another encoding is chosen is read again.
//
//   const output = new OctetBuffer(4096);                                  octets of a message that is being written
//   writeText(text, { encoding: undefined, transport: "7bit" }, output)   -> { encoding, size, longestLine }
//
// For octets: `quoteBytes(bytes, mode, output)` (quoted-printable.ts) writes and gives what `surveyOf` (choose.ts) takes;
// `writeBase64Lines(bytes, into, at)` (base64.ts). Lengths without encoding: `base64LinesLength`, `quotedPrintableLength`,
// and `canonicalLength` (line-ends.ts) of a text.
import { base64LineEncoder } from "./base64.ts";
import { cheapest, surveyOf, type TransferEncoding } from "./choose.ts";
import type { OctetBuffer } from "./kernel/pieces.ts";
import { lookahead, mostQuoted, type Quotable, type Quoting, quote, startQuoting } from "./kernel/quote.ts";
import { toCrlf } from "./line-ends.ts";

/** How a text is to be written. */
export interface TextOptions {
  /** Undefined where the shortest is to be chosen. */
  readonly encoding: TransferEncoding | undefined;
  readonly transport: "7bit" | "8bit";
}

/** What became of a text. */
export interface WrittenText {
  readonly encoding: TransferEncoding;
  /** Octets of the text itself, line ends CRLF: 0 for an empty text alone. */
  readonly size: number;
  /** Octets of the longest line written; 76 for every encoded text, however short. */
  readonly longestLine: number;
}

// RFC 2045 s6.7(5), s6.8: both encodings have lines of at most 76.
const encodedLine = 76;

/**
 * Writes a text in UTF-8 behind what the output holds.
 *
 * @param text - any line ends; every surrogate has its partner
 * @param options - the encoding, if it was chosen already, and whether octets above 127 may travel
 * @param output - grows as needed
 * @returns what was chosen and found
 * @example
 * writeText("é\n", { encoding: undefined, transport: "7bit" }, output); // "=C3=A9\r\n", quoted-printable
 */
export function writeText(text: string, { encoding, transport }: TextOptions, output: OctetBuffer): WrittenText {
  const start = output.at;
  const { quoting, size } = quoteText(text, output);
  const quoted = output.at - start;
  const facts = surveyOf(quoting, { size, quoted, stateful: false });
  const chosen = encoding ?? cheapest(facts, { text: true, eightBit: transport === "8bit" });
  if (chosen === "quoted-printable") return { encoding: chosen, size, longestLine: encodedLine };
  if (chosen === "base64") {
    output.at = start;
    writeAsBase64(text, output);
    return { encoding: chosen, size, longestLine: encodedLine };
  }
  // Where nothing was escaped and no line was cut, the text is written already.
  if (quoted > size) {
    output.at = start;
    writeUnencoded(text, size, output);
  }
  return { encoding: chosen, size, longestLine: facts.longestLine };
}

const encoder = new TextEncoder();

// Units of a text that are read at once: with their octets they stay in the cache.
const slabUnits = 8 * 1024;
// RFC 3629 s3: one UTF-16 unit takes three octets at most.
let scratch = new Uint8Array(0);

function scratchFor(units: number): Uint8Array<ArrayBuffer> {
  const octets = 3 * (Math.min(units, slabUnits) + lookahead);
  if (scratch.length < octets) scratch = new Uint8Array(Math.min(2 * octets, 3 * (slabUnits + lookahead)));
  return scratch;
}

function quoteText(text: string, output: OctetBuffer): { readonly quoting: Quoting; readonly size: number } {
  const quoting = startQuoting(output.at);
  const bytes = scratchFor(text.length);
  const source: Quotable = { bytes, lineEnds: "any", limit: 0, end: 0, final: false };
  let size = 0;
  for (let from = 0; from < text.length; ) {
    const to = slabEnd(text, from + slabUnits);
    source.limit = encoder.encodeInto(text.slice(from, to), bytes).written;
    source.end = source.limit;
    source.final = to === text.length;
    if (!source.final) {
      source.end += encoder.encodeInto(text.slice(to, to + lookahead), bytes.subarray(source.limit)).written;
    }
    output.reserve(mostQuoted(source.limit));
    quoting.from = 0;
    quote(source, output.bytes, quoting);
    output.at = quoting.to;
    size += source.limit;
    from = to;
  }
  return { quoting, size: size + quoting.added };
}

// A pair of surrogates is one character, and CRLF one line end.
function slabEnd(text: string, cut: number): number {
  if (cut >= text.length) return text.length;
  const unit = text.charCodeAt(cut - 1);
  return unit === 0x0d || (unit & 0xfc00) === 0xd800 ? cut - 1 : cut;
}

function writeUnencoded(text: string, size: number, output: OctetBuffer): void {
  output.reserve(size);
  encoder.encodeInto(toCrlf(text), output.bytes.subarray(output.at));
  output.at += size;
}

function writeAsBase64(text: string, output: OctetBuffer): void {
  const bytes = scratchFor(text.length);
  const lines = base64LineEncoder();
  for (let from = 0; from < text.length; ) {
    const to = slabEnd(text, from + slabUnits);
    // A unit that becomes two is one octet, and gives two.
    const { written } = encoder.encodeInto(toCrlf(text.slice(from, to)), bytes);
    output.push(lines.push(bytes.subarray(0, written)));
    from = to;
  }
  output.push(lines.end());
}

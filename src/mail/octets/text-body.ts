// A text to the octets of its body in one pass: UTF-8, CRLF for every line end (RFC 2046 s4.1.1), and quoted-printable
// with the facts that choose a transfer encoding. Only a text for which another encoding is chosen is read again.
import { base64LinesLength, writeBase64Lines } from "./base64.ts";
import { cheapest, type Survey, surveyOf, type TransferEncoding } from "./choose.ts";
import { lineBytes, writeBreak } from "./kernel/base64-lines.ts";
import type { OctetBuffer } from "./kernel/pieces.ts";
import { lookahead, mostQuoted, type Quotable, quote, quoteByWasm, startQuoting } from "./kernel/quote.ts";
import { kernelsFor, slabUnits, type WasmKernels } from "./kernel/wasm-host.ts";
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
  const reader = readerOf(text);
  const start = output.at;
  if (encoding === undefined && transport === "7bit" && looksWide(text, reader)) {
    const { size, wide } = writeAsBase64(text, reader, output);
    // Quoted-printable takes three characters at least for each octet outside ASCII.
    if (size + 2 * wide > base64LinesLength(size)) return { encoding: "base64", size, longestLine: encodedLine };
    output.at = start;
  }
  const facts = quoteText(text, reader, output);
  const { size } = facts;
  const chosen = encoding ?? cheapest(facts, { text: true, eightBit: transport === "8bit" });
  if (chosen === "quoted-printable") return { encoding: chosen, size, longestLine: encodedLine };
  // Where nothing was escaped and no line was cut, the text is written already.
  const isDone = chosen !== "base64" && facts.quotedPrintableLength === size;
  if (!isDone) output.at = start;
  if (chosen === "base64") writeAsBase64(text, reader, output);
  else if (!isDone) copyText(text, reader, output);
  return { encoding: chosen, size, longestLine: chosen === "base64" ? encodedLine : facts.longestLine };
}

/** What makes UTF-8 of a slab: the module, with CRLF for every line end, or the host, with line ends as they were. */
interface Reader {
  readonly kernels: WasmKernels | undefined;
  /** Where the octets of a slab are found. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const encoder = new TextEncoder();

let scratch = new Uint8Array(0);

// In front of a slab what is left of a line, or behind it what comes next.
const beside = Math.max(lineBytes, 3 * lookahead);

function readerOf(text: string): Reader {
  const kernels = kernelsFor(text.length);
  if (kernels?.writeUnits !== undefined) return { kernels, bytes: kernels.input };
  const octets = 3 * Math.min(text.length, slabUnits) + beside;
  if (scratch.length < octets) scratch = new Uint8Array(Math.min(2 * octets, 3 * slabUnits + beside));
  return { kernels: undefined, bytes: scratch };
}

// Writes the octets of a slab from `start` on, and gives their number.
function readSlab(slab: string, { kernels, bytes }: Reader, start: number): number {
  if (kernels?.writeUnits === undefined) {
    return encoder.encodeInto(slab, start === 0 ? bytes : bytes.subarray(start)).written;
  }
  kernels.writeUnits(slab);
  kernels.narrow(slab.length, start);
  return kernels.state[0] ?? 0;
}

// A pair of surrogates is one character, and CRLF one line end.
function slabEnd(text: string, from: number): number {
  const cut = from + slabUnits;
  if (cut >= text.length) return text.length;
  const unit = text.charCodeAt(cut - 1);
  return unit === 0x0d || (unit & 0xfc00) === 0xd800 ? cut - 1 : cut;
}

function quoteText(text: string, reader: Reader, output: OctetBuffer): Survey {
  const { kernels, bytes } = reader;
  const start = output.at;
  const quoting = startQuoting(start);
  const source: Quotable = { bytes, lineEnds: kernels === undefined ? "any" : "crlf", limit: 0, end: 0, final: false };
  let size = 0;
  for (let from = 0; from < text.length; ) {
    const to = slabEnd(text, from);
    source.limit = readSlab(text.slice(from, to), reader, 0);
    source.final = to === text.length;
    source.end = source.limit;
    if (!source.final) source.end += readSlab(text.slice(to, to + lookahead), reader, source.limit);
    quoting.from = 0;
    if (kernels !== undefined) output.push(quoteByWasm(kernels, source, quoting));
    else {
      output.reserve(mostQuoted(source.limit));
      quoting.to = output.at;
      quote(source, output.bytes, quoting);
      output.at = quoting.to;
    }
    size += source.limit;
    if (from === 0) expectRest(output, (output.at - start) / to, text.length - to);
    from = to;
  }
  return surveyOf(quoting, { size: size + quoting.added, quoted: output.at - start, stateful: false });
}

// Memory is asked for once, for a text that goes on as it begins.
function expectRest(output: OctetBuffer, perUnit: number, units: number): void {
  output.reserve(Math.ceil(1.05 * perUnit * units));
}

// Gives the octets of the text slab by slab, line ends CRLF, good until the next. So many as the receiver leaves at the
// end are in front of the next ones.
function readSlabs(
  text: string,
  reader: Reader,
  output: OctetBuffer,
  take: (octets: Uint8Array, isFinal: boolean) => number,
): void {
  const { kernels, bytes } = reader;
  const start = output.at;
  let left = 0;
  for (let from = 0; from < text.length; ) {
    const to = slabEnd(text, from);
    const slab = text.slice(from, to);
    const size = left + readSlab(kernels === undefined ? toCrlf(slab) : slab, reader, left);
    left = take(bytes.subarray(0, size), to === text.length);
    if (left > 0) bytes.copyWithin(0, size - left, size);
    if (from === 0) expectRest(output, (output.at - start) / to, text.length - to);
    from = to;
  }
}

function copyText(text: string, reader: Reader, output: OctetBuffer): void {
  readSlabs(text, reader, output, (octets) => {
    output.push(octets);
    return 0;
  });
}

/** Octets of a text, and those of them that are not ASCII where the module counted them. */
interface Counts {
  readonly size: number;
  readonly wide: number;
}

function writeAsBase64(text: string, reader: Reader, output: OctetBuffer): Counts {
  let size = 0;
  let wide = 0;
  readSlabs(text, reader, output, (octets, isFinal) => {
    const left = isFinal ? 0 : octets.length % lineBytes;
    const lines = octets.subarray(0, octets.length - left);
    wide += reader.kernels?.state[1] ?? 0;
    output.reserve(2 + base64LinesLength(lines.length));
    if (size > 0 && lines.length > 0) output.at = writeBreak(output.bytes, output.at);
    output.at = writeBase64Lines(lines, output.bytes, output.at);
    size += lines.length;
    return left;
  });
  return { size, wide };
}

// The beginning of a text tells which encoding is shorter, mostly: what turns out to be wrong is done again.
const beginning = 2048;

function looksWide(text: string, reader: Reader): boolean {
  if (reader.kernels === undefined) return false;
  const size = readSlab(text.slice(0, beginning), reader, 0);
  return 6 * (reader.kernels.state[1] ?? 0) > size;
}

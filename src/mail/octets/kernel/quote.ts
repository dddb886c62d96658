// Quoted-printable in one pass (RFC 2045 s6.7): octets are written and looked at once, so that what a choice of transfer
// encoding depends on is known when the last of them is written. Greedy: every line is filled before a soft break.

import type { WasmKernels } from "./wasm-host.ts";

/** Which octets end a line: CRLF alone (canonical text), CR and LF by themselves too (text as it was given), or none. */
export type LineEnds = "crlf" | "any" | "none";

/** What is to be encoded. */
export interface Quotable {
  readonly bytes: Uint8Array;
  readonly lineEnds: LineEnds;
  /** Tokens start before this offset; what follows is only looked at. */
  limit: number;
  /** Where what is known ends. */
  end: number;
  /** True when the content or its line ends there, so that the last token may use column 76. */
  final: boolean;
}

/** Where the encoder is, and what it has seen. */
export interface Quoting {
  from: number;
  to: number;
  /** Of the encoded line. */
  column: number;
  /** A bit for each {@link kind} of octet seen, and for what lines are. */
  marks: number;
  /** Octets of the open line, and of the longest one before it. */
  line: number;
  longest: number;
  /** Octets that the content gained, its bare line ends being CRLF now. */
  added: number;
}

export function startQuoting(to: number): Quoting {
  return { from: 0, to, column: 0, marks: 0, line: 0, longest: 0, added: 0 };
}

/** How many octets after a token decide how it is written: three of its character and a CRLF. */
export const lookahead = 6;

/** RFC 2045 s6.7(5): no more than 76 characters a line, the "=" of a soft break included. */
const maxColumn = 76;

/** Octets that so many octets can become: three each, and a soft break of three after 64 columns or more. */
export function mostQuoted(octets: number): number {
  return Math.ceil(octets * 3.2) + 16;
}

/** Kinds of octets by how they are written; those from `equals` on are escaped. */
export const kind = {
  plain: 0,
  period: 1,
  letterF: 2,
  blank: 3,
  equals: 4,
  control: 5,
  nul: 6,
  escape: 7,
  lineEnd: 8,
  eightBit: 9,
} as const;

/** A line starts with `From ` or a period; a blank ends one. */
export const guardedLine = 10;
export const blankAtEnd = 11;

// RFC 2045 s6.7(2): "!" to "~" but "=" stand for themselves; blanks do so inside a line only (s6.7(3)).
const kinds = /* @__PURE__ */ (() => {
  const table = new Uint8Array(256).fill(kind.control).fill(kind.plain, 0x21, 0x7f).fill(kind.eightBit, 0x80);
  table[0x09] = table[0x20] = kind.blank;
  table[0x0a] = table[0x0d] = kind.lineEnd;
  table[0x00] = kind.nul;
  table[0x1b] = kind.escape;
  table[0x2e] = kind.period;
  table[0x3d] = kind.equals;
  table[0x46] = kind.letterF;
  return table;
})();

const digits = /* @__PURE__ */ new TextEncoder().encode("0123456789ABCDEF");

/** Writes the tokens that start before the limit, and moves on. */
export function quote(source: Quotable, target: Uint8Array, quoting: Quoting): void {
  while (quoting.from < source.limit) {
    if (quoting.column > 0) fillLine(source, target, quoting);
    if (quoting.from < source.limit) takeToken(source, target, quoting);
  }
}

// Writes what needs no decision: up to column 75, every octet that stands for itself behind another.
function fillLine(source: Quotable, target: Uint8Array, quoting: Quoting): void {
  const { bytes } = source;
  const start = quoting.from;
  const stop = Math.min(source.limit, start + maxColumn - 1 - quoting.column);
  let { from, to } = quoting;
  while (from < stop && kindAt(bytes, from) < kind.equals) target[to++] = bytes[from++] ?? 0;
  // The run is taken back by one where its last octet must be escaped after all.
  if (from > start && kindAt(bytes, from - 1) === kind.blank && endsLine(source, from)) {
    from--;
    to--;
  }
  quoting.column += from - start;
  quoting.line += from - start;
  quoting.from = from;
  quoting.to = to;
}

// Writes one token (a literal octet, an escape, all escapes of a character, a line end), or the soft break before it.
function takeToken(source: Quotable, target: Uint8Array, quoting: Quoting): void {
  const { bytes } = source;
  const { from, column } = quoting;
  const what = kindAt(bytes, from);
  const ends = what === kind.lineEnd ? lineEndAt(source, from) : 0;
  if (ends > 0) {
    endLine(target, quoting, ends);
    return;
  }
  const octets = what === kind.eightBit ? charOctets(bytes, from) : 1;
  let width = 3 * octets;
  if (what >= kind.equals) quoting.marks |= 1 << what;
  // RFC 2045 s6.7(3): a blank that ends a line would be taken for padding and removed.
  else if (what === kind.blank && endsLine(source, from + 1)) quoting.marks |= 1 << blankAtEnd;
  else if (column > 0 || !isGuarded(source, from)) width = 1;
  else if (quoting.line === 0) quoting.marks |= 1 << guardedLine;
  const after = column + width;
  // RFC 2045 s6.7(5): "=" of a soft break takes the last column, unless the line ends here anyway.
  if (after > maxColumn || (after === maxColumn && !endsLine(source, from + octets))) {
    target[quoting.to++] = 0x3d;
    writeBreak(target, quoting);
    return;
  }
  if (width === 1) target[quoting.to++] = bytes[from] ?? 0;
  else for (let at = from; at < from + octets; at++) writeEscape(bytes[at] ?? 0, target, quoting);
  quoting.from += octets;
  quoting.line += octets;
  quoting.column = after;
}

function endLine(target: Uint8Array, quoting: Quoting, octets: number): void {
  quoting.from += octets;
  quoting.added += 2 - octets;
  quoting.longest = Math.max(quoting.longest, quoting.line);
  quoting.line = 0;
  writeBreak(target, quoting);
}

function writeBreak(target: Uint8Array, quoting: Quoting): void {
  target[quoting.to] = 0x0d;
  target[quoting.to + 1] = 0x0a;
  quoting.to += 2;
  quoting.column = 0;
}

function writeEscape(octet: number, target: Uint8Array, quoting: Quoting): void {
  target[quoting.to] = 0x3d;
  target[quoting.to + 1] = digits[octet >> 4] ?? 0;
  target[quoting.to + 2] = digits[octet & 15] ?? 0;
  quoting.to += 3;
}

function kindAt(bytes: Uint8Array, at: number): number {
  return kinds[bytes[at] ?? 0] ?? 0;
}

function endsLine(source: Quotable, at: number): boolean {
  return at >= source.end ? source.final : lineEndAt(source, at) > 0;
}

// The octets of the line end that is there, or 0.
function lineEndAt({ bytes, end, lineEnds }: Quotable, at: number): number {
  const octet = bytes[at];
  if (at >= end || lineEnds === "none" || (octet !== 0x0d && octet !== 0x0a)) return 0;
  if (octet === 0x0d && at + 1 < end && bytes[at + 1] === 0x0a) return 2;
  return lineEnds === "any" ? 1 : 0;
}

// RFC 2049 s3: relays write ">From " for "From " in mailboxes, and stuff a period or end the message at it.
function isGuarded({ bytes, end }: Quotable, at: number): boolean {
  const octet = bytes[at];
  if (octet !== 0x46 || at + 4 >= end) return octet === 0x2e;
  return bytes[at + 1] === 0x72 && bytes[at + 2] === 0x6f && bytes[at + 3] === 0x6d && bytes[at + 4] === 0x20;
}

// RFC 3629 s4: a lead octet and its continuations belong together, anything else is one by itself.
function charOctets(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  if (lead < 0xc2 || lead > 0xf4 || !isContinuation(bytes, at + 1)) return 1;
  if (lead < 0xe0 || !isContinuation(bytes, at + 2)) return 2;
  return lead < 0xf0 || !isContinuation(bytes, at + 3) ? 3 : 4;
}

function isContinuation(bytes: Uint8Array, at: number): boolean {
  return ((bytes[at] ?? 0) & 0xc0) === 0x80;
}

// The same by the WebAssembly module: assembly/quote.ts.

/** So many octets at once: what becomes of them fits the module's output when all of them are escaped. */
export const quoteSlab = 32 * 1024;

const finalFlag = 1;
const hardBreaks = 2;

/** Encodes the tokens of a slab; gives what was written, good until the next one is. */
export function quoteByWasm(kernels: WasmKernels, source: Quotable, quoting: Quoting): Uint8Array {
  const { bytes, limit, lineEnds } = source;
  const { input, output, state } = kernels;
  const { from } = quoting;
  const end = Math.min(source.end, limit + lookahead);
  if (bytes !== input) input.set(bytes.subarray(from, end));
  state[2] = quoting.column;
  state[3] = quoting.marks;
  state[4] = quoting.line;
  state[5] = quoting.longest;
  const final = source.final && end === source.end ? finalFlag : 0;
  kernels.quote(limit - from, end - from, final | (lineEnds === "none" ? 0 : hardBreaks));
  const [read = 0, written = 0, column = 0, marks = 0, line = 0, longest = 0] = state;
  quoting.from = from + read;
  quoting.column = column;
  quoting.marks = marks;
  quoting.line = line;
  quoting.longest = longest;
  return output.subarray(0, written);
}

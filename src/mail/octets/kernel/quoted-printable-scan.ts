// The counter of quoted-printable: the same tokens as the writer's, in one pass that also notes what a choice of
// transfer encoding needs to know about the octets and their lines.
import {
  endsInBlank,
  escapedOctets,
  fits,
  type Input,
  isBlank,
  isCrlf,
  isGuarded,
  kinds,
  lookahead,
  maxColumn,
  plainEnd,
  roomy,
  tokenOctets,
  tokenWidth,
} from "./quoted-printable-tokens.ts";
import { inputAt, type WasmKernels } from "./wasm-host.ts";

/** What a choice of transfer encoding depends on. Lines end with CRLF in every mode. */
export interface Facts {
  /** All {@link trait} bits of all octets. */
  readonly traits: number;
  readonly bareLineEnds: boolean;
  readonly longestLine: number;
  readonly guarded: boolean;
  readonly trailingSpace: boolean;
}

/** What one pass finds. */
export interface Scan extends Facts {
  /** Octets as quoted-printable. */
  readonly length: number;
}

type Draft = { -readonly [K in keyof Scan]: Scan[K] };

/** Kinds of octets, as bits. */
export const trait = { eightBit: 1, nul: 2, control: 4, escape: 8 } as const;

const lineEnd = 16;

const traits = /* @__PURE__ */ (() => {
  const table = new Uint8Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let bits = 0;
    if (byte > 0x7f) bits |= trait.eightBit;
    else if (byte === 0) bits |= trait.nul;
    else if (byte === 0x0d || byte === 0x0a) bits |= lineEnd;
    else if (byte === 0x1b) bits |= trait.escape;
    else if ((byte < 0x20 && byte !== 0x09) || byte === 0x7f) bits |= trait.control;
    table[byte] = bits;
  }
  return table;
})();

/**
 * Counts and notes in one go. The tokens are those of `writeTokens` in quoted-printable-lines.ts, so that the length is
 * exact to the octet; lines are taken at CRLF whatever the mode, since that is how a relay sees them.
 */
export function scan(bytes: Uint8Array, hardBreaks: boolean): Scan {
  const end = bytes.length;
  const words = new DataView(bytes.buffer, bytes.byteOffset, end);
  const input: Input = { bytes, limit: end, end, final: true, hardBreaks };
  const found = nothingFound();
  let seen = 0;
  let lineStart = 0;
  let from = 0;
  let column = 0;
  while (from < end) {
    const start = from;
    if (column > 0 || !isGuarded(bytes, from)) {
      // Octets that stand for themselves have no traits.
      const stop = Math.min(end, from + maxColumn - 1 - column);
      from = plainEnd(words, from, stop);
      while (from < stop && kinds[bytes[from] ?? 0] !== 0) from++;
      if (from > start && endsInBlank(input, from)) from--;
      column += from - start;
    }
    // Escapes away from the edge: no need to ask what comes after them.
    while (column <= roomy && from < end) {
      const octets = escapedOctets(bytes, from);
      if (octets === 0) break;
      seen |= traits[bytes[from] ?? 0] ?? 0;
      from += octets;
      column += 3 * octets;
    }
    if (from > start) continue;
    // Here is a hard break, a guarded octet, a blank that ends a line, or a token near the edge.
    const crlf = isCrlf(bytes, from);
    const octets = tokenOctets(bytes, from);
    const width = crlf && hardBreaks ? 0 : tokenWidth(input, from, octets, column);
    if (width > 0 && !fits(input, from + octets, column + width)) {
      found.length += column + 3;
      column = 0;
      continue;
    }
    const bits = traits[bytes[from] ?? 0] ?? 0;
    seen |= bits;
    if (crlf) {
      endLine(found, bytes, lineStart, from);
      lineStart = from + 2;
    } else if ((bits & lineEnd) !== 0 && from + 1 !== lineStart) found.bareLineEnds = true;
    column += width;
    from += octets;
    if (width > 0) continue;
    // Only a hard break has no width: CR and LF are taken together.
    found.length += column + 2;
    column = 0;
    from++;
  }
  endLine(found, bytes, lineStart, end);
  found.length += column;
  found.traits = seen & ~lineEnd;
  return found;
}

function nothingFound(): Draft {
  return { traits: 0, length: 0, bareLineEnds: false, longestLine: 0, guarded: false, trailingSpace: false };
}

function endLine(found: Draft, bytes: Uint8Array, start: number, end: number): void {
  if (end <= start) return;
  found.longestLine = Math.max(found.longestLine, end - start);
  found.guarded ||= isGuarded(bytes, start);
  found.trailingSpace ||= isBlank(bytes[end - 1]);
}

// The facts about a content by the WebAssembly module: the same as the counter above finds, but for the
// length as quoted-printable, of which only bounds fall off.

/** What the pass finds, and bounds of the octets that the content has as quoted-printable. */
export interface QuickFacts extends Facts {
  readonly least: number;
  readonly most: number;
}

const slabSize = 63 * 1024;
const allTraits = trait.eightBit | trait.nul | trait.control | trait.escape;
// More marks of the kernel: assembly/survey.ts.
const bareLineEnd = 16;
const guardedLine = 32;
const blankAtEnd = 64;
// A soft break comes after 64 columns or more, takes three octets, and what then starts a line may need an escape.
const shortestLine = 64;
const perSoftBreak = 5;
// An escape for the first octet, another for the last, and a soft break between.
const atTheEnds = 8;

/** Looks once at every octet. */
export function surveyByWasm({ memory, results, survey }: WasmKernels, bytes: Uint8Array): QuickFacts {
  const { length } = bytes;
  let marks = 0;
  let escaped = 0;
  let longestLine = 0;
  // Octets of the line that the last slab has not ended.
  let open = 0;
  for (let from = 0; from < length; from += slabSize) {
    const limit = Math.min(slabSize, length - from);
    memory[inputAt - 1] = bytes[from - 1] ?? 0;
    memory.set(bytes.subarray(from, from + limit + lookahead), inputAt);
    survey(limit, Math.min(limit + lookahead, length - from));
    const [found = 0, escapes = 0, firstEnd = 0, lastStart = 0, longest = 0] = results;
    marks |= found;
    escaped += escapes;
    longestLine = Math.max(longestLine, longest, firstEnd < 0 ? 0 : open + firstEnd);
    open = firstEnd < 0 ? open + limit : limit - lastStart;
  }
  const least = length + 2 * escaped;
  return {
    traits: marks & allTraits,
    least,
    most: least + perSoftBreak * Math.ceil(least / shortestLine) + atTheEnds,
    bareLineEnds: (marks & bareLineEnd) !== 0,
    longestLine: Math.max(longestLine, open),
    guarded: (marks & guardedLine) !== 0 || isGuarded(bytes, 0),
    trailingSpace: (marks & blankAtEnd) !== 0 || isBlank(bytes[length - 1]),
  };
}

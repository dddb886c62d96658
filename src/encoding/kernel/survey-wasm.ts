// The facts about a content by the WebAssembly module: the same as kernel/quoted-printable-scan.ts finds, but for the
// length as quoted-printable, of which only bounds fall off.
import { type Facts, trait } from "./quoted-printable-scan.ts";
import { isBlank, isGuarded, lookahead } from "./quoted-printable-tokens.ts";
import { inputAt, type WasmKernels } from "./wasm-host.ts";

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

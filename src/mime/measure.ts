// The exact size of a message before anything is encoded: the same plan as for writing, summed.
import { envelope } from "../message/envelope.ts";
import type { RenderOptions } from "../message/types.ts";
import type { PartSize } from "./plan.ts";
import { planned, type Renderable } from "./render.ts";
import { readRenderOptions } from "./render-options.ts";

/** What a message will be. */
export interface Measure {
  /** Size in bytes, as `toBytes` will give it. */
  readonly bytes: number;
  /** False when a source does not say its size (or is written as quoted-printable): `bytes` is then the least. */
  readonly exact: boolean;
  /** Envelope recipients; 0 for a tree. */
  readonly recipients: number;
  /** Nodes of the MIME tree. */
  readonly parts: number;
  /** Octets of the longest line, without its CRLF. Encoded content counts as lines of 76, be they shorter. */
  readonly longestLine: number;
  /** What each text and attachment takes, head and encoding included, largest first. */
  readonly sizes: readonly PartSize[];
}

/**
 * Measures a message without encoding it. Options change nothing in the size but the length of `idDomain`.
 *
 * @throws OptionError for unusable options; MessageError for a tree that is wrong.
 * @example
 * measure(m).bytes === toBytes(m).length; // true
 */
export function measure(m: Renderable, options?: RenderOptions): Measure {
  const { message, bytes, exact, parts, longestLine, sizes } = planned(m, readRenderOptions(options));
  return {
    bytes,
    exact,
    recipients: message === undefined ? 0 : envelope(message).to.length,
    parts,
    longestLine,
    sizes: largestFirst(sizes),
  };
}

/** The sizes of the parts, largest first. */
export function largestFirst(sizes: readonly PartSize[]): readonly PartSize[] {
  return [...sizes].sort((a, b) => b.bytes - a.bytes);
}

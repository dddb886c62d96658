// Long text as UTF-8 in slabs: hosts write into given memory faster than they measure and allocate.
import { joined } from "./pieces.ts";

/** What Node's Buffer does better than a plain array: it searches with the widest instructions there are. */
interface NativeSearch {
  readonly Buffer?: {
    from(bytes: ArrayBufferLike, offset: number, length: number): { includes(text: string): boolean };
  };
}

/** UTF-16 units of a slab: with its octets it stays in the cache. */
const slabUnits = 32 * 1024;
const encoder = new TextEncoder();

/** The octets of a text; a lone surrogate becomes U+FFFD, as everywhere in the platform. */
export function encodeInSlabs(text: string): Uint8Array<ArrayBuffer> {
  // RFC 3629 s3: one UTF-16 unit takes three octets at most.
  const slab = new Uint8Array(slabUnits * 3);
  const pieces: Uint8Array[] = [];
  let length = 0;
  for (let from = 0; from < text.length; ) {
    const cut = Math.min(text.length, from + slabUnits);
    // A pair of surrogates is one character.
    const to = cut < text.length && isHighSurrogate(text.charCodeAt(cut - 1)) ? cut - 1 : cut;
    const { written } = encoder.encodeInto(text.slice(from, to), slab);
    pieces.push(slab.slice(0, written));
    length += written;
    from = to;
  }
  return joined(pieces, length);
}

function isHighSurrogate(unit: number): boolean {
  return (unit & 0xfc00) === 0xd800;
}

/** True when U+FFFD is somewhere in the octets, which may stand for a lone surrogate; undefined where that cannot be found quickly. */
export const holdsReplacement: ((bytes: Uint8Array<ArrayBuffer>) => boolean) | undefined =
  /* @__PURE__ */ nativeSearch(globalThis);

function nativeSearch({ Buffer: native }: NativeSearch): ((bytes: Uint8Array<ArrayBuffer>) => boolean) | undefined {
  if (native === undefined) return undefined;
  return (bytes) => native.from(bytes.buffer, bytes.byteOffset, bytes.length).includes("\ufffd");
}

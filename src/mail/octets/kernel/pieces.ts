// Memory for octets, and octets that came in pieces as one array.

// Memory for octets that are all written before they are read.

/** Node's Buffer gives memory that is not cleared first, and keeps large blocks for the next one who asks. */
interface NativeMemory {
  readonly Buffer?: { allocUnsafeSlow(size: number): Uint8Array<ArrayBuffer> };
}

/** An array over memory of its own, which may hold anything: the caller fills all of it. */
export const freshOctets: (length: number) => Uint8Array<ArrayBuffer> = /* @__PURE__ */ allocator(globalThis);

// Small arrays are cheap to clear, and cheaper than a Buffer.
const WORTH_IT = 16 * 1024;

function allocator({ Buffer: native }: NativeMemory): (length: number) => Uint8Array<ArrayBuffer> {
  if (native === undefined) return (length) => new Uint8Array(length);
  return (length) => {
    if (length < WORTH_IT) return new Uint8Array(length);
    // A plain array, not a Buffer: people compare and print what they get.
    const { buffer, byteOffset } = native.allocUnsafeSlow(length);
    return new Uint8Array(buffer, byteOffset, length);
  };
}

/** Joins pieces of `length` octets in all. @throws RangeError when they have another number */
export function joined(pieces: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const output = freshOctets(length);
  let at = 0;
  for (const piece of pieces) {
    output.set(piece, at);
    at += piece.length;
  }
  // Memory that was not written may hold anything.
  if (at !== length) throw new RangeError(`the pieces have ${at} octets, not ${length}`);
  return output;
}

/** Octets that grow as they are written. */
export class OctetBuffer {
  bytes: Uint8Array<ArrayBuffer>;
  /** Where the next octet goes. */
  at = 0;

  constructor(size: number) {
    this.bytes = freshOctets(size);
  }

  /** Makes room for so many octets more. */
  reserve(octets: number): void {
    const needed = this.at + octets;
    if (needed <= this.bytes.length) return;
    const larger = freshOctets(Math.max(needed, 2 * this.bytes.length));
    larger.set(this.bytes.subarray(0, this.at));
    this.bytes = larger;
  }

  push(octets: Uint8Array): void {
    this.reserve(octets.length);
    this.bytes.set(octets, this.at);
    this.at += octets.length;
  }

  /** What was written, good until more is. */
  written(): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(0, this.at);
  }
}

// Long text as UTF-8 in slabs: hosts write into given memory faster than they measure and allocate.

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

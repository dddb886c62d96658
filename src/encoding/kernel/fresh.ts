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

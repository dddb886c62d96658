// Base64 lines into one buffer that is used again for every chunk: streaming allocates nothing then, and a receiver
// that is done with a chunk before it asks for the next sees no difference. RFC 2045 s6.8.
import { base64LinesLength, writeBase64Lines } from "../encoding/base64.ts";

/** Encodes contents one after another. Every chunk it gives is good until the next one is asked for. */
export interface BlockEncoder {
  /** Begins a content. */
  start(): void;
  push(bytes: Uint8Array): Generator<Uint8Array<ArrayBuffer>>;
  end(): Generator<Uint8Array<ArrayBuffer>>;
}

/** An encoder for blocks of so many octets, a multiple of the 57 that fill a line. */
export function base64Lender(block: number): BlockEncoder {
  const held = new Uint8Array(block);
  const output = new Uint8Array(2 + base64LinesLength(block));
  let heldLength = 0;
  let started = false;

  // A block ends with a whole line, so what follows begins behind a line end.
  const encode = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => {
    const at = started ? 2 : 0;
    if (started) output.set(CRLF);
    started = true;
    return output.subarray(0, writeBase64Lines(bytes, output, at));
  };

  return {
    start() {
      heldLength = 0;
      started = false;
    },
    *push(bytes) {
      for (let at = 0; at < bytes.length; ) {
        // A whole block of the content needs no copy.
        if (heldLength === 0 && bytes.length - at >= block) {
          yield encode(bytes.subarray(at, at + block));
          at += block;
          continue;
        }
        const taken = bytes.subarray(at, at + block - heldLength);
        held.set(taken, heldLength);
        heldLength += taken.length;
        at += taken.length;
        if (heldLength === block) {
          heldLength = 0;
          yield encode(held);
        }
      }
    },
    *end() {
      if (heldLength > 0) yield encode(held.subarray(0, heldLength));
    },
  };
}

const CRLF = Uint8Array.of(0x0d, 0x0a);

// Octets that came in pieces, as one array.
import { freshOctets } from "./fresh.ts";

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

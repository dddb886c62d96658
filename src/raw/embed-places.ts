// Which parts of a stored message may be encoded on the way, and which must stay as they are.

import { isComposite, isKnownEncoding } from "./content.ts";
import type { RawPart } from "./outline.ts";
import { type RawVisit, walkRaw } from "./walk.ts";

/** A part and what may happen to it. */
export interface Place extends RawVisit {
  /** Inside of what is signed or encrypted: no octet may change. */
  readonly fixed: boolean;
  /** A leaf whose body can be encoded. */
  readonly encodable: boolean;
}

/** Every part of an outline, holders before what they hold. */
export function placesOf(root: RawPart): readonly Place[] {
  const places: Place[] = [];
  const fixed = new Set<RawPart>();
  // message/global may be encoded as a whole (RFC 6532 s3.5), and its 8-bit head asks for it.
  for (const visit of walkRaw(root, (part) => part.type !== "message/global")) {
    const { part, parent } = visit;
    const holder = parent?.part;
    const isFixed = holder !== undefined && (fixed.has(holder) || isSealed(holder));
    if (isFixed) fixed.add(part);
    const leaf = part.type === "message/global" || (part.parts.length === 0 && part.message === undefined);
    const encodable = leaf && !isFixed && isKnownEncoding(part.encoding) && !isComposite(part.type);
    places.push({ ...visit, fixed: isFixed, encodable });
  }
  return places;
}

// RFC 1847 s2.1: what is signed is not touched on the way.
function isSealed({ type }: RawPart): boolean {
  return type === "multipart/signed" || type === "multipart/encrypted";
}

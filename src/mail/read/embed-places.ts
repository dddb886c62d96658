// Which parts of a stored message may change on the way, and the line ends outside of them: what is a line of the message
// ends with CRLF, what is data stays as it is.
import { isComposite, isKnownEncoding } from "./content.ts";
import type { RawPart } from "./outline.ts";
import { type RawVisit, walkRaw } from "./walk.ts";

/** A part and what may happen to it. */
export interface PartPlace extends RawVisit {
  /** Inside of what is signed or encrypted: no octet may change. */
  readonly fixed: boolean;
  /** A leaf whose body can be encoded. */
  readonly encodable: boolean;
}

/** Every part of an outline, holders before what they hold. */
export function placesOf(root: RawPart): readonly PartPlace[] {
  const places: PartPlace[] = [];
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

interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * Makes every bare LF that ends a line of the message a CRLF. In a message stored with CRLF, a bare LF in a body that
 * can be encoded is data and stays; in one stored with LF, as Unix does, only a part labelled `binary` holds data.
 *
 * @returns the same bytes when no line has to change
 */
export function crlfLines(bytes: Uint8Array, places: readonly PartPlace[]): Uint8Array {
  const firstLf = bytes.indexOf(0x0a);
  const storedWithLf = firstLf >= 0 && bytes[firstLf - 1] !== 0x0d;
  const lines = linesOutside(bytes.length, dataRanges(places, storedWithLf));
  const bare = lines.reduce((sum, range) => sum + countBare(bytes, range), 0);
  return bare === 0 ? bytes : rewrite(bytes, lines, bytes.length + bare);
}

function dataRanges(places: readonly PartPlace[], storedWithLf: boolean): readonly Range[] {
  const ranges: Range[] = [];
  for (const { part, encodable } of places) {
    // Decoders of base64 skip line ends, so that those may change; in quoted-printable they are content.
    const data = storedWithLf ? part.encoding === "binary" : part.encoding !== "base64";
    if (encodable && data) ranges.push({ start: part.bodyStart, end: part.bodyEnd });
  }
  return ranges;
}

function linesOutside(length: number, data: readonly Range[]): readonly Range[] {
  const lines: Range[] = [];
  let start = 0;
  for (const range of data) {
    lines.push({ start, end: range.start });
    start = range.end;
  }
  lines.push({ start, end: length });
  return lines;
}

function countBare(bytes: Uint8Array, { start, end }: Range): number {
  let count = 0;
  for (let at = bytes.indexOf(0x0a, start); at >= 0 && at < end; at = bytes.indexOf(0x0a, at + 1)) {
    if (bytes[at - 1] !== 0x0d) count++;
  }
  return count;
}

function rewrite(bytes: Uint8Array, lines: readonly Range[], size: number): Uint8Array {
  const target = new Uint8Array(size);
  let from = 0;
  let to = 0;
  const copyTo = (end: number): void => {
    target.set(bytes.subarray(from, end), to);
    to += end - from;
    from = end;
  };
  for (const { start, end } of lines) {
    for (let at = bytes.indexOf(0x0a, start); at >= 0 && at < end; at = bytes.indexOf(0x0a, at + 1)) {
      if (bytes[at - 1] === 0x0d) continue;
      copyTo(at);
      target[to++] = 0x0d;
    }
  }
  copyTo(bytes.length);
  return target;
}

// Content-Transfer-Encoding of the parts of a stored message after some bodies were encoded: holders say what they
// hold. RFC 2045 s6.4.

import { isEncoded, isKnownEncoding } from "./content.ts";
import { findField, type RawPart } from "./outline.ts";
import { isMessageHead, type RawVisit } from "./walk.ts";

/** Bytes to stand in the place of a range. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly bytes: Uint8Array;
}

const encoder = new TextEncoder();

/** Content-Transfer-Encoding that a part must get; undefined when the one it has is right. */
export function neededLabel(part: RawPart, holdsEightBit: boolean, eightBit: boolean): "7bit" | "8bit" | undefined {
  // What an encoding of its own makes of the octets is not known.
  if (isEncoded(part.encoding) || !isKnownEncoding(part.encoding)) return undefined;
  const wanted = holdsEightBit ? "8bit" : "7bit";
  // On an 8-bit way a label may promise more than it needs to, but nothing carries `binary` (RFC 3030).
  const fits = part.encoding === wanted || (eightBit && part.encoding === "8bit");
  return fits ? undefined : wanted;
}

/** The edits that give a part's head the label, in the order of the bytes. */
export function labelEdits(visit: RawVisit, encoding: string): readonly Edit[] {
  const { part } = visit;
  const field = findField(part.fields, "content-transfer-encoding");
  // RFC 2045 s4: without MIME-Version a message's other MIME fields may be ignored.
  const version = isMessageHead(visit) && findField(part.fields, "mime-version") === undefined;
  const added = `${version ? "MIME-Version: 1.0\r\n" : ""}${field === undefined ? `${name}: ${encoding}\r\n` : ""}`;
  const edits: Edit[] = [];
  if (field !== undefined) {
    edits.push({ start: field.start, end: field.end, bytes: encoder.encode(`${field.name}: ${encoding}\r\n`) });
  }
  if (added !== "") edits.push({ start: part.headEnd, end: part.headEnd, bytes: encoder.encode(added) });
  return edits;
}

const name = "Content-Transfer-Encoding";

/** True when readers agree on the head's fields, so that one of them can be changed. */
export function isReadableHead(part: RawPart): boolean {
  const defects = part.defects.some((defect) => unreadable.has(defect.kind) || defect.parameters?.includes("value"));
  return !defects && isSingle(part, "content-transfer-encoding") && isSingle(part, "content-type");
}

const unreadable = new Set([
  "mbox-line",
  "no-blank-line",
  "malformed-field",
  "empty-name",
  "name-blank",
  "head-too-long",
  "too-many-fields",
]);

function isSingle(part: RawPart, lowerName: string): boolean {
  return part.fields.filter((field) => field.name.toLowerCase() === lowerName).length < 2;
}

/** The bytes with all edits made; the same bytes when there is none. Edits are sorted and do not overlap. */
export function applyEdits(bytes: Uint8Array, edits: readonly Edit[]): Uint8Array {
  if (edits.length === 0) return bytes;
  const size = edits.reduce((sum, edit) => sum + edit.bytes.length - (edit.end - edit.start), bytes.length);
  const target = new Uint8Array(size);
  let from = 0;
  let to = 0;
  for (const edit of edits) {
    target.set(bytes.subarray(from, edit.start), to);
    to += edit.start - from;
    target.set(edit.bytes, to);
    to += edit.bytes.length;
    from = edit.end;
  }
  target.set(bytes.subarray(from), to);
  return target;
}

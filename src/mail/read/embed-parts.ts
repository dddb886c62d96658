// Parts of a stored message made fit for a relay: bodies encoded anew, and the labels that say so. What a body decodes to
// stays the same, octet for octet. RFC 2045 s6.
import { base64LinesLength, writeBase64Lines } from "../octets/base64.ts";
import {
  decodeQuotedPrintable,
  type LineMode,
  quotedPrintableLength,
  writeQuotedPrintable,
} from "../octets/quoted-printable.ts";
import { isEncoded, isKnownEncoding } from "./content.ts";
import { findField, type RawPart } from "./outline.ts";
import { isMessageHead, type RawVisit } from "./walk.ts";

/** A body and the encoding it is in. */
export interface EncodedBody {
  readonly encoding: "quoted-printable" | "base64";
  readonly bytes: Uint8Array;
}

/**
 * Encodes the body of a leaf part: quoted-printable stays so, base64 gets lines of 76, everything else becomes the
 * shorter of both.
 *
 * @param part - a leaf whose encoding is one of RFC 2045
 * @param body - the octets between its head and its delimiter
 */
export function encodeBody(part: RawPart, body: Uint8Array): EncodedBody {
  if (part.encoding === "base64") return { encoding: "base64", bytes: wrapBase64(body) };
  // RFC 2045 s6.7(4): line breaks are meaningful for text only, elsewhere CR and LF are octets like others.
  const mode: LineMode = part.type.startsWith("text/") ? "text" : "binary";
  if (part.encoding === "quoted-printable") return quotedPrintable(decodeQuotedPrintable(body), mode);
  const difference = quotedPrintableLength(body, mode) - base64LinesLength(body.length);
  if (difference < 0 || (difference === 0 && mode === "text")) return quotedPrintable(body, mode);
  const bytes = new Uint8Array(base64LinesLength(body.length));
  writeBase64Lines(body, bytes, 0);
  return { encoding: "base64", bytes };
}

function quotedPrintable(content: Uint8Array, mode: LineMode): EncodedBody {
  const bytes = new Uint8Array(quotedPrintableLength(content, mode));
  writeQuotedPrintable(content, bytes, 0, mode);
  return { encoding: "quoted-printable", bytes };
}

// The same characters in lines of 76: whatever a decoder makes of them, it makes of them as before.
function wrapBase64(body: Uint8Array): Uint8Array {
  const characters = body.filter((octet) => octet !== 0x0d && octet !== 0x0a && octet !== 0x20 && octet !== 0x09);
  const lines = Math.ceil(characters.length / 76);
  const bytes = new Uint8Array(characters.length + 2 * Math.max(0, lines - 1));
  for (let line = 0; line < lines; line++) {
    if (line > 0) bytes.set([0x0d, 0x0a], line * 78 - 2);
    bytes.set(characters.subarray(line * 76, line * 76 + 76), line * 78);
  }
  return bytes;
}

/** Bytes that replace a range. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly bytes: Uint8Array;
}

const encoder = new TextEncoder();

/** Content-Transfer-Encoding that a part must get; undefined when the one it has is right. */
export function neededLabel(part: RawPart, holdsEightBit: boolean, eightBit: boolean): "7bit" | "8bit" | undefined {
  // What a custom encoding makes of the octets is unknown.
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

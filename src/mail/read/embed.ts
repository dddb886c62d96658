// Makes a stored message fit to travel as message/rfc822, which is never encoded as a whole: bodies inside it are encoded
// where they must be, with the labels that say so; what each part decodes to stays the same, octet for octet. The message
// is refused where that cannot be done. RFC 2046 s5.2.1, RFC 2045 s6.
import type { IssueCode, Place } from "../../issues.ts";
import { base64LinesLength, writeBase64Lines } from "../octets/base64.ts";
import { type Survey, survey } from "../octets/choose.ts";
import {
  decodeQuotedPrintable,
  encodeQuotedPrintable,
  type LineMode,
  quotedPrintableLength,
} from "../octets/quoted-printable.ts";
import { isComposite, isEncoded, isKnownEncoding } from "./content.ts";
import { findField, outlineRaw, type RawPart } from "./outline.ts";
import { concat, isBlank } from "./text.ts";
import { isMessageHead, type RawVisit, walkRaw } from "./walk.ts";

/** How a message is embedded. */
export interface EmbedOptions {
  /** The way carries octets above 127 in bodies (8BITMIME). */
  readonly eightBit: boolean;
}

/**
 * Makes the bytes of a message fit for a message/rfc822 part. What every part decodes to stays the same.
 *
 * @param bytes - a message as it lies in an `.eml` file; lines end with CRLF, or all with LF
 * @param place - where the message is in the caller's input
 * @returns bytes with CRLF, no line over 998 and no 8-bit octet (but in bodies with `eightBit`); the same bytes when
 * they are so already; undefined when the message was refused, which is reported
 * @example
 * const fit = embedMessage(stored, { eightBit: false }, place.at("content"));
 */
export function embedMessage(bytes: Uint8Array, { eightBit }: EmbedOptions, place: Place): Uint8Array | undefined {
  const stored = outlineRaw(bytes);
  if (!checkHead(stored, place)) return undefined;
  warnOfBcc(stored, place);
  const parts = placesOf(stored);
  const lines = crlfLines(bytes, parts);
  const work = { bytes: lines, parts, eightBit, place, refusals: new Set<string>() };
  if (lines === bytes) return encodeParts(work);
  const what = "lines of the message that end with LF alone get a CRLF";
  place.warning("attachment.line-ends", what, { rfc: "RFC 5322 s2.1" });
  return encodeParts({ ...work, parts: placesOf(outlineRaw(lines)) });
}

function checkHead({ defects, fields }: RawPart, place: Place): boolean {
  const mbox = defects.some(({ kind }) => kind === "mbox-line");
  const broken = defects.find(({ kind }) => kind === "malformed-field" || kind === "empty-name");
  if (!mbox && broken === undefined && fields.length > 0) return true;
  const unread = `the head of the message cannot be read${broken === undefined ? "" : ` at line ${broken.line}`}`;
  place.error("attachment.content", mbox ? "a line of an mbox file precedes the message" : unread, {
    rfc: "RFC 5322 s2.2",
    hint: mbox ? "cut the line that starts with `From `" : "give a message with its header fields",
  });
  return false;
}

/** Warns once of a Bcc or Resent-Bcc in the head of a message or of one that it encloses: who forwards it shows them. */
export function warnOfBcc(root: RawPart, place: Place): void {
  for (const visit of walkRaw(root)) {
    const field = isMessageHead(visit) ? findBcc(visit.part) : undefined;
    if (field === undefined) continue;
    place.warning("raw.bcc", `the message has the field ${field.name}`, { rfc: "RFC 5322 s3.6.3" });
    return;
  }
}

/** The first field that names blind recipients. */
export function findBcc({ fields }: RawPart): RawPart["fields"][number] | undefined {
  return fields.find(({ name }) => /^(?:resent-)?bcc$/i.test(name));
}

/** A part and what may happen to it. */
interface PartPlace extends RawVisit {
  /** Inside of what is signed or encrypted: no octet may change. RFC 1847 s2.1. */
  readonly fixed: boolean;
  readonly leaf: boolean;
  /** A leaf whose body can be encoded. */
  readonly encodable: boolean;
}

function placesOf(root: RawPart): readonly PartPlace[] {
  const fixedParts = new Set<RawPart>();
  // message/global may be encoded as a whole (RFC 6532 s3.5), and its 8-bit head asks for it.
  return Array.from(walkRaw(root, isOpened), (visit) => {
    const { part, parent } = visit;
    const fixed = parent !== undefined && (fixedParts.has(parent.part) || SEALED.test(parent.part.type));
    if (fixed) fixedParts.add(part);
    const leaf = !isOpened(part) || (part.parts.length === 0 && part.message === undefined);
    return {
      ...visit,
      fixed,
      leaf,
      encodable: leaf && !fixed && isKnownEncoding(part.encoding) && !isComposite(part.type),
    };
  });
}

const SEALED = /^multipart\/(?:signed|encrypted)$/;

function isOpened({ type }: RawPart): boolean {
  return type !== "message/global";
}

// Every bare LF that ends a line of the message becomes a CRLF. In a message stored with CRLF, a bare LF in a body that
// can be encoded is data and stays; in one stored with LF, as Unix does, only a part labelled `binary` holds data.
// Decoders of base64 skip line ends, so that those may change; in quoted-printable they are content.
function crlfLines(bytes: Uint8Array, parts: readonly PartPlace[]): Uint8Array {
  const storedWithLf = isBareLf(bytes, bytes.indexOf(0x0a));
  const pieces: Uint8Array[] = [];
  let from = 0;
  const addLines = (end: number): void => {
    for (let at = bytes.indexOf(0x0a, from); at >= 0 && at < end; at = bytes.indexOf(0x0a, at + 1)) {
      if (!isBareLf(bytes, at)) continue;
      pieces.push(bytes.subarray(from, at), CR);
      from = at;
    }
  };
  for (const { part, encodable } of parts) {
    const data = storedWithLf ? part.encoding === "binary" : part.encoding !== "base64";
    if (!encodable || !data) continue;
    addLines(part.bodyStart);
    pieces.push(bytes.subarray(from, part.bodyEnd));
    from = part.bodyEnd;
  }
  addLines(bytes.length);
  return pieces.includes(CR) ? concat([...pieces, bytes.subarray(from)]) : bytes;
}

const CR = new Uint8Array([0x0d]);

function isBareLf(bytes: Uint8Array, at: number): boolean {
  return at >= 0 && bytes[at - 1] !== 0x0d;
}

interface Work extends EmbedOptions {
  readonly place: Place;
  readonly bytes: Uint8Array;
  readonly parts: readonly PartPlace[];
  /** What was refused already: each is reported once. */
  readonly refusals: Set<string>;
}

function encodeParts(work: Work): Uint8Array | undefined {
  const { bytes, parts, place, refusals } = work;
  checkFixed(work);
  if (refusals.size > 0) return undefined;
  const eightBit = new Set<RawPart>();
  const bodies = parts.map((one) => planBody(work, one, eightBit));
  const pieces: Uint8Array[] = [];
  let from = 0;
  let signed: PartPlace | undefined;
  const replace = (start: number, end: number, by: Uint8Array): void => {
    pieces.push(bytes.subarray(from, start), by);
    from = end;
  };
  for (const [index, one] of parts.entries()) {
    const { part } = one;
    const body = bodies[index];
    const label = body?.encoding ?? neededLabel(one, eightBit.has(part), work.eightBit);
    if (body === undefined && label === part.encoding) continue;
    if (!isReadableHead(part)) {
      const what = "a head that has to change cannot be read";
      refuse(work, { code: "attachment.content", line: part.headLine, what, rfc: "RFC 2045 s6" });
    }
    if (label !== part.encoding) writeLabel(one, label, replace);
    if (body !== undefined) replace(part.bodyStart, part.bodyEnd, body.bytes);
    if (signed === undefined && isSigned(one)) signed = one;
  }
  if (refusals.size > 0) return undefined;
  if (signed !== undefined) {
    const what = "the signature in the message does not hold after parts of it are encoded";
    place.warning("attachment.signature", what, { rfc: "RFC 6376 s3.7" });
  }
  return pieces.length === 0 ? bytes : concat([...pieces, bytes.subarray(from)]);
}

interface Refusal {
  readonly code: IssueCode;
  readonly line: number;
  readonly what: string;
  readonly rfc: string;
}

function refuse({ refusals, place }: Work, { code, line, what, rfc }: Refusal): void {
  if (refusals.has(what)) return;
  refusals.add(what);
  const hint = "attach the message as application/octet-stream instead";
  place.error(code, `${what} (line ${line} of the message)`, { rfc, hint });
}

interface Range {
  readonly start: number;
  readonly end: number;
}

// Number of the first line of a range that is so, in the whole message. Looked for only where the range has such a line.
function lineOf(bytes: Uint8Array, { start, end }: Range, fault: RegExp): number {
  const lines = octets.decode(bytes.subarray(start, end)).split("\n");
  const index = lines.findIndex((line) => fault.test(line));
  return octets.decode(bytes.subarray(0, start)).split("\n").length + (index < 0 ? lines.length - 1 : index);
}

// One character an octet.
const octets = new TextDecoder("latin1");
const EIGHT_BIT = /[^\0-\x7f]/;

const FAULTS: readonly (readonly [code: IssueCode, what: string, isIn: (facts: Survey) => boolean, fault: RegExp])[] = [
  ["attachment.eight-bit", "8-bit octets", (facts) => !facts.ascii, EIGHT_BIT],
  ["attachment.eight-bit", "a NUL", (facts) => facts.nul, /\0/],
  // There is no bare LF any more.
  ["attachment.line-ends", "a CR without LF", (facts) => facts.bareLineEnds, /\r(?!$)/],
  ["attachment.line", "a line over 998 octets", (facts) => facts.longestLine > 998, /^.{998}(?!\r?$)/s],
];

// Everything but the bodies that can be encoded travels as it is: heads, delimiters, preambles, signed parts.
function checkFixed(work: Work): void {
  const { bytes, parts, eightBit } = work;
  const ranges: Range[] = [];
  let start = 0;
  for (const { part, encodable } of parts) {
    if (!encodable) continue;
    ranges.push({ start, end: part.bodyStart });
    start = part.bodyEnd;
  }
  ranges.push({ start, end: bytes.length });
  const facts = ranges.map((range) => survey(bytes.subarray(range.start, range.end)));
  const heads = facts.every(({ ascii }) => ascii)
    ? []
    : parts.map(({ part: { headStart, headEnd } }) => ({ start: headStart, end: headEnd }));
  const head = heads.find((range) => !survey(bytes.subarray(range.start, range.end)).ascii);
  if (head !== undefined) {
    const what = "a head holds 8-bit octets";
    refuse(work, { code: "attachment.eight-bit", line: lineOf(bytes, head, EIGHT_BIT), what, rfc: "RFC 5322 s2.2" });
  }
  for (const [code, what, isIn, fault] of FAULTS) {
    if (fault === EIGHT_BIT && (eightBit || head !== undefined)) continue;
    const range = ranges[facts.findIndex(isIn)];
    if (range === undefined) continue;
    const line = lineOf(bytes, range, fault);
    refuse(work, { code, line, what: `what must not change holds ${what}`, rfc: "RFC 2046 s5.2.1" });
  }
}

interface EncodedBody {
  readonly encoding: "quoted-printable" | "base64";
  readonly bytes: Uint8Array;
}

// A body encoded anew; undefined where it may stay, and then, where it holds 8-bit octets, its part is one of `eightBit`
// with the parts around it.
function planBody(work: Work, one: PartPlace, eightBit: Set<RawPart>): EncodedBody | undefined {
  const { part, encodable } = one;
  if (!encodable && !(one.leaf && work.eightBit)) return undefined;
  const range = { start: part.bodyStart, end: part.bodyEnd };
  const body = work.bytes.subarray(range.start, range.end);
  // RFC 2045 s6.7(4): line breaks are meaningful for text only, elsewhere CR and LF are octets like others.
  const mode = part.type.startsWith("text/") ? "text" : "binary";
  const facts = survey(body);
  const foreign = facts.nul || !(facts.ascii || work.eightBit);
  if (encodable && (foreign || facts.bareLineEnds || facts.longestLine > 998)) {
    if (part.encoding !== "base64" || !foreign) return encodeBody(part.encoding, body, mode);
    const line = lineOf(work.bytes, range, work.eightBit ? /\0/ : /[^\x01-\x7f]/);
    refuse(work, {
      code: "attachment.eight-bit",
      line,
      what: "base64 holds octets that are none",
      rfc: "RFC 2045 s6.8",
    });
  } else if (!facts.ascii) {
    for (let at: RawVisit | undefined = one; at !== undefined; at = at.parent) eightBit.add(at.part);
  }
  return undefined;
}

// Quoted-printable stays so, base64 gets lines of 76, everything else becomes the shorter of both.
function encodeBody(encoding: string, body: Uint8Array, mode: LineMode): EncodedBody {
  if (encoding === "base64") return { encoding, bytes: wrapBase64(body) };
  if (encoding === "quoted-printable") {
    return { encoding, bytes: encodeQuotedPrintable(decodeQuotedPrintable(body), mode) };
  }
  const base64Length = base64LinesLength(body.length);
  const difference = quotedPrintableLength(body, mode) - base64Length;
  if (difference < 0 || (difference === 0 && mode === "text")) {
    return { encoding: "quoted-printable", bytes: encodeQuotedPrintable(body, mode) };
  }
  const bytes = new Uint8Array(base64Length);
  writeBase64Lines(body, bytes, 0);
  return { encoding: "base64", bytes };
}

// The same characters in lines of 76: whatever a decoder makes of them, it makes of them as before.
function wrapBase64(body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(body.length + 2 * Math.ceil(body.length / 76));
  let length = 0;
  let column = 0;
  for (const octet of body) {
    if (octet === 0x0d || octet === 0x0a || isBlank(octet)) continue;
    if (column++ === 76) {
      bytes.set(CRLF, length);
      length += 2;
      column = 1;
    }
    bytes[length++] = octet;
  }
  return bytes.subarray(0, length);
}

const CRLF = new Uint8Array([0x0d, 0x0a]);

// The Content-Transfer-Encoding that a part must have: the one that it has where that is right.
function neededLabel({ part: { encoding }, fixed }: PartPlace, holdsEightBit: boolean, eightBit: boolean): string {
  // What a custom encoding makes of the octets is unknown.
  if (fixed || isEncoded(encoding) || !isKnownEncoding(encoding)) return encoding;
  // On an 8-bit way a label may promise more than it needs to, but nothing carries `binary` (RFC 3030).
  return holdsEightBit || (eightBit && encoding === "8bit") ? "8bit" : "7bit";
}

function writeLabel(
  visit: RawVisit,
  encoding: string,
  replace: (start: number, end: number, by: Uint8Array) => void,
): void {
  const { fields, headEnd } = visit.part;
  const field = findField(fields, "content-transfer-encoding");
  const label = `${field?.name ?? "Content-Transfer-Encoding"}: ${encoding}\r\n`;
  if (field !== undefined) replace(field.start, field.end, encoder.encode(label));
  // RFC 2045 s4: without MIME-Version a message's other MIME fields may be ignored.
  const version = isMessageHead(visit) && findField(fields, "mime-version") === undefined;
  const added = `${version ? "MIME-Version: 1.0\r\n" : ""}${field === undefined ? label : ""}`;
  if (added !== "") replace(headEnd, headEnd, encoder.encode(added));
}

const encoder = new TextEncoder();

// True when readers agree on the head's fields, so that one of them can be changed.
function isReadableHead({ defects, fields }: RawPart): boolean {
  const names = fields.map(({ name }) => name.toLowerCase()).filter((name) => CONTENT_FIELD.test(name));
  if (new Set(names).size < names.length) return false;
  return !defects.some(({ kind, parameters }) => UNREADABLE.test(kind) || parameters?.includes("value"));
}

const CONTENT_FIELD = /^content-t(?:ype|ransfer-encoding)$/;
const UNREADABLE = /^(?:mbox-line|no-blank-line|malformed-field|empty-name|name-blank|head-too-long|too-many-fields)$/;

// RFC 6376 s3.7: a signature covers the body as it is encoded.
function isSigned(visit: PartPlace): boolean {
  for (let at: RawVisit | undefined = visit; at !== undefined; at = at.parent) {
    if (isMessageHead(at) && at.part.fields.some(({ name }) => SIGNATURE.test(name))) return true;
  }
  return false;
}

const SIGNATURE = /^(?:dkim-signature|domainkey-signature|arc-seal|arc-message-signature)$/i;

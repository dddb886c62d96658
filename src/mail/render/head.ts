// The head of a part: its own fields, then the ones that describe its content. RFC 2045 s3, RFC 2183.

import { errorIssue, MessageError } from "../../issues.ts";
import { formatDate } from "../headers/date.ts";
import { type Field, formatField } from "../headers/field.ts";
import type { Part } from "../message/types.ts";
import type { Charset } from "../octets/charset.ts";
import type { TransferEncoding } from "../octets/choose.ts";

// The last look at a head before it leaves: what is there is what was meant, octet for octet. Some breaks show
// only here, in the bytes. RFC 5322 s2.1.1, s2.2.

const LF = 0x0a;
const CR = 0x0d;
const LONGEST_LINE = 998;

/**
 * Scans the text of a head as {@link scanHead} does its bytes. The bytes are written into a buffer that all scans
 * share; no scan is ever inside another.
 */
function scanHeadText(head: string, names: readonly string[]): number {
  const short = head.length <= SHARED;
  if (short) shared ??= new Uint8Array(SHARED);
  const room = (short ? shared : undefined) ?? new Uint8Array(head.length);
  const { read, written } = encoder.encodeInto(head, room);
  if (read !== head.length || written !== head.length) throw scanError("an octet is not printable ASCII");
  return scanHead(room.subarray(0, written), names);
}

const encoder = new TextEncoder();
const SHARED = 65_536;
let shared: Uint8Array | undefined;

/**
 * Scans the bytes of a head: exactly the fields of `names` in their order, ASCII, CRLF line ends, no line over 998
 * octets or of blanks only.
 *
 * @returns octets of the longest line.
 * @throws MessageError `render.scan`: a fault of this library, and nothing leaves.
 */
export function scanHead(head: Uint8Array, names: readonly string[]): number {
  const words = head.byteOffset % 4 === 0 ? new Int32Array(head.buffer, head.byteOffset, head.length >> 2) : NO_WORDS;
  let longest = 0;
  let field = 0;
  let start = 0;
  while (start < head.length) {
    const end = lineEnd(head, words, start);
    if (end - start > LONGEST_LINE) throw scanError("a line is longer than 998 octets");
    if (!isBlank(head[start])) {
      const name = names[field++];
      if (name === undefined || !startsWithName(head, start, name))
        throw scanError("the rendered head contains an unexpected field");
    } else if (start === 0) throw scanError("the head begins with a continuation");
    else if (isBlankLine(head, start, end)) throw scanError("a line holds blanks only");
    longest = Math.max(longest, end - start);
    start = end + 2;
  }
  if (field !== names.length) throw scanError("a field is missing");
  return longest;
}

const NO_WORDS = new Int32Array(0);

// Passes over printable ASCII, spaces and tabs, four octets at a time where they are printable, up to a CRLF.
function lineEnd(head: Uint8Array, words: Int32Array, start: number): number {
  let at = start;
  while (at < head.length) {
    if ((at & 3) === 0) {
      while (at >> 2 < words.length && isPrintableWord(words[at >> 2] ?? 0)) at += 4;
      if (at === head.length) break;
    }
    const octet = head[at] ?? 0;
    if (octet === CR && head[at + 1] === LF) return at;
    if (octet === CR || octet === LF) throw scanError("a line does not end with CRLF");
    if ((octet < 0x20 || octet > 0x7e) && octet !== 0x09) throw scanError("an octet is not printable ASCII");
    at++;
  }
  throw scanError("a line does not end with CRLF");
}

// True when all four octets lie between 20 and 7E (hex): taking 20 away from each sets no high bit, nor does adding 1.
// A borrow or a carry out of an octet happens only next to one that is out of bounds itself.
function isPrintableWord(word: number): boolean {
  return (((word - 0x20202020) | (word + 0x01010101) | word) & 0x80808080) === 0;
}

function isBlankLine(head: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at < end && isBlank(head[at])) at++;
  return at === end;
}

function isBlank(octet: number | undefined): boolean {
  return octet === 0x20 || octet === 0x09;
}

function startsWithName(head: Uint8Array, start: number, name: string): boolean {
  for (let index = 0; index < name.length; index++) {
    if (head[start + index] !== name.charCodeAt(index)) return false;
  }
  return head[start + name.length] === 0x3a;
}

function scanError(message: string): MessageError {
  const hint = "this is a fault of the library: please report the input that leads here";
  return new MessageError([errorIssue("render.scan", [], message, { hint })]);
}

/** What a head is written with. */
export interface HeadOptions {
  readonly charset: Charset;
  readonly legacyNames: boolean;
  readonly encoding: TransferEncoding;
  /** Of a multipart. */
  readonly boundary: string | undefined;
  /** The head of a message, which says that it is MIME, or of a part. */
  readonly of: "message" | "part";
}

/** A head that was written. */
export interface Head {
  /** ASCII, without the empty line after it. */
  readonly text: string;
  /** Octets of the longest line. */
  readonly longest: number;
  /** Octets of each of the part's own fields, folds and line ends included. */
  readonly fieldLengths: readonly number[];
}

/** Writes the head of a part. */
export function writeHead(part: Part, options: HeadOptions): Head {
  const names: string[] = [];
  const fieldLengths: number[] = [];
  let text = "";
  const write = (field: Field): number => {
    const written = formatField(field, options);
    names.push(field.name);
    text += written;
    return written.length;
  };
  for (const field of part.fields) fieldLengths.push(write(field));
  for (const field of contentFields(part, options)) write(field);
  return { text, longest: scanHeadText(text, names), fieldLengths };
}

function contentFields(part: Part, { encoding, boundary, of }: HeadOptions): readonly Field[] {
  const fields: Field[] = [];
  if (of === "message") fields.push(structured("MIME-Version", "1.0"));
  fields.push(parameterized("Content-Type", part.type, typeParameters(part, boundary)));
  // RFC 2045 s6.1: 7bit is what a part without the field has; a multipart says so only when it is another.
  if (encoding !== "7bit" || part.content !== undefined) fields.push(structured("Content-Transfer-Encoding", encoding));
  if (part.id !== undefined) fields.push({ name: "Content-ID", value: { kind: "ids", ids: [`<${part.id}>`] } });
  const disposition = dispositionParameters(part);
  if (part.disposition !== undefined || disposition.length > 0) {
    fields.push(parameterized("Content-Disposition", part.disposition ?? "attachment", disposition));
  }
  if (part.description !== undefined) {
    fields.push({ name: "Content-Description", value: { kind: "text", text: part.description } });
  }
  return fields;
}

type Parameters = readonly (readonly [name: string, value: string])[];

function structured(name: string, text: string): Field {
  return { name, value: { kind: "structured", text } };
}

function parameterized(name: string, value: string, parameters: Parameters): Field {
  return { name, value: { kind: "parameterized", value, parameters } };
}

// A plain ASCII name is in the type too, where readers older than RFC 2183 look for it.
function typeParameters(part: Part, boundary: string | undefined): Parameters {
  const parameters: [string, string][] = Object.entries(part.parameters);
  if (boundary !== undefined) parameters.push(["boundary", boundary]);
  if (part.filename !== undefined) parameters.push(["name", part.filename]);
  return parameters;
}

function dispositionParameters(part: Part): Parameters {
  const parameters: [string, string][] = [];
  if (part.filename !== undefined) parameters.push(["filename", part.filename]);
  if (part.size !== undefined) parameters.push(["size", String(part.size)]);
  if (part.creationDate !== undefined) parameters.push(["creation-date", formatDate(part.creationDate)]);
  if (part.modificationDate !== undefined) parameters.push(["modification-date", formatDate(part.modificationDate)]);
  return parameters;
}

// The head of a part: its own fields, then the ones that describe its content. RFC 2045 s3, RFC 2183.

import { errorIssue, MessageError } from "../../issues.ts";
import { formatDate } from "../headers/date.ts";
import { formatField } from "../headers/field.ts";
import { foldParameters, type Parameter } from "../headers/parameters.ts";
import type { Charset } from "../octets/charset.ts";
import type { TransferEncoding } from "../octets/choose.ts";
import type { Entity } from "./entity.ts";

// The last look at a head before it leaves: what is there is what was meant, octet for octet. Some breaks show
// only here, in the bytes. RFC 5322 s2.1.1, s2.2.

const LF = 0x0a;
const CR = 0x0d;
const LONGEST_LINE = 998;

/**
 * Scans a head where it was written: exactly the fields of `names` in their order, ASCII, CRLF line ends, no line over
 * 998 octets or of blanks only.
 *
 * @throws MessageError `render.scan`: a fault of this library, and nothing leaves.
 */
export function scanHead({ octets, words }: Scanned, from: number, end: number, names: readonly string[]): void {
  let field = 0;
  for (let start = from; start < end; ) {
    const stop = lineEnd(octets, words, start, end);
    if (stop - start > LONGEST_LINE) throw scanError("a line is longer than 998 octets");
    if (!isBlank(octets[start])) {
      const name = names[field++];
      if (name === undefined || !startsWithName(octets, start, name))
        throw scanError("the rendered head contains an unexpected field");
    } else if (start === from) throw scanError("the head begins with a continuation");
    else if (isBlankLine(octets, start, stop)) throw scanError("a line holds blanks only");
    start = stop + 2;
  }
  if (field !== names.length) throw scanError("a field is missing");
}

/** Octets that heads are scanned in, and the same memory four octets at a time, where it begins at such a place. */
export interface Scanned {
  readonly octets: Uint8Array<ArrayBuffer>;
  readonly words: Int32Array;
}

/** Octets to scan heads in. */
export function scanned(octets: Uint8Array<ArrayBuffer>): Scanned {
  const { buffer, byteOffset, length } = octets;
  return { octets, words: byteOffset % 4 === 0 ? new Int32Array(buffer, byteOffset, length >> 2) : NO_WORDS };
}

const NO_WORDS = new Int32Array(0);

// Passes over printable ASCII, spaces and tabs, four octets at a time where they are printable, up to a CRLF.
function lineEnd(octets: Uint8Array, words: Int32Array, start: number, end: number): number {
  let at = start;
  while (at < end) {
    if ((at & 3) === 0) while (at < end && isPrintableWord(words[at >> 2] ?? 0)) at += 4;
    if (at >= end) break;
    const octet = octets[at] ?? 0;
    if (octet === CR && octets[at + 1] === LF && at + 1 < end) return at;
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
  /** ASCII, when nothing is wrong; without the empty line after it. */
  readonly text: string;
  /** The names of all its fields, in their order. */
  readonly names: readonly string[];
  /** Octets of each of the entity's own fields, folds and line ends included. */
  readonly fieldLengths: readonly number[];
}

/** Writes the head of an entity. */
export function writeHead(entity: Entity, options: HeadOptions): Head {
  const names: string[] = [];
  const fieldLengths: number[] = [];
  let text = "";
  for (const field of entity.fields) {
    const written = formatField(field, options);
    names.push(field.name);
    fieldLengths.push(written.length);
    text += written;
  }
  text += contentFields(entity, options, names);
  return { text, names, fieldLengths };
}

// What describes the content is text at once: as fields it would be objects by the dozen for every message.
function contentFields(entity: Entity, options: HeadOptions, names: string[]): string {
  const { encoding, boundary, of, legacyNames } = options;
  let text = "";
  if (of === "message") {
    names.push("MIME-Version");
    text = "MIME-Version: 1.0\r\n";
  }
  names.push("Content-Type");
  text += parameterized("Content-Type", entity.type, typeParameters(entity, boundary), legacyNames);
  // RFC 2045 s6.1: 7bit is what a part without the field has; a multipart says so only when it is another.
  if (encoding !== "7bit" || entity.content !== undefined) {
    names.push("Content-Transfer-Encoding");
    text += `Content-Transfer-Encoding: ${encoding}\r\n`;
  }
  if (entity.id !== undefined) {
    names.push("Content-ID");
    text += formatField({ name: "Content-ID", value: { kind: "ids", ids: [`<${entity.id}>`] } }, options);
  }
  const disposition = dispositionParameters(entity);
  if (entity.disposition !== undefined || disposition.length > 0) {
    names.push("Content-Disposition");
    text += parameterized("Content-Disposition", entity.disposition ?? "attachment", disposition, legacyNames);
  }
  if (entity.description !== undefined) {
    names.push("Content-Description");
    text += formatField({ name: "Content-Description", value: { kind: "text", text: entity.description } }, options);
  }
  return text;
}

function parameterized(name: string, value: string, parameters: readonly Parameter[], legacyNames: boolean): string {
  return `${name}: ${foldParameters(value, parameters, { startColumn: name.length + 2, legacyNames })}\r\n`;
}

// A plain ASCII name is in the type too, where readers older than RFC 2183 look for it.
function typeParameters({ parameters, filename }: Entity, boundary: string | undefined): readonly Parameter[] {
  const all: Parameter[] = [];
  for (const name of Object.keys(parameters)) all.push([name, parameters[name] ?? ""]);
  if (boundary !== undefined) all.push(["boundary", boundary]);
  if (filename !== undefined) all.push(["name", filename]);
  return all;
}

function dispositionParameters({ filename, size, creationDate, modificationDate }: Entity): readonly Parameter[] {
  const all: Parameter[] = [];
  if (filename !== undefined) all.push(["filename", filename]);
  if (size !== undefined) all.push(["size", String(size)]);
  if (creationDate !== undefined) all.push(["creation-date", formatDate(creationDate)]);
  if (modificationDate !== undefined) all.push(["modification-date", formatDate(modificationDate)]);
  return all;
}

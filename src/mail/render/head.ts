// The head of a part: its own fields, then the ones that describe its content. RFC 2045 s3, RFC 2183.

import { errorIssue, MessageError } from "../../issues.ts";
import { formatDate } from "../headers/date.ts";
import { formatField } from "../headers/field.ts";
import { type ParameterLine, putParameter } from "../headers/parameters.ts";
import { NO_PARAMETERS } from "../message/content-type.ts";
import type { Charset } from "../octets/charset.ts";
import type { TransferEncoding } from "../octets/choose.ts";
import type { Entity } from "./entity.ts";

// The last look at a head before it leaves: what is there is what was meant, octet for octet. Some breaks show
// only here, in the bytes. RFC 5322 s2.1.1, s2.2.

const LF = 0x0a;
const CR = 0x0d;
const LONGEST_LINE = 998;

/**
 * Scans a head where it was written: exactly the fields of these names in their order, ASCII, CRLF line ends, no line
 * over 998 octets or of blanks only.
 *
 * @param names - those of the head begin at `first`, and an empty one is behind them
 * @returns where the names of the next head begin
 * @throws MessageError `render.scan`: a fault of this library, and nothing leaves.
 */
export function scanHead(
  { octets, words }: Scanned,
  from: number,
  end: number,
  names: readonly string[],
  first = 0,
): number {
  let at = first;
  for (let start = from; start < end; ) {
    const stop = lineEnd(octets, words, start, end);
    if (stop - start > LONGEST_LINE) throw scanError("a line is longer than 998 octets");
    if (!isBlank(octets[start])) {
      const name = names[at++] ?? "";
      if (name === "" || !startsWithName(octets, start, name))
        throw scanError("the rendered head contains an unexpected field");
    } else if (start === from) throw scanError("the head begins with a continuation");
    else if (isBlankLine(octets, start, stop)) throw scanError("a line holds blanks only");
    start = stop + 2;
  }
  if (names[at] !== "") throw scanError("a field is missing");
  return at + 1;
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

/** The error of what must not leave: a fault of this library. */
export function scanError(message: string): MessageError {
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

/**
 * Writes the head of an entity: ASCII, when nothing is wrong, without the empty line after it.
 *
 * @param names - gets the names of all its fields, and an empty one behind them
 * @param lengths - gets the octets of each of the entity's own fields, folds and line ends included
 */
export function writeHead(entity: Entity, options: HeadOptions, names: string[], lengths?: number[]): string {
  const head = { text: "", column: 0 };
  for (const field of entity.fields) {
    const written = formatField(field, options);
    names.push(field.name);
    lengths?.push(written.length);
    head.text += written;
  }
  if (options.of === "message") {
    names.push("MIME-Version");
    head.text += "MIME-Version: 1.0\r\n";
  }
  addType(head, entity, options, names);
  // RFC 2045 s6.1: 7bit is what a part without the field has; a multipart says so only when it is another.
  if (options.encoding !== "7bit" || entity.content !== undefined) {
    names.push("Content-Transfer-Encoding");
    head.text += ENCODINGS[options.encoding];
  }
  if (entity.id !== undefined) {
    names.push("Content-ID");
    head.text += formatField({ name: "Content-ID", value: { kind: "ids", ids: [`<${entity.id}>`] } }, options);
  }
  addDisposition(head, entity, options, names);
  if (entity.description !== undefined) {
    names.push("Content-Description");
    const value = { kind: "text", text: entity.description } as const;
    head.text += formatField({ name: "Content-Description", value }, options);
  }
  names.push("");
  return head.text;
}

const ENCODINGS: Readonly<Record<TransferEncoding, string>> = {
  "7bit": "Content-Transfer-Encoding: 7bit\r\n",
  "8bit": "Content-Transfer-Encoding: 8bit\r\n",
  "quoted-printable": "Content-Transfer-Encoding: quoted-printable\r\n",
  base64: "Content-Transfer-Encoding: base64\r\n",
};

// A plain ASCII name is in the type too, where readers older than RFC 2183 look for it.
function addType(head: ParameterLine, { type, parameters, filename }: Entity, options: HeadOptions, names: string[]) {
  names.push("Content-Type");
  head.text += `Content-Type: ${type}`;
  head.column = "Content-Type: ".length + type.length;
  if (parameters !== NO_PARAMETERS) {
    for (const name of Object.keys(parameters)) putParameter(head, name, parameters[name] ?? "", options);
  }
  if (options.boundary !== undefined) putParameter(head, "boundary", options.boundary, options);
  if (filename !== undefined) putParameter(head, "name", filename, options);
  head.text += "\r\n";
}

function addDisposition(head: ParameterLine, entity: Entity, options: HeadOptions, names: string[]): void {
  const { disposition, filename, size, creationDate, modificationDate } = entity;
  const said = disposition ?? filename ?? size ?? creationDate ?? modificationDate;
  if (said === undefined) return;
  const value = disposition ?? "attachment";
  names.push("Content-Disposition");
  head.text += `Content-Disposition: ${value}`;
  head.column = "Content-Disposition: ".length + value.length;
  if (filename !== undefined) putParameter(head, "filename", filename, options);
  if (size !== undefined) putParameter(head, "size", String(size), options);
  if (creationDate !== undefined) putParameter(head, "creation-date", formatDate(creationDate), options);
  if (modificationDate !== undefined) putParameter(head, "modification-date", formatDate(modificationDate), options);
  head.text += "\r\n";
}

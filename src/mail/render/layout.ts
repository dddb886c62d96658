// From an entity to its sheet, in one pass from top to bottom. RFC 2045, RFC 2046 s5.1.

import { isIdentityOnly } from "../message/enclosed.ts";
import type { CheckedSource } from "../message/types.ts";
import { base64LinesLength } from "../octets/base64.ts";
import { type Charset, findCharset, utf8 } from "../octets/charset.ts";
import { type Survey, survey, type TransferEncoding } from "../octets/choose.ts";
import { quotedPrintableLength } from "../octets/quoted-printable.ts";
import { writeText } from "../octets/text-body.ts";
import {
  type Boundaries,
  clashes,
  type Hazards,
  newBoundaries,
  nextBoundary,
  noteEnclosed,
  noteLines,
} from "./boundary.ts";
import { chooseEncoding, eightBitIn, isLines, sourceEncoding } from "./encoding.ts";
import { contentPlace, type Entity, octetsOf, placeOf } from "./entity.ts";
import { writeHead } from "./head.ts";
import { bytesOf, type Coding, type Job, newSheet, prepareFor, release, type Sheet } from "./sheet.ts";

/** A pass over a message. */
interface Pass {
  readonly sheet: Sheet;
  readonly boundaries: Boundaries;
  /** Composites that say 8bit. */
  readonly eightBit: ReadonlySet<Entity> | undefined;
}

type Kind = "message" | "part";

/** Lays out a checked entity: a message, or a part as it is inside a multipart (RFC 1847 s2.1). */
export function layOut(job: Job, of: Kind = "message"): Sheet {
  const eightBit = eightBitIn(job.root, job.transport);
  // A boundary that some content has is as good as impossible: it is found on the way, and the way gone once more.
  const { sheet, boundaries } = pass(job, of, eightBit);
  if (!clashes(boundaries)) return sheet;
  release(sheet);
  return pass(job, of, eightBit, boundaries.found).sheet;
}

function pass(job: Job, of: Kind, eightBit: Pass["eightBit"], hazards?: Hazards): Pass {
  const sheet = newSheet(job);
  const way: Pass = { sheet, eightBit, boundaries: newBoundaries(job.rendering.seed, hazards) };
  const ended = addEntity(way, job.root, of, job.charset);
  // The last line of the message gets its CRLF, unless that would add to a text that has none.
  if (of === "message" && !ended) sheet.text += "\r\n";
  return way;
}

// Gives false where what was added ends inside a line, which is ours to end.
function addEntity(way: Pass, entity: Entity, of: Kind, around: Charset): boolean {
  const { sheet } = way;
  const before = bytesOf(sheet);
  sheet.parts++;
  const charset = (entity.charset === undefined ? undefined : findCharset(entity.charset)) ?? around;
  let ended = true;
  if (entity.written !== undefined) addWritten(way, entity.written);
  else if (entity.content !== undefined) ended = addLeaf(way, entity, of, charset);
  else if (entity.message !== undefined) {
    addHead(way, entity, of, charset, compositeEncoding(way, entity));
    ended = addEntity(way, entity.message, "message", charset);
  } else {
    addMultipart(way, entity, of, charset);
    ended = false;
  }
  const path = placeOf(entity);
  if (path !== undefined) sheet.sizes.push({ path, bytes: bytesOf(sheet) - before });
  return ended;
}

function addHead(
  { sheet }: Pass,
  entity: Entity,
  of: Kind,
  charset: Charset,
  encoding: TransferEncoding,
  boundary?: string,
): void {
  const { legacyNames } = sheet.rendering;
  const start = sheet.text.length;
  const lengths = sheet.parts === 1 ? sheet.fieldLengths : undefined;
  sheet.text += writeHead(entity, { of, charset, encoding, boundary, legacyNames }, sheet.names, lengths);
  sheet.heads.push(start, sheet.text.length);
  sheet.text += "\r\n";
}

function compositeEncoding({ eightBit }: Pass, entity: Entity): TransferEncoding {
  return eightBit?.has(entity) ? "8bit" : "7bit";
}

// RFC 2046 s5.1.1: the CRLF before a delimiter belongs to the delimiter.
function addMultipart(way: Pass, entity: Entity, of: Kind, charset: Charset): void {
  const { sheet, boundaries } = way;
  const boundary = nextBoundary(boundaries);
  addHead(way, entity, of, charset, compositeEncoding(way, entity), boundary);
  let delimiter = `--${boundary}\r\n`;
  for (const part of entity.parts ?? []) {
    sheet.text += delimiter;
    addEntity(way, part, "part", charset);
    delimiter = `\r\n--${boundary}\r\n`;
  }
  sheet.text += `\r\n--${boundary}--`;
}

function addWritten({ sheet, boundaries }: Pass, written: Uint8Array): void {
  noteEnclosed(boundaries, written);
  addPlain({ sheet, boundaries }, written, survey(written, { stateful: true }));
}

function addLeaf(way: Pass, entity: Entity, of: Kind, charset: Charset): boolean {
  const { content } = entity;
  if (content?.kind === "source") return addSource(way, entity, content.source, of, charset);
  if (content?.kind === "text" && content.charset === utf8) return addText(way, entity, content.text, of, charset);
  const bytes = content?.kind === "text" ? octetsOf(content) : (content?.bytes ?? NONE);
  const { sheet, boundaries } = way;
  const { encoding, facts } = chooseEncoding(entity, bytes, sheet.transport, of);
  addHead(way, entity, of, charset, encoding);
  if (encoding === "base64") hold(sheet, encoding, bytes, base64LinesLength(bytes.length));
  else if (encoding === "quoted-printable") {
    const isText = isLines(entity.type);
    const size = isText ? facts?.quotedPrintableLength : undefined;
    hold(sheet, isText ? "text" : "binary", bytes, size ?? quotedPrintableLength(bytes, "binary"));
  } else {
    if (entity.type === "message/rfc822") noteEnclosed(boundaries, bytes);
    addPlain(way, bytes, facts);
  }
  return encoding !== "base64";
}

const NONE = new Uint8Array(0);

// A text is written while it is looked at, before its head, which tells how: it has its own octets.
function addText(way: Pass, entity: Entity, text: string, of: Kind, charset: Charset): boolean {
  const { sheet, boundaries } = way;
  const { octets, transport } = sheet;
  const from = octets.at;
  prepareFor(text.length, sheet);
  // mailparser and postal-mime read an empty part of a multipart as one line end, unless it is base64.
  const asked = entity.encoding ?? (text === "" && of === "part" ? "base64" : undefined);
  const { encoding, longestLine } = writeText(text, { encoding: asked, transport }, octets);
  // "=_" is in every boundary of ours.
  if (encoding !== "base64" && encoding !== "quoted-printable" && text.includes("=_")) {
    noteLines(boundaries, octets.bytes.subarray(from, octets.at));
  }
  addHead(way, entity, of, charset, encoding);
  hold(sheet, "plain", from, octets.at - from, longestLine);
  return encoding !== "base64";
}

function addPlain({ sheet, boundaries }: Omit<Pass, "eightBit">, bytes: Uint8Array, facts: Survey | undefined): void {
  noteLines(boundaries, bytes);
  hold(sheet, "plain", bytes, bytes.length, facts?.longestLine ?? 0);
}

// RFC 2045 s6.7(5), s6.8: both encodings have lines of at most 76.
const ENCODED_LINE = 76;

function hold(sheet: Sheet, coding: Coding, content: Uint8Array | number, size: number, longest = ENCODED_LINE): void {
  sheet.held.push({ at: sheet.text.length, coding, content, size, path: NO_PATH });
  sheet.heldBytes += size;
  if (longest > sheet.longestHeld) sheet.longestHeld = longest;
}

const NO_PATH: readonly [] = [];

function addSource(way: Pass, entity: Entity, source: CheckedSource, of: Kind, charset: Charset): boolean {
  const { sheet } = way;
  const encoding = sourceEncoding(entity);
  const path = contentPlace(entity);
  addHead(way, entity, of, charset, encoding);
  // An enclosed message that no one has read yet: for measuring only, since it is read before it is written. What must
  // be encoded inside it makes it longer.
  const isPending = isIdentityOnly(entity.type);
  if (isPending) sheet.pending.push(path);
  else sheet.longestHeld = Math.max(sheet.longestHeld, ENCODED_LINE);
  const coding = encoding === "base64" ? "base64" : isLines(entity.type) ? "text" : "binary";
  const isKnown = coding === "base64" && source.size !== undefined;
  const size = isKnown ? base64LinesLength(source.size) : undefined;
  if (!isPending) sheet.held.push({ at: sheet.text.length, coding, content: source, size, path });
  sheet.heldBytes += size ?? source.size ?? 0;
  if (size === undefined) sheet.exact = false;
  return encoding !== "base64";
}

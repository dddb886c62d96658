// The outline of raw bytes that another program composed: fields and parts by their offsets. Nothing is copied or
// decoded but the values of fields; one forward pass with a stack of open parts. RFC 5322 s2.2, RFC 2046 s5.1.
import { findField, isEncoded, readContentFields } from "./content.ts";
import { type HeadDefectKind, type RawField, readHead } from "./head.ts";
import type { NameText, ParameterDefect } from "./parameters.ts";
import { decodeText, isBlank, lineEnd, nextLine } from "./text.ts";

export { findField } from "./content.ts";
export type { RawField } from "./head.ts";

/** What can be wrong with the structure of raw bytes. */
export type RawDefectKind =
  | HeadDefectKind
  | "type"
  | "disposition"
  | "encoding"
  | "boundary-missing"
  | "boundary-illegal"
  | "boundary-repeated"
  | "boundary-prefix"
  | "boundary-unused"
  | "boundary-unclosed"
  | "parts"
  | "depth";

/** A fault, and where it is. */
export interface RawDefect {
  readonly kind: RawDefectKind;
  readonly offset: number;
  /** Number of the line in the file, from 1. */
  readonly line: number;
  /** For `type` and `disposition`: what breaks the grammar. */
  readonly parameters?: readonly ParameterDefect[];
  /** For the parameter defect `equals`: what is in place of the first missing `=`; empty when nothing does. */
  readonly unexpected?: string;
}

/** A message or part in raw bytes. All offsets count from the start of the bytes. */
export interface RawPart {
  readonly headStart: number;
  /** After the last field: where another field can be put. */
  readonly headEnd: number;
  readonly headLine: number;
  readonly bodyStart: number;
  /** Before the line end that belongs to the delimiter. */
  readonly bodyEnd: number;
  readonly bodyLine: number;
  readonly fields: readonly RawField[];
  /** Lower-case `type/subtype`; the default of RFC 2045 s5.2 or RFC 2046 s5.1.5 where there is none to be read. */
  readonly type: string;
  /** Of Content-Type: names lower case, values of RFC 2231 decoded, sections joined. */
  readonly parameters: ReadonlyMap<string, string>;
  /** Lower-case Content-Transfer-Encoding; `7bit` when absent. */
  readonly encoding: string;
  readonly disposition?: string;
  /** From Content-Disposition, else the `name` of Content-Type. */
  readonly filename?: string;
  /** Every name that some reader may take for the file's. */
  readonly filenames: readonly string[];
  readonly parts: readonly RawPart[];
  /** The message that a message/rfc822 part encloses. */
  readonly message?: RawPart;
  readonly defects: readonly RawDefect[];
}

/** How much of the bytes to read. What is over ends up as a defect, never as an error. */
export interface RawCaps {
  readonly parts: number;
  /** Composite parts inside one another. */
  readonly depth: number;
  /** Octets of one head. */
  readonly headBytes: number;
  /** Fields of one head. */
  readonly fields: number;
}

/** Caps for bytes of unknown origin. */
export const rawCaps: RawCaps = { parts: 10_000, depth: 100, headBytes: 1_048_576, fields: 10_000 };

interface Building extends RawPart {
  bodyEnd: number;
  readonly parts: Building[];
  message?: Building;
  readonly defects: RawDefect[];
  boundary?: string;
  closed: boolean;
}

interface Scan {
  readonly bytes: Uint8Array;
  readonly caps: RawCaps;
  readonly nameText: NameText | undefined;
  at: number;
  line: number;
  /** Open parts, outermost first. */
  readonly open: Building[];
  /** Boundary of an open multipart -> its place in `open`. */
  readonly boundaries: Map<string, number>;
  longestBoundary: number;
  parts: number;
  full: boolean;
}

/**
 * Finds the fields and parts of a message in raw bytes. Never throws, whatever the bytes; time and memory are linear
 * in their number. Lines end with CRLF or LF.
 *
 * @param bytes - a message as it travels or as it lies in an `.eml` file
 * @param caps - how much to read
 * @param nameText - what names of files mean that are not in the extended form; as they are written when absent
 * @returns the outermost part; what is wrong is in the `defects` of its part
 * @example
 * outlineRaw(await readFile("mail.eml")).parts.map((part) => part.type); // ["text/plain", "application/pdf"]
 */
export function outlineRaw(bytes: Uint8Array, caps: RawCaps = rawCaps, nameText?: NameText): RawPart {
  const scan: Scan = {
    bytes,
    caps,
    nameText,
    at: 0,
    line: 1,
    open: [],
    boundaries: new Map(),
    longestBoundary: 0,
    parts: 0,
    full: false,
  };
  const root = openParts(scan, undefined);
  while (scan.at < bytes.length && !scan.full) readBodyLine(scan);
  closeParts(scan, 0, bytes.length);
  return root;
}

// RFC 2046 s5.1.5: a part of a digest is a message unless it says otherwise.
function defaultType(parent: Building | undefined): string {
  return parent?.type === "multipart/digest" ? "message/rfc822" : "text/plain";
}

// Opens the part that starts here and, where it is an enclosed message, the message too.
function openParts(scan: Scan, parent: Building | undefined): Building {
  const first = openPart(scan, parent);
  let part = first;
  while (enclosesMessage(part)) {
    if (!hasRoom(scan, part)) break;
    const inner = openPart(scan, part);
    part.message = inner;
    part = inner;
  }
  return first;
}

// RFC 2046 s5.2.1: an enclosed message is not encoded. Where it is, its bytes are a message only once they are decoded.
function enclosesMessage(part: Building): boolean {
  if (part.type !== "message/rfc822" && part.type !== "message/global") return false;
  return !isEncoded(part.encoding);
}

function hasRoom(scan: Scan, part: Building): boolean {
  if (scan.open.length > scan.caps.depth) addDefect(part, "depth", part.bodyStart, part.bodyLine);
  else if (scan.parts >= scan.caps.parts) stopScan(scan, part, scan);
  else return true;
  return false;
}

function stopScan(scan: Scan, part: Building, { at, line }: Pick<Scan, "at" | "line">): void {
  addDefect(part, "parts", at, line);
  scan.full = true;
}

function openPart(scan: Scan, parent: Building | undefined): Building {
  const headStart = scan.at;
  const head = readHead({
    bytes: scan.bytes,
    start: headStart,
    line: scan.line,
    headBytes: scan.caps.headBytes,
    fields: scan.caps.fields,
    endsAt: (start, next) => delimiterAt(scan, start, next) !== undefined,
  });
  const { description, defects } = readContentFields(head.fields, defaultType(parent), scan.nameText);
  const part: Building = {
    headStart,
    headEnd: head.end,
    headLine: scan.line,
    bodyStart: head.bodyStart,
    bodyEnd: head.bodyStart,
    bodyLine: head.bodyLine,
    fields: head.fields,
    ...description,
    parts: [],
    defects: [...head.defects, ...defects],
    closed: false,
  };
  const isMessage = parent === undefined || !parent.type.startsWith("multipart/");
  const unread = head.defects.some((defect) => defect.kind === "head-too-long");
  if (isMessage && head.fields.length === 0 && !unread) addDefect(part, "no-fields", headStart, scan.line);
  scan.at = head.bodyStart;
  scan.line = head.bodyLine;
  scan.parts++;
  scan.open.push(part);
  if (part.type.startsWith("multipart/")) openMultipart(scan, part);
  return part;
}

function addDefect(part: Building, kind: RawDefectKind, offset: number, line: number): void {
  part.defects.push({ kind, offset, line });
}

// RFC 2046 s5.1.1: 1 to 70 characters, no blank at the end.
const legalBoundary = /^[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]$/;

function openMultipart(scan: Scan, part: Building): void {
  const given = part.parameters.get("boundary") ?? "";
  const field = findField(part.fields, "content-type");
  const tell = (kind: RawDefectKind): void =>
    addDefect(part, kind, field?.start ?? part.headStart, field?.line ?? part.headLine);
  if (given === "") tell("boundary-missing");
  else if (!legalBoundary.test(given)) tell("boundary-illegal");
  // Blanks at the end of a delimiter line are padding, so they cannot be distinguished from those of the boundary.
  const boundary = given.slice(0, contentEnd(given));
  if (boundary === "") return;
  if (scan.open.length > scan.caps.depth) addDefect(part, "depth", part.bodyStart, part.bodyLine);
  // An enclosing multipart has the first word on its delimiter.
  else if (scan.boundaries.has(boundary)) tell("boundary-repeated");
  else {
    if (isPrefix(scan, boundary)) tell("boundary-prefix");
    part.boundary = boundary;
    scan.boundaries.set(boundary, scan.open.length - 1);
    scan.longestBoundary = Math.max(scan.longestBoundary, boundary.length * 3);
  }
}

// Readers that compare only the start of a line take the one for the other.
function isPrefix(scan: Scan, boundary: string): boolean {
  for (const other of scan.boundaries.keys()) {
    if (other.startsWith(boundary) || boundary.startsWith(other)) return true;
  }
  return false;
}

function contentEnd(text: string): number {
  let end = text.length;
  while (end > 0 && isBlank(text.charCodeAt(end - 1))) end--;
  return end;
}

interface Delimiter {
  /** Place in `open` of the multipart it belongs to. */
  readonly index: number;
  readonly closes: boolean;
}

// Looks a line up among the open boundaries: one look-up for each line, however many are open.
function delimiterAt(scan: Scan, start: number, next: number): Delimiter | undefined {
  const { bytes, boundaries } = scan;
  if (boundaries.size === 0 || bytes[start] !== 0x2d || bytes[start + 1] !== 0x2d) return undefined;
  let end = lineEnd(bytes, next, start);
  while (end > start + 2 && isBlank(bytes[end - 1])) end--;
  if (end - start > scan.longestBoundary + 4) return undefined;
  const text = decodeText(bytes.subarray(start + 2, end));
  const opens = boundaries.get(text);
  if (opens !== undefined) return { index: opens, closes: false };
  const closes = text.endsWith("--") ? boundaries.get(text.slice(0, -2)) : undefined;
  return closes === undefined ? undefined : { index: closes, closes: true };
}

// Lines that cannot be delimiters: nearly all.
function skipContent(scan: Scan): void {
  const { bytes } = scan;
  let { at, line } = scan;
  while (at < bytes.length && !(bytes[at] === 0x2d && bytes[at + 1] === 0x2d)) {
    const lf = bytes.indexOf(0x0a, at);
    at = lf < 0 ? bytes.length : lf + 1;
    line++;
  }
  scan.at = at;
  scan.line = line;
}

function readBodyLine(scan: Scan): void {
  skipContent(scan);
  if (scan.at >= scan.bytes.length) return;
  const start = scan.at;
  const next = nextLine(scan.bytes, start, scan.bytes.length);
  const delimiter = delimiterAt(scan, start, next);
  if (delimiter !== undefined) closeParts(scan, delimiter.index + 1, start);
  const line = scan.line++;
  scan.at = next;
  if (delimiter === undefined) return;
  const parent = scan.open[delimiter.index];
  if (parent?.boundary === undefined) return;
  if (delimiter.closes) {
    // What follows is the epilogue: the boundary means nothing any more.
    parent.closed = true;
    scan.boundaries.delete(parent.boundary);
  } else if (scan.parts >= scan.caps.parts) stopScan(scan, parent, { at: start, line });
  else parent.parts.push(openParts(scan, parent));
}

// Ends all open parts from that place on; the line end before a delimiter belongs to the delimiter.
function closeParts(scan: Scan, from: number, at: number): void {
  const atDelimiter = at < scan.bytes.length || from > 0;
  for (let index = scan.open.length - 1; index >= from; index--) {
    const part = scan.open[index];
    if (part === undefined) continue;
    part.bodyEnd = Math.max(part.bodyStart, atDelimiter ? lineEnd(scan.bytes, at, part.bodyStart) : at);
    if (part.boundary === undefined || scan.full) continue;
    if (!part.closed) {
      const kind = part.parts.length === 0 ? "boundary-unused" : "boundary-unclosed";
      addDefect(part, kind, at, scan.line);
    }
    scan.boundaries.delete(part.boundary);
  }
  scan.open.length = from;
}

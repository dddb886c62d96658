// The head of a message or part in raw bytes: its fields with their offsets, and what is wrong with its lines.
// RFC 5322 s2.2, RFC 2045 s3.
import { decodeText, isBlank, lineEnd, nextLine, trimBlanks } from "./text.ts";

/** A field as it is in the bytes. */
export interface RawField {
  readonly name: string;
  /** Unfolded, without blanks at either end; UTF-8 where the octets are UTF-8, else one character an octet. */
  readonly value: string;
  /** Offset of the first octet of the name. */
  readonly start: number;
  /** Offset after the colon. */
  readonly valueStart: number;
  /** Offset after the last line end of the field. */
  readonly end: number;
  /** Number of the field's first line in the file, from 1. */
  readonly line: number;
}

/** What can be wrong with the lines of a head. */
export type HeadDefectKind =
  | "byte-order-mark"
  | "mbox-line"
  | "no-fields"
  | "no-blank-line"
  | "malformed-field"
  | "empty-name"
  | "name-blank"
  | "blank-fold"
  | "head-too-long"
  | "too-many-fields";

/** A fault and where it is. */
export interface HeadDefect {
  readonly kind: HeadDefectKind;
  readonly offset: number;
  /** Number of the line in the file, from 1. */
  readonly line: number;
}

/** A head that was read. */
export interface RawHead {
  readonly fields: readonly RawField[];
  readonly defects: readonly HeadDefect[];
  /** Offset after the last field: where another field can be put. */
  readonly end: number;
  /** Offset after the blank line. */
  readonly bodyStart: number;
  readonly bodyLine: number;
}

/** What to read and how much of it. */
export interface HeadScan {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly line: number;
  readonly headBytes: number;
  readonly fields: number;
  /** True for the line of an open multipart, which ends a head without a blank line. */
  readonly endsAt: (start: number, next: number) => boolean;
}

interface Work {
  readonly scan: HeadScan;
  readonly fields: RawField[];
  readonly defects: HeadDefect[];
  at: number;
  line: number;
  full: boolean;
}

// More faults than that in one head say nothing new.
const mostDefects = 50;

/** Reads a head from `start` to its blank line, to a delimiter line, or to the end of the bytes. */
export function readHead(scan: HeadScan): RawHead {
  const { bytes } = scan;
  const work: Work = { scan, fields: [], defects: [], at: scan.start, line: scan.line, full: false };
  if (scan.start === 0 && startsWithMark(bytes)) {
    tell(work, "byte-order-mark", 0, scan.line);
    work.at = MARK.length;
  }
  while (work.at < bytes.length) {
    const next = nextLine(bytes, work.at, bytes.length);
    if (lineEnd(bytes, next, work.at) === work.at) return finish(work, next, work.line + 1);
    if (scan.endsAt(work.at, next)) break;
    readField(work, next);
  }
  tell(work, "no-blank-line", work.at, work.line);
  return finish(work, work.at, work.line);
}

// Editors of text put it before a file of UTF-8; it is not part of a message.
const MARK = [0xef, 0xbb, 0xbf];

function startsWithMark(bytes: Uint8Array): boolean {
  return MARK.every((octet, index) => bytes[index] === octet);
}

function finish(work: Work, bodyStart: number, bodyLine: number): RawHead {
  return { fields: work.fields, defects: work.defects, end: work.at, bodyStart, bodyLine };
}

function tell(work: Work, kind: HeadDefectKind, offset: number, line: number): void {
  if (work.defects.length < mostDefects) work.defects.push({ kind, offset, line });
}

// One field with its continuation lines. `first` is where its second line would start.
function readField(work: Work, first: number): void {
  const { bytes } = work.scan;
  const start = work.at;
  const line = work.line;
  let end = first;
  work.line++;
  while (isBlank(bytes[end])) {
    const next = nextLine(bytes, end, bytes.length);
    // RFC 5322 s3.2.2: a folded line has something on it.
    if (isBlankRange(bytes, end, lineEnd(bytes, next, end))) tell(work, "blank-fold", end, work.line);
    end = next;
    work.line++;
  }
  work.at = end;
  if (work.full) return;
  const over = excess(work);
  work.full = over !== undefined;
  if (over !== undefined) tell(work, over, start, line);
  const field = over === undefined ? makeField(work, { start, first, end, line }) : undefined;
  if (field !== undefined) work.fields.push(field);
}

function excess({ scan, at, fields }: Work): HeadDefectKind | undefined {
  if (at - scan.start > scan.headBytes) return "head-too-long";
  return fields.length >= scan.fields ? "too-many-fields" : undefined;
}

interface FieldLines {
  readonly start: number;
  readonly first: number;
  readonly end: number;
  readonly line: number;
}

function makeField(work: Work, { start, first, end, line }: FieldLines): RawField | undefined {
  const { bytes } = work.scan;
  let nameEnd = start;
  while (nameEnd < first && isFieldNameOctet(bytes[nameEnd] ?? 0)) nameEnd++;
  let colon = nameEnd;
  while (isBlank(bytes[colon])) colon++;
  if (bytes[colon] !== 0x3a || colon >= first) {
    tell(work, startsMbox(bytes, start) && start === 0 ? "mbox-line" : "malformed-field", start, line);
    return undefined;
  }
  if (nameEnd === start) {
    tell(work, "empty-name", start, line);
    return undefined;
  }
  if (colon > nameEnd) tell(work, "name-blank", start, line);
  const value = trimBlanks(decodeText(bytes.subarray(colon + 1, end)).replace(/\r?\n/g, ""));
  return { name: decodeText(bytes.subarray(start, nameEnd)), value, start, valueStart: colon + 1, end, line };
}

// RFC 5322 s2.2: printable ASCII but colon.
function isFieldNameOctet(octet: number): boolean {
  return octet > 0x20 && octet < 0x7f && octet !== 0x3a;
}

function isBlankRange(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (!isBlank(bytes[at])) return false;
  return true;
}

// `From ` opens a message in an mbox file (RFC 4155); it is not a field.
function startsMbox(bytes: Uint8Array, at: number): boolean {
  return [0x46, 0x72, 0x6f, 0x6d, 0x20].every((octet, index) => bytes[at + index] === octet);
}

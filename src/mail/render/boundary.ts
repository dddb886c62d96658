// Boundaries: from the seed and the place in the tree, and proved absent from all content that is written as it is.
// RFC 2046 s5.1.1.
import { errorIssue, MessageError } from "../../issues.ts";
import { outlineRaw, type RawPart } from "../read/outline.ts";

// Names that look random and are not: the same seed gives the same boundary and Message-ID. No secrecy is meant.

/** 128 bits of the texts as 32 lower-case hexadecimal digits. Equal texts give equal digits on every machine. */
export function digest(...texts: readonly string[]): string {
  // Four lanes of 32 bits, each with its own odd multiplier, as multiplicative hashing wants them.
  let a = 0x9e3779b1;
  let b = 0x85ebca6b;
  let c = 0xc2b2ae35;
  let d = 0x27d4eb2f;
  for (const text of texts) {
    // One more unit ends each text, so that ("ab", "c") and ("a", "bc") differ.
    for (let index = 0; index <= text.length; index++) {
      const unit = index === text.length ? 0x10000 + index : text.charCodeAt(index);
      a = Math.imul(a ^ unit, 0x9e3779b1);
      a ^= a >>> 15;
      b = Math.imul(b ^ unit, 0x85ebca6b);
      b ^= b >>> 15;
      c = Math.imul(c ^ unit, 0xc2b2ae35);
      c ^= c >>> 15;
      d = Math.imul(d ^ unit, 0x27d4eb2f);
      d ^= d >>> 15;
    }
  }
  return hex(a) + hex(b) + hex(c) + hex(d);
}

function hex(lane: number): string {
  const product = Math.imul(lane, 0x85ebca6b);
  const mixed = product ^ (product >>> 16);
  return String.fromCharCode(
    digit(mixed >>> 28),
    digit((mixed >>> 24) & 15),
    digit((mixed >>> 20) & 15),
    digit((mixed >>> 16) & 15),
    digit((mixed >>> 12) & 15),
    digit((mixed >>> 8) & 15),
    digit((mixed >>> 4) & 15),
    digit(mixed & 15),
  );
}

// The unit of a hexadecimal digit: `toString(16)` takes the way of fractions for numbers above 31 bits.
function digit(value: number): number {
  return value < 10 ? 0x30 + value : 0x57 + value;
}

// "=_" cannot occur in quoted-printable or base64 (RFC 2045 s6.7(1)), so encoded content needs no search.
const MARK = "=_";
const POSITION_DIGITS = 5;
const DIGEST_DIGITS = 24;
/** All boundaries have this length, so that none is the beginning of another. */
const LENGTH = DIGEST_DIGITS + MARK.length + POSITION_DIGITS;
const ATTEMPTS = 1000;

const DASH = 0x2d;
const EQUALS = 0x3d;
const UNDERSCORE = 0x5f;
const CR = 0x0d;
const LF = 0x0a;

/** What a boundary must not look like. */
export interface Hazards {
  /** What is behind `--` on lines of content that look like a delimiter of ours, cut to a boundary's length. */
  readonly lines: Set<string>;
  /** Boundaries of enclosed messages: none may be the beginning of ours. */
  readonly enclosed: Set<string>;
}

/** The boundaries of one message, one after another, and the hazards that were met meanwhile. */
export interface Boundaries {
  readonly seed: string;
  readonly known: Hazards | undefined;
  found: Hazards | undefined;
  readonly used: string[];
  attempt: number;
  prefix: string;
}

/** No boundary yet. @param known - hazards of an earlier pass over the same contents */
export function newBoundaries(seed: string, known?: Hazards): Boundaries {
  return { seed, known, found: undefined, used: [], attempt: 0, prefix: "" };
}

/** The next boundary. */
export function nextBoundary(all: Boundaries): string {
  const place = String(all.used.length + 1).padStart(POSITION_DIGITS, "0");
  // A collision takes the next value of the same sequence: same input, same bytes.
  for (; all.attempt < ATTEMPTS; all.attempt++, all.prefix = "") {
    if (all.prefix === "") all.prefix = prefixOf(all.seed, all.attempt);
    const boundary = all.prefix + place;
    if (all.known !== undefined && collides(boundary, all.known)) continue;
    all.used.push(boundary);
    return boundary;
  }
  const message = `no boundary of ${ATTEMPTS} is absent from the content`;
  throw new MessageError([errorIssue("render.scan", [], message, { rfc: "RFC 2046 s5.1.1" })]);
}

function prefixOf(seed: string, attempt: number): string {
  return digest(seed, "boundary", String(attempt)).slice(0, DIGEST_DIGITS) + MARK;
}

/** True when content that was met has one of the boundaries that are used. */
export function clashes({ used, found }: Boundaries): boolean {
  return found !== undefined && used.some((boundary) => collides(boundary, found));
}

function collides(boundary: string, { lines, enclosed }: Hazards): boolean {
  if (lines.has(boundary)) return true;
  if (enclosed.size === 0) return false;
  for (let length = 1; length <= LENGTH; length++) if (enclosed.has(boundary.slice(0, length))) return true;
  return false;
}

function hazardsOf(all: Boundaries): Hazards {
  all.found ??= { lines: new Set(), enclosed: new Set() };
  return all.found;
}

/** Notes the hazards in content that is written as it is. One pass over its bytes. */
export function noteLines(all: Boundaries, bytes: Uint8Array): void {
  for (let at = bytes.indexOf(DASH); at >= 0; at = bytes.indexOf(DASH, at + 1)) {
    const lineStart = at === 0 || bytes[at - 1] === LF || bytes[at - 1] === CR;
    if (lineStart && bytes[at + 1] === DASH && hasMark(bytes, at + 2))
      hazardsOf(all).lines.add(beginning(bytes, at + 2));
  }
}

// A line without the mark in its place looks like no boundary of ours: of text full of dashes nothing is kept.
function hasMark(bytes: Uint8Array, start: number): boolean {
  return bytes[start + DIGEST_DIGITS] === EQUALS && bytes[start + DIGEST_DIGITS + 1] === UNDERSCORE;
}

function beginning(bytes: Uint8Array, from: number): string {
  return String.fromCharCode(...bytes.subarray(from, from + LENGTH));
}

/** Notes the boundaries that an enclosed message, or a part that is written already, has itself. */
export function noteEnclosed(all: Boundaries, bytes: Uint8Array): void {
  const open: RawPart[] = [outlineRaw(bytes)];
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    const boundary = part.parameters.get("boundary");
    if (boundary !== undefined) hazardsOf(all).enclosed.add(boundary);
    for (const child of part.parts) open.push(child);
    if (part.message !== undefined) open.push(part.message);
  }
}

// Quoted-printable (RFC 2045 s6.7), octet for octet what src/mail/octets/kernel/quote.ts writes, with the same marks.
import { INPUT, OUTPUT, tell, told } from "./layout";

/** RFC 2045 s6.7(5): no more than 76 characters a line, the "=" of a soft break included. */
const MAX_COLUMN: i32 = 76;
/** "=", CR, LF in the order of memory. */
const SOFT_BREAK: u32 = 0x0a0d3d;
/** CR and LF in the order of memory. */
const CRLF: u16 = 0x0a0d;
const FROM: u32 = 0x6d6f7246;

// Loaded before the loop, they stay in registers: assembly/base64.ts.
const SPLATS = memory.data<u32>(
  [
    0x20202020, 0x20202020, 0x20202020, 0x20202020, 0x09090909, 0x09090909, 0x09090909, 0x09090909, 0x3d3d3d3d,
    0x3d3d3d3d, 0x3d3d3d3d, 0x3d3d3d3d, 0x7f7f7f7f, 0x7f7f7f7f, 0x7f7f7f7f, 0x7f7f7f7f,
  ],
  16,
);

const TAB: u8 = 0x09;
const LF: u8 = 0x0a;
const CR: u8 = 0x0d;
const SPACE: u8 = 0x20;
const PERIOD: u8 = 0x2e;
const EQUALS: u8 = 0x3d;
const F: u8 = 0x46;
const DEL: u8 = 0x7f;

/** The content or its line ends at the end of what is known. */
const FINAL: i32 = 1;
/** CRLF is a line break, not data. */
const HARD_BREAKS: i32 = 2;

// The kinds and marks of kernel/quote.ts.
const ESCAPED_EQUALS: i32 = 1 << 4;
const CONTROL: i32 = 1 << 5;
const NUL: i32 = 1 << 6;
const ESCAPE: i32 = 1 << 7;
const LINE_END: i32 = 1 << 8;
const EIGHT_BIT: i32 = 1 << 9;
const GUARDED: i32 = 1 << 10;
const BLANK_AT_END: i32 = 1 << 11;

// Where what is known ends, and what that means.
let edge: usize = 0;
let options: i32 = 0;

/**
 * Encodes the tokens that start before `limit`; what follows up to `end` is only looked at. The numbers: octets read,
 * octets written, the column, all marks, octets of the open line and of the longest one before it.
 */
export function quote(limit: i32, end: i32, flags: i32): void {
  let from: usize = INPUT;
  let to: usize = OUTPUT;
  let column = told(2);
  let marks = told(3);
  let line = told(4);
  let longest = told(5);
  const spaces = v128.load(SPLATS);
  const tabs = v128.load(SPLATS, 16);
  const equals = v128.load(SPLATS, 32);
  const dels = v128.load(SPLATS, 48);
  const last = INPUT + limit;
  edge = INPUT + end;
  options = flags;
  // What is not known reads as NUL, which is no line end, no blank and no part of a character.
  v128.store(edge, i8x16.splat(0));
  while (from < last) {
    if (column > 0 || isPlain(load<u8>(from))) {
      // Up to column 75 no token but a line end needs a decision.
      const start = from;
      let room = MAX_COLUMN - 1 - column;
      while (room > 0 && from < last) {
        const octets = v128.load(from);
        // RFC 2045 s6.7(2), s6.7(3): space, tab and "!" to "~" but "=" may stand for themselves. As signed numbers,
        // octets above 127 are below all others.
        const outside = v128.andnot(i8x16.lt_s(octets, spaces), i8x16.eq(octets, tabs));
        const inside = v128.or(i8x16.eq(octets, equals), i8x16.eq(octets, dels));
        const found = i8x16.bitmask(v128.or(outside, inside));
        const most = min<i32>(room, <i32>(last - from));
        v128.store(to, octets);
        // A constant step: the next load need not wait for what this one brings.
        if (found === 0 && most >= 16) {
          from += 16;
          to += 16;
          room -= 16;
          continue;
        }
        const run = ctz<i32>(found | 0x10000);
        const count = min<i32>(run, most);
        from += count;
        to += count;
        room -= count;
        if (count < run || from >= last) break;
        let octet = load<u8>(from);
        if (octet === CR || octet === LF) break;
        let size = charOctets(from);
        do {
          if (room < 3 * size) break;
          marks |= markOf(octet);
          to = writeEscapes(from, size, to);
          from += size;
          room -= 3 * size;
          octet = load<u8>(from);
          size = charOctets(from);
        } while (octet > DEL && from < last);
        if (room < 3 * size) break;
      }
      if (from > start && isBlank(load<u8>(from - 1)) && endsLine(from)) {
        from--;
        to--;
        room++;
      }
      column = MAX_COLUMN - 1 - room;
      line += <i32>(from - start);
      if (from >= last) break;
    }
    // One token, or the soft break before it.
    const octet = load<u8>(from);
    if ((options & HARD_BREAKS) !== 0 && load<u16>(from) === CRLF) {
      store<u16>(to, CRLF);
      from += 2;
      to += 2;
      longest = max(longest, line);
      column = 0;
      line = 0;
      continue;
    }
    const size = charOctets(from);
    let width = 3 * size;
    if (octet < SPACE ? octet !== TAB : octet >= DEL || octet === EQUALS) marks |= markOf(octet);
    else if (isBlank(octet) && endsLine(from + 1)) marks |= BLANK_AT_END;
    else if (column > 0 || !isGuarded(from)) width = 1;
    else if (line === 0) marks |= GUARDED;
    const after = column + width;
    if (after > MAX_COLUMN || (after === MAX_COLUMN && !endsLine(from + size))) {
      store<u32>(to, SOFT_BREAK);
      to += 3;
      column = 0;
      continue;
    }
    if (width === 1) store<u8>(to++, octet);
    else to = writeEscapes(from, size, to);
    from += size;
    line += size;
    column = after;
  }
  tell(0, <i32>(from - INPUT));
  tell(1, <i32>(to - OUTPUT));
  tell(2, column);
  tell(3, marks);
  tell(4, line);
  tell(5, longest);
}

function markOf(octet: u8): i32 {
  if (octet > DEL) return EIGHT_BIT;
  if (octet === EQUALS) return ESCAPED_EQUALS;
  if (octet === CR || octet === LF) return LINE_END;
  return octet === 0 ? NUL : octet === 0x1b ? ESCAPE : CONTROL;
}

// Writes up to five octets as "=XX", all at once; what is too much will be written over.
function writeEscapes(from: usize, count: i32, to: usize): usize {
  const octets = v128.load64_zero(from);
  const high = v128.and(i16x8.shr_u(octets, 4), i8x16.splat(15));
  const low = v128.and(octets, i8x16.splat(15));
  const nibbles = i8x16.shuffle(high, low, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  const digits = i8x16.swizzle(i8x16(48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 65, 66, 67, 68, 69, 70), nibbles);
  const equals = i8x16.splat(EQUALS);
  v128.store(to, i8x16.shuffle(digits, equals, 16, 0, 1, 16, 2, 3, 16, 4, 5, 16, 6, 7, 16, 8, 9, 16));
  return to + 3 * count;
}

// What needs no decision at the beginning of a line either.
function isPlain(octet: u8): bool {
  return octet > PERIOD && octet < DEL && octet !== EQUALS && octet !== F;
}

function isBlank(octet: u8): bool {
  return octet === SPACE || octet === TAB;
}

function endsLine(at: usize): bool {
  if (at >= edge) return (options & FINAL) !== 0;
  return (options & HARD_BREAKS) !== 0 && load<u16>(at) === CRLF;
}

// RFC 2049 s3: a line that gateways alter.
function isGuarded(at: usize): bool {
  return load<u8>(at) === PERIOD || (load<u32>(at) === FROM && load<u8>(at, 4) === SPACE);
}

// RFC 3629 s4: a lead octet and its continuations are one token, anything else is one by itself.
function charOctets(at: usize): i32 {
  const lead = load<u8>(at);
  if (lead < 0xc2 || lead > 0xf4 || !isContinuation(at + 1)) return 1;
  if (lead < 0xe0 || !isContinuation(at + 2)) return 2;
  return lead < 0xf0 || !isContinuation(at + 3) ? 3 : 4;
}

function isContinuation(at: usize): bool {
  return (load<u8>(at) & 0xc0) === 0x80;
}

// Quoted-printable (RFC 2045 s6.7), octet for octet what src/mail/octets/kernel/quoted-printable-lines.ts writes. The same
// kernel measures: its caller then leaves the output where it is.
import { INPUT, LINE_ENDS, OUTPUT, PATTERNS, SPECIALS, tell } from "./layout";
import { CR, CRLF, DEL, EQUALS, isBlank, isCrlf, isGuarded, LF, TAB } from "./octets";

/** RFC 2045 s6.7(5): no more than 76 characters a line, the "=" of a soft break included. */
const MAX_COLUMN: i32 = 76;
/** "=", CR, LF in the order of memory. */
const SOFT_BREAK: u32 = 0x0a0d3d;

/** The content or its line ends at the end of what is known. */
const FINAL: i32 = 1;
/** CRLF is a line break, not data. */
const HARD_BREAKS: i32 = 2;

/** Octets that are expanded at once, and how many of them must be escaped for that to pay. */
const BLOCK: i32 = 8;
const DENSE: i32 = 3;
const PATTERN_SIZE: usize = 32;

/**
 * Lists, for every choice of the eight octets that are escaped, where each octet of the output comes from: 0 to 7 the
 * low digit of an octet, 8 to 15 the high one, 16 to 23 the octet itself, 24 the "=". To be called once.
 */
export function preparePatterns(): void {
  for (let choice = 0; choice < 256; choice++) {
    let to = PATTERNS + <usize>choice * PATTERN_SIZE;
    for (let octet = 0; octet < BLOCK; octet++) {
      if (((choice >> octet) & 1) !== 0) {
        store<u8>(to, 24);
        store<u8>(to, 8 + octet, 1);
        store<u8>(to, octet, 2);
        to += 3;
      } else store<u8>(to++, 16 + octet);
    }
  }
}

// Where the encoder stands: what it has read, what it has written, how far the current line is.
let from: usize = 0;
let to: usize = 0;
let column: i32 = 0;
// Where what is known ends, and what that means.
let edge: usize = 0;
let options: i32 = 0;

/**
 * Encodes the tokens that start before `limit`; what follows up to `end` is only looked at. Tells how many octets were
 * read, how many written, and the column it stopped at.
 */
export function quotedPrintable(limit: i32, end: i32, columnBefore: i32, flags: i32): void {
  from = INPUT;
  to = OUTPUT;
  column = columnBefore;
  edge = INPUT + end;
  options = flags;
  const last = INPUT + limit;
  // What is not known reads as NUL, which is no line end, no blank and no part of a character.
  v128.store(edge, i8x16.splat(0));
  mapOctets(<usize>end);
  while (from < last) {
    if (column > 0 || !isGuarded(from)) fillLine(last);
    // Now a hard break, a guarded octet, a blank that ends a line, or a token near an edge.
    if (from < last) takeToken();
  }
  tell(0, <i32>(from - INPUT));
  tell(1, <i32>(to - OUTPUT));
  tell(2, column);
}

function mapOctets(end: usize): void {
  for (let at: usize = 0; at <= end; at += 16) {
    const octets = v128.load(INPUT + at);
    store<u16>(SPECIALS + (at >> 3), i8x16.bitmask(specials(octets)));
    store<u16>(LINE_ENDS + (at >> 3), i8x16.bitmask(lineEnds(octets)));
  }
}

// Writes what fits up to column 75: there, no token but a line break needs a decision.
function fillLine(last: usize): void {
  // Local variables are held in registers, the module's are not.
  const start = from;
  let at = from;
  let output = to;
  let room = MAX_COLUMN - 1 - column;
  while (room >= 0 && at < last) {
    const octets = v128.load(at);
    const marks = bitsAt(SPECIALS, at);
    const left = <i32>(last - at);
    const run = ctz<i32>(marks | 0x10000);
    v128.store(output, octets);
    // A constant step: the next load need not wait for what this one brings.
    if (run >= 16 && room >= 16 && left >= 16) {
      at += 16;
      output += 16;
      room -= 16;
      continue;
    }
    if (run >= room || run >= left) {
      const count = min<i32>(run, min<i32>(room, left));
      at += count;
      output += count;
      room -= count;
      break;
    }
    if (left >= BLOCK && popcnt(marks & 0xff) >= DENSE && (bitsAt(LINE_ENDS, at) & 0xff) === 0) {
      const count = wholeTokens(octets, at, BLOCK);
      const width = widthOf(marks, count);
      if (width <= room) {
        expand(octets, marks & ((1 << count) - 1), output);
        at += count;
        output += width;
        room -= width;
        continue;
      }
    }
    at += run;
    output += run;
    room -= run;
    if ((bitsAt(LINE_ENDS, at) & 1) !== 0) break;
    const count = tokenOctets(at);
    if (room < 3 * count) break;
    expand(v128.load64_zero(at), (1 << count) - 1, output);
    at += count;
    output += 3 * count;
    room -= 3 * count;
  }
  if (at > start && isBlank(load<u8>(at - 1)) && endsLine(at)) {
    at--;
    output--;
    room++;
  }
  from = at;
  to = output;
  column = MAX_COLUMN - 1 - room;
}

// Columns that the first `count` octets take.
function widthOf(escaped: i32, count: i32): i32 {
  return count + 2 * popcnt(escaped & ((1 << count) - 1));
}

// Writes one token, or the line break that must come first.
function takeToken(): void {
  if ((options & HARD_BREAKS) !== 0 && isCrlf(from)) {
    store<u16>(to, CRLF);
    to += 2;
    from += 2;
    column = 0;
    return;
  }
  const octets = tokenOctets(from);
  const literal = isLiteral(from, column, endsLine(from + 1));
  const after = column + (literal ? 1 : 3 * octets);
  if (after > MAX_COLUMN || (after === MAX_COLUMN && !endsLine(from + octets))) {
    store<u32>(to, SOFT_BREAK);
    to += 3;
    column = 0;
    return;
  }
  // In a token of several octets all are escaped.
  const chosen = literal ? 0 : (1 << octets) - 1;
  expand(v128.load64_zero(from), chosen, to);
  to += after - column;
  from += octets;
  column = after;
}

// RFC 2045 s6.7(2), s6.7(3): space, tab and "!" to "~" but "=" may stand for themselves. All others, marked.
function specials(octets: v128): v128 {
  // As signed numbers, octets above 127 are below all others.
  const outside = v128.andnot(i8x16.lt_s(octets, i8x16.splat(0x20)), i8x16.eq(octets, i8x16.splat(TAB)));
  const inside = v128.or(i8x16.eq(octets, i8x16.splat(EQUALS)), i8x16.eq(octets, i8x16.splat(DEL)));
  return v128.or(outside, inside);
}

function lineEnds(octets: v128): v128 {
  return v128.or(i8x16.eq(octets, i8x16.splat(CR)), i8x16.eq(octets, i8x16.splat(LF)));
}

// The bits of the octet there and of 24 more at least.
function bitsAt(map: usize, at: usize): i32 {
  const octet = at - INPUT;
  return load<i32>(map + (octet >> 3)) >>> <i32>(octet & 7);
}

// RFC 3629 s4: how many of the first `count` octets may be cut off without cutting a character.
function wholeTokens(octets: v128, from: usize, count: i32): i32 {
  if (!isContinuation(from + count)) return count;
  const leads = i8x16.bitmask(i8x16.ge_u(octets, i8x16.splat(<i8>0xc0))) & ((7 << count) >> 3) & ((1 << count) - 1);
  return leads === 0 ? count : 31 - clz<i32>(leads);
}

// Writes eight octets, those chosen as "=XX", all at once; what is too much will be written over.
function expand(octets: v128, chosen: i32, to: usize): void {
  const nibbles = i8x16.shuffle(octets, i16x8.shr_u(octets, 4), 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
  const hex = i8x16(48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 65, 66, 67, 68, 69, 70);
  const digits = i8x16.swizzle(hex, v128.and(nibbles, i8x16.splat(15)));
  const equals = i8x16.splat(EQUALS);
  const others = i8x16.shuffle(octets, equals, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
  const pattern = PATTERNS + ((<usize>chosen) << 5);
  v128.store(to, pick(digits, others, v128.load(pattern)));
  v128.store(to, pick(digits, others, v128.load(pattern, 16)), 16);
}

// An index that is too large for a vector picks zero.
function pick(first: v128, second: v128, indices: v128): v128 {
  return v128.or(i8x16.swizzle(first, indices), i8x16.swizzle(second, i8x16.sub(indices, i8x16.splat(16))));
}

function endsLine(at: usize): bool {
  if (at >= edge) return (options & FINAL) !== 0;
  return (options & HARD_BREAKS) !== 0 && isCrlf(at);
}

function isLiteral(at: usize, column: i32, lineEnds: bool): bool {
  const octet = load<u8>(at);
  if (isBlank(octet)) return !lineEnds;
  if (octet < 0x20 || octet >= DEL || octet === EQUALS) return false;
  return column > 0 || !isGuarded(at);
}

// RFC 3629 s4: a lead octet and its continuations are one token, anything else is one by itself.
function tokenOctets(at: usize): i32 {
  const lead = load<u8>(at);
  if (lead < 0xc2 || lead > 0xf4 || !isContinuation(at + 1)) return 1;
  if (lead < 0xe0 || !isContinuation(at + 2)) return 2;
  return lead < 0xf0 || !isContinuation(at + 3) ? 3 : 4;
}

function isContinuation(at: usize): bool {
  return (load<u8>(at) & 0xc0) === 0x80;
}

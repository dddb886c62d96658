// Text as the host has it, in UTF-16, to the octets of a body.
import { INPUT, tell, UNITS } from "./layout";

const LF: i32 = 0x0a;
const CR: i32 = 0x0d;
/** CR and LF in the order of memory. */
const CRLF: u16 = 0x0a0d;

/**
 * Writes `count` units to INPUT in UTF-8, `start` octets behind its beginning, with CRLF for every CR, LF and CRLF
 * (RFC 2046 s4.1.1). A surrogate without its partner becomes U+FFFD. The numbers: octets written, and how many of them
 * are not ASCII.
 */
export function narrow(count: i32, start: i32): void {
  let at: usize = UNITS;
  const end: usize = UNITS + ((<usize>count) << 1);
  // What stands behind the text is of an earlier one.
  store<u16>(end, 0);
  let to: usize = INPUT + start;
  let wide = 0;
  while (at < end) {
    const first = v128.load(at);
    const second = v128.load(at, 16);
    // Units above 255 saturate, and those from 0x8000 on, negative as signed numbers, become 0.
    const octets = i8x16.narrow_i16x8_u(first, second);
    const ends = v128.or(i8x16.eq(octets, i8x16.splat(<i8>CR)), i8x16.eq(octets, i8x16.splat(<i8>LF)));
    const marks = i8x16.bitmask(v128.or(v128.or(octets, ends), i8x16.narrow_i16x8_s(first, second)));
    const left = <i32>((end - at) >> 1);
    v128.store(to, octets);
    // A constant step: the next load need not wait for what this one brings.
    if (marks === 0 && left >= 16) {
      at += 32;
      to += 16;
      continue;
    }
    const run = min<i32>(ctz<i32>(marks | 0x10000), left);
    at += (<usize>run) << 1;
    to += run;
    if (at >= end) break;
    let point = <i32>load<u16>(at);
    if (point < 0x80) {
      store<u16>(to, CRLF);
      to += 2;
      at += 2;
      if (point === CR && load<u16>(at) === LF) at += 2;
      continue;
    }
    const before = to;
    if (point < 0x800) {
      store<u16>(to, <u16>(0x80c0 | (point >> 6) | ((point & 0x3f) << 8)));
      to += 2;
      at += 2;
      // Where most letters are ASCII the next one is, and a vector for it would be wasted.
      if (<u32>load<u16>(at) - 0x80 < 0x780 && at < end) {
        let count = narrowTwo(v128.load(at), to);
        for (; count === 8 && at + 32 <= end; count = narrowTwo(v128.load(at), to)) {
          to += 16;
          at += 16;
        }
        count = min<i32>(count, <i32>((end - at) >> 1));
        to += count << 1;
        at += (<usize>count) << 1;
      }
    } else if ((point & 0xf800) !== 0xd800) {
      let count = narrowWide(v128.load(at), to);
      for (; count === 8 && at + 32 <= end; count = narrowWide(v128.load(at), to)) {
        to += 24;
        at += 16;
      }
      count = min<i32>(count, <i32>((end - at) >> 1));
      to += 3 * count;
      at += (<usize>count) << 1;
    } else {
      const low = <i32>load<u16>(at, 2);
      at += 2;
      if (point < 0xdc00 && (low & 0xfc00) === 0xdc00) {
        at += 2;
        point = 0x10000 + ((point & 0x3ff) << 10) + (low & 0x3ff);
        store<u8>(to++, 0xf0 | (point >> 18));
        store<u8>(to++, 0x80 | ((point >> 12) & 0x3f));
        store<u8>(to++, 0x80 | ((point >> 6) & 0x3f));
        store<u8>(to++, 0x80 | (point & 0x3f));
      } else {
        store<u32>(to, 0xbdbfef);
        to += 3;
      }
    }
    wide += <i32>(to - before);
  }
  tell(0, <i32>(to - INPUT) - start);
  tell(1, wide);
}

// Writes eight units as if each became two octets, and tells how many of them, at the beginning, do.
function narrowTwo(units: v128, to: usize): i32 {
  const lead = v128.or(i16x8.shr_u(units, 6), i16x8.splat(<i16>0x80c0));
  v128.store(to, v128.or(lead, i16x8.shl(v128.and(units, i16x8.splat(0x3f)), 8)));
  const others = i16x8.gt_u(i16x8.sub(units, i16x8.splat(0x80)), i16x8.splat(0x77f));
  return ctz<i32>(i16x8.bitmask(others) | 0x100);
}

// Writes eight units as if each became three octets, and tells how many of them, at the beginning, do.
function narrowWide(units: v128, to: usize): i32 {
  const low = i16x8.splat(0x3f);
  const tag = i16x8.splat(0x80);
  const a = v128.or(i16x8.shr_u(units, 12), i16x8.splat(0xe0));
  const b = v128.or(v128.and(i16x8.shr_u(units, 6), low), tag);
  const c = v128.or(v128.and(units, low), tag);
  const ab = v128.or(a, i16x8.shl(b, 8));
  v128.store(to, i8x16.shuffle(ab, c, 0, 1, 16, 2, 3, 18, 4, 5, 20, 6, 7, 22, 8, 9, 24, 10));
  v128.store64_lane(to, i8x16.shuffle(ab, c, 11, 26, 12, 13, 28, 14, 15, 30, 0, 0, 0, 0, 0, 0, 0, 0), 0, 16);
  const others = v128.or(
    i16x8.lt_u(units, i16x8.splat(0x800)),
    i16x8.eq(v128.and(units, i16x8.splat(<i16>0xf800)), i16x8.splat(<i16>0xd800)),
  );
  return ctz<i32>(i16x8.bitmask(others) | 0x100);
}

/** Tells 1 when one of `count` units is half of a surrogate pair, whole or not. */
export function surrogates(count: i32): void {
  const end = UNITS + ((<usize>count) << 1);
  v128.store(end, i8x16.splat(0));
  v128.store(end, i8x16.splat(0), 16);
  const mask = i16x8.splat(<i16>0xf800);
  const surrogate = i16x8.splat(<i16>0xd800);
  let found = i8x16.splat(0);
  for (let at: usize = UNITS; at < end; at += 32) {
    const first = i16x8.eq(v128.and(v128.load(at), mask), surrogate);
    const second = i16x8.eq(v128.and(v128.load(at, 16), mask), surrogate);
    found = v128.or(found, v128.or(first, second));
  }
  tell(0, v128.any_true(found) ? 1 : 0);
}

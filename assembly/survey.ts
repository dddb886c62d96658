// What a choice of transfer encoding needs to know about a content (RFC 2045 s6), sixteen octets at a time.
import { INPUT, tell } from "./layout";
import { CR, DEL, EQUALS, isBlank, isCrlf, isGuarded, LF, SPACE, TAB } from "./octets";

const EIGHT_BIT: i32 = 1;
const NUL: i32 = 2;
const CONTROL: i32 = 4;
const ESCAPE: i32 = 8;
const BARE_LINE_END: i32 = 16;
const GUARDED: i32 = 32;
const TRAILING_SPACE: i32 = 64;

const ESC: u8 = 0x1b;

/**
 * Looks at `limit` octets; the one before them and those up to `end` are known, too. Tells the marks found, how many
 * octets quoted-printable escapes wherever its soft line breaks fall, where the first line ends (or -1), where the last one starts
 * (or 0), and the length of the longest of those that start and end here.
 */
export function survey(limit: i32, end: i32): void {
  v128.store(INPUT + end, i8x16.splat(0));
  const last = INPUT + limit;
  let marks = 0;
  let escaped = 0;
  let firstEnd = -1;
  let lineStart = INPUT;
  let longest = 0;
  let all = i8x16.splat(0);
  let dels = i8x16.splat(0);
  for (let block = INPUT; block < last; block += 16) {
    let octets = v128.load(block);
    if (block + 16 > last) {
      // Octets that are not asked for read as blanks.
      octets = v128.bitselect(octets, i8x16.splat(SPACE), ones(<i32>(last - block)));
    }
    const del = i8x16.eq(octets, i8x16.splat(DEL));
    all = v128.or(all, octets);
    dels = v128.or(dels, del);
    // A bit mask takes the sign bits: those of octets above 127, and of what was equal.
    escaped += popcnt(i8x16.bitmask(v128.or(octets, v128.or(del, i8x16.eq(octets, i8x16.splat(EQUALS))))));
    const low = v128.andnot(i8x16.ge_u(i8x16.splat(0x1f), octets), i8x16.eq(octets, i8x16.splat(TAB)));
    // Controls are rare but for line ends: one by one.
    for (let left = i8x16.bitmask(low); left !== 0; left &= left - 1) {
      const at = block + ctz(left);
      const octet = load<u8>(at);
      if (octet === CR && isCrlf(at)) {
        if (firstEnd < 0) firstEnd = <i32>(at - INPUT);
        else longest = max(longest, <i32>(at - lineStart));
        if (isBlank(load<u8>(at - 1))) {
          marks |= TRAILING_SPACE;
          escaped++;
        }
        lineStart = at + 2;
        if (isGuarded(lineStart)) {
          marks |= GUARDED;
          escaped++;
        }
      } else if (octet === CR || octet === LF) {
        if (octet === CR || load<u8>(at - 1) !== CR) {
          marks |= BARE_LINE_END;
          escaped++;
        }
      } else {
        marks |= octet === 0 ? NUL : octet === ESC ? ESCAPE : CONTROL;
        escaped++;
      }
    }
  }
  if (i8x16.bitmask(all) !== 0) marks |= EIGHT_BIT;
  if (v128.any_true(dels)) marks |= CONTROL;
  tell(0, marks);
  tell(1, escaped);
  tell(2, firstEnd);
  tell(3, <i32>(lineStart - INPUT));
  tell(4, longest);
}

// All bits of the first `count` octets.
function ones(count: i32): v128 {
  const places = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  return i8x16.lt_s(places, i8x16.splat(<i8>count));
}

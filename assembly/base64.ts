// Base64 in lines of 76 characters and CRLF (RFC 2045 s6.8): four vectors of twelve octets and one of nine for a line.
import { INPUT, OUTPUT } from "./layout";

const CRLF: i16 = 0x0a0d;

/** Writes `lines` whole lines, each with its CRLF. */
export function base64Lines(lines: i32): void {
  let from = INPUT;
  let to = OUTPUT;
  for (let line = 0; line < lines; line++) {
    for (let vector = 0; vector < 4; vector++) {
      v128.store(to, characters(v128.load(from)));
      from += 12;
      to += 16;
    }
    // Twelve characters, the line break, and two octets that the next line writes over.
    v128.store(to, i16x8.replace_lane(characters(v128.load(from)), 6, CRLF));
    from += 9;
    to += 14;
  }
}

// The first twelve octets as sixteen characters.
function characters(octets: v128): v128 {
  // Each 32-bit lane gets three octets, as b1 b0 b2 b1: either half holds two neighbouring groups of six bits whole.
  const lanes = i8x16.shuffle(octets, octets, 1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10);
  const odd = v128.or(
    v128.and(i32x4.shr_u(lanes, 10), i32x4.splat(0x0000003f)),
    v128.and(i32x4.shr_u(lanes, 6), i32x4.splat(0x003f0000)),
  );
  // Up by four bits in the lower half of a lane, by eight in the upper one.
  const even = i16x8.mul(v128.and(lanes, i32x4.splat(0x003f03f0)), i32x4.splat(0x01000010));
  return alphabet(v128.or(odd, even));
}

// RFC 4648 s4: "A" to "Z", "a" to "z", "0" to "9", "+", "/". What is to be added to a value depends on its range:
// 13 for up to 25, 0 for up to 51, 1 to 10 for the digits, 11 and 12 for the last two.
function alphabet(values: v128): v128 {
  const upperCase = v128.and(i8x16.lt_s(values, i8x16.splat(26)), i8x16.splat(13));
  const range = v128.or(i8x16.sub_sat_u(values, i8x16.splat(51)), upperCase);
  const distances = i8x16(71, -4, -4, -4, -4, -4, -4, -4, -4, -4, -4, -19, -16, 65, 0, 0);
  return i8x16.add(values, i8x16.swizzle(distances, range));
}

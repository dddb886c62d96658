// Base64 in lines of 76 characters and CRLF (RFC 2045 s6.8): five vectors of twelve octets for a line of 57.
import { INPUT, OUTPUT } from "./layout";

const CRLF: u16 = 0x0a0d;

// Engines put a constant together again in every round of a loop; what was loaded before it stays in a register.
const CONSTANTS = memory.data<u32>(
  [
    0x0000003f, 0x0000003f, 0x0000003f, 0x0000003f, 0x003f0000, 0x003f0000, 0x003f0000, 0x003f0000, 0x003f03f0,
    0x003f03f0, 0x003f03f0, 0x003f03f0, 0x01000010, 0x01000010, 0x01000010, 0x01000010, 0x1a1a1a1a, 0x1a1a1a1a,
    0x1a1a1a1a, 0x1a1a1a1a, 0x0d0d0d0d, 0x0d0d0d0d, 0x0d0d0d0d, 0x0d0d0d0d, 0x33333333, 0x33333333, 0x33333333,
    0x33333333, 0xfcfcfc47, 0xfcfcfcfc, 0xedfcfcfc, 0x000041f0,
  ],
  16,
);

/** Writes `lines` whole lines, each with its CRLF. */
export function base64Lines(lines: i32): void {
  const lowOfOdd = v128.load(CONSTANTS);
  const highOfOdd = v128.load(CONSTANTS, 16);
  const ofEven = v128.load(CONSTANTS, 32);
  const shifts = v128.load(CONSTANTS, 48);
  const letters = v128.load(CONSTANTS, 64);
  const upperCase = v128.load(CONSTANTS, 80);
  const others = v128.load(CONSTANTS, 96);
  const distances = v128.load(CONSTANTS, 112);
  let from = INPUT;
  let to = OUTPUT;
  for (let line = 0; line < lines; line++) {
    for (let vector = 0; vector < 5; vector++) {
      const octets = v128.load(from);
      // Each 32-bit lane gets three octets, as b1 b0 b2 b1: either half holds two neighbouring groups of six bits whole.
      const lanes = i8x16.shuffle(octets, octets, 1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10);
      const odd = v128.or(v128.and(i32x4.shr_u(lanes, 10), lowOfOdd), v128.and(i32x4.shr_u(lanes, 6), highOfOdd));
      // Up by four bits in the lower half of a lane, by eight in the upper one.
      const even = i16x8.mul(v128.and(lanes, ofEven), shifts);
      const values = v128.or(odd, even);
      // RFC 4648 s4: "A" to "Z", "a" to "z", "0" to "9", "+", "/". What is to be added to a value depends on its range:
      // 13 for up to 25, 0 for up to 51, 1 to 10 for the digits, 11 and 12 for the last two.
      const range = v128.or(i8x16.sub_sat_u(values, others), v128.and(i8x16.lt_s(values, letters), upperCase));
      v128.store(to, i8x16.add(values, i8x16.swizzle(distances, range)));
      from += 12;
      to += 16;
    }
    // The last vector had nine octets of this line: its last four characters are the line break, and two octets that
    // the next line writes over.
    store<u16>(to - 4, CRLF);
    from -= 3;
    to -= 2;
  }
}

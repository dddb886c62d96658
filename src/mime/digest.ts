// Names that look random and are not: the same seed gives the same boundary and Message-ID. No secrecy is meant.

/** 128 bits of the texts as 32 lower-case hexadecimal digits. Equal texts give equal digits on every machine. */
export function digest(...texts: readonly string[]): string {
  // Four lanes of 32 bits, each with an odd multiplier of its own, as multiplicative hashing wants them.
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
  return octet(mixed >>> 24) + octet(mixed >>> 16) + octet(mixed >>> 8) + octet(mixed);
}

const DIGITS = "0123456789abcdef";

// By hand: `toString(16)` takes the way of fractions for numbers above 31 bits.
function octet(value: number): string {
  return DIGITS.charAt((value >>> 4) & 15) + DIGITS.charAt(value & 15);
}

// What the kernels for text ask about octets.

export const TAB: u8 = 0x09;
export const LF: u8 = 0x0a;
export const CR: u8 = 0x0d;
export const SPACE: u8 = 0x20;
export const EQUALS: u8 = 0x3d;
export const DEL: u8 = 0x7f;
const PERIOD: u8 = 0x2e;
/** CR and LF in the order of memory. */
export const CRLF: u16 = 0x0a0d;
const FROM: u32 = 0x6d6f7246;

/** True for the octets that may not end a line. */
export function isBlank(octet: u8): bool {
  return octet === SPACE || octet === TAB;
}

/** True when CRLF stands there. */
export function isCrlf(at: usize): bool {
  return load<u16>(at) === CRLF;
}

/** RFC 2049 s3: true when a line that starts there is one that gateways alter, `From ` or a period. */
export function isGuarded(at: usize): bool {
  if (load<u8>(at) === PERIOD) return true;
  return load<u32>(at) === FROM && load<u8>(at, 4) === SPACE;
}

// Where things lie in the module's memory, which never grows. The host copies a slab of content to INPUT, calls one
// kernel, reads what it found at RESULTS and copies the output from OUTPUT. The host's side of this table is
// src/mail/octets/kernel/wasm-host.ts.

/** Up to eight 32-bit numbers that a kernel tells its caller. */
export const RESULTS: usize = 0x800;

/** 8 KiB of patterns for quoted-printable. */
export const PATTERNS: usize = 0x1000;

/** A bit for each octet of INPUT that quoted-printable cannot take as it is, and for each CR and LF. */
export const SPECIALS: usize = 0x3000;
export const LINE_ENDS: usize = 0x4800;

/** The octet before the slab stands just before it; 64 KiB of content and what may follow it. */
export const INPUT: usize = 0x6000;

/** 104 KiB of output: what becomes of 32 KiB when every octet is escaped. */
export const OUTPUT: usize = 0x16100;

/** Tells the caller one of the numbers. */
export function tell(index: usize, value: i32): void {
  store<i32>(RESULTS + (index << 2), value);
}

// Where things lie in the module's memory, which never grows. The host copies a slab of content to INPUT (or of UTF-16 to
// UNITS), calls one kernel, reads what it found at STATE and copies the output from OUTPUT. The host's side of this table
// is src/mail/octets/kernel/wasm-host.ts.

/** Up to eight 32-bit numbers that a kernel is given and gives back. */
export const STATE: usize = 0x800;

/** 64 KiB of octets, and what may follow them. */
export const INPUT: usize = 0x1000;

/** 104 KiB of output: what becomes of 32 KiB when every octet is escaped. */
export const OUTPUT: usize = 0x11100;

/** 32 KiB of UTF-16, and what may follow it. */
export const UNITS: usize = 0x2c000;

/** One of the numbers. */
export function told(index: usize): i32 {
  return load<i32>(STATE + (index << 2));
}

/** Gives one of the numbers back. */
export function tell(index: usize, value: i32): void {
  store<i32>(STATE + (index << 2), value);
}

// Times and durations as they are stored: whole milliseconds.

// A year: what waits longer is not waiting for anything.
const MOST = 31_622_400_000;

/**
 * A duration as a whole number of milliseconds, rounded up, so that nothing is tried too early: what is stored goes
 * into columns and scripts that take whole numbers only. Not a number is 0.
 */
export function wholeMs(ms: number): number {
  return ms > 0 ? Math.min(Math.ceil(ms), MOST) : 0;
}

/** A time of day as whole milliseconds since 1970. */
export function wholeTime(ms: number): number {
  return Number.isFinite(ms) ? Math.floor(ms) : Date.now();
}

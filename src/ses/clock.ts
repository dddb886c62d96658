// Time and chance as the sender sees them. Both are injected, so that waiting is tested without waiting.

/** Where time comes from. */
export interface Clock {
  /** Milliseconds of a monotonic clock. */
  now(): number;
  /** Milliseconds since 1970, for the skew between our clock and the service's. */
  wall(): number;
  /** Calls back after `ms`; the function it returns calls it off. */
  after(ms: number, callback: () => void): () => void;
}

/** A number of at least 0 and below 1. */
export type Random = () => number;

/** The clock of the runtime. Its timers do hold a process open: something is being waited for. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, Math.min(ms, MAX_TIMER));
    return () => clearTimeout(timer);
  },
};

// Longer delays make setTimeout fire at once.
const MAX_TIMER = 2_147_483_647;

/** How a wait ended. */
export type Waited = "elapsed" | "aborted";

/** Waits, or stops waiting when the signal is aborted. Leaves no timer and no listener behind. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<Waited> {
  if (signal?.aborted) return Promise.resolve("aborted");
  return new Promise((resolve) => {
    const end = (how: Waited) => {
      callOff();
      signal?.removeEventListener("abort", onAbort);
      resolve(how);
    };
    const onAbort = () => end("aborted");
    const callOff = clock.after(ms, () => end("elapsed"));
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}

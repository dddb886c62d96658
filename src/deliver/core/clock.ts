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

// Deadlines that a process which was stopped meanwhile does not take for the service's silence: a frozen function, a
// laptop that slept, a paused container. On waking, timers come before sockets, and the answer may lie in one.

// A timer that fires later than this after it was due was held up by more than its own loop.
const LATE_MS = 20;
// What lies in a socket passes several layers, TLS and the body of the answer among them.
const LOOKS = 10;

/**
 * Calls back after `ms`. When that comes late, the event loop first looks at its sockets: what arrived meanwhile may call
 * the deadline off.
 *
 * @returns what calls it off
 */
export function deadline(clock: Clock, ms: number, callback: () => void): () => void {
  const due = clock.now() + ms;
  let over = false;
  const decide = () => {
    if (!over) callback();
  };
  const callOff = clock.after(ms, () => {
    if (clock.now() - due < LATE_MS) decide();
    else void lookAtSockets().then(decide);
  });
  return () => {
    over = true;
    callOff();
  };
}

async function lookAtSockets(): Promise<void> {
  for (let look = 0; look < LOOKS; look++) await nextTurn();
}

// An immediate runs after the loop has looked at its sockets; runtimes without it have timers of no length.
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === "function") setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
}

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

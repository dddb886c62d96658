// Deadlines that a process which was stopped meanwhile does not take for the service's silence: a frozen function, a
// laptop that slept, a paused container. On waking, timers come before sockets, and the answer may lie in one.
import type { Clock } from "./clock.ts";

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

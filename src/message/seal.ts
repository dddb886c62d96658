// Knows which values passed the checks: rendering takes those and refuses look-alikes.
import type { Message } from "./types.ts";

const sealed = new WeakSet<object>();

/** Freezes a message and remembers that it passed the checks. For the doors that check only. */
export function sealMessage(m: Message): Message {
  sealed.add(m);
  return Object.freeze(m);
}

/** True for what `message()`, `check()` or a builder made; a look-alike has passed no check. */
export function isMessage(value: unknown): value is Message {
  return typeof value === "object" && value !== null && sealed.has(value);
}

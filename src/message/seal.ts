// Knows which values passed the checks: rendering takes those and refuses look-alikes.
import { record } from "./record.ts";
import type { Message } from "./types.ts";

const sealed = new WeakSet<object>();

/** A message of these values, frozen and remembered as checked. For the doors that check only. */
export function sealMessage(values: Message): Message {
  const m = record(values);
  sealed.add(m);
  return m;
}

/** True for what `message()`, `check()` or a builder made; a look-alike has passed no check. */
export function isMessage(value: unknown): value is Message {
  return typeof value === "object" && value !== null && sealed.has(value);
}

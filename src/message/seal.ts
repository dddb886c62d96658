// Knows which values passed the checks: rendering takes those and refuses look-alikes.
import { errorIssue, MessageError } from "../issues.ts";
import { makeBare } from "../plain.ts";
import type { Message } from "./types.ts";

// A private field is no property: no copy and no clone of a message has it.
class Sealed {
  readonly #checked = true;

  static is(value: object): boolean {
    return #checked in value;
  }

  static {
    makeBare(Sealed.prototype);
  }
}

/** A message of these values, frozen and remembered as checked. For the doors that check only. */
export function sealMessage(values: Message): Message {
  return Object.freeze(Object.assign(new Sealed(), values));
}

/** True for what `message()`, `check()` or a builder made; a look-alike has passed no check. */
export function isMessage(value: unknown): value is Message {
  return typeof value === "object" && value !== null && Sealed.is(value);
}

/** The message that was given. @throws MessageError `input.type` for anything else, plain input among it. */
export function requireMessage(value: unknown): Message {
  if (isMessage(value)) return value;
  const hint = "make it one: message({ … })";
  throw new MessageError([errorIssue("input.type", [], "this is no message", { hint })]);
}

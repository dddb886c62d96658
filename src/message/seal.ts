// The one brand: what passed the checks of this library. Rendering takes such messages and refuses look-alikes, and
// content of a checked tree is not copied when the tree is checked again.
import { errorIssue, MessageError } from "../issues.ts";
import { makeBare, record } from "../plain.ts";
import type { CheckedSource, Content, Message } from "./types.ts";

// A private field is not a property: no copy and no clone of a checked value has it.
class Checked {
  readonly #checked = true;

  static is(value: object): boolean {
    return #checked in value;
  }

  static {
    makeBare(Checked.prototype);
  }
}

/** A message of these values, frozen and branded as checked. */
export function sealMessage(values: Message): Message {
  return Object.freeze(Object.assign(new Checked(), values));
}

/** Content made of bytes that nothing else refers to. */
export function bytesContent(bytes: Uint8Array): Content {
  return Object.freeze(Object.assign(new Checked(), { kind: "bytes", bytes } as const));
}

/** Content that is opened at write time. */
export function sourceContent(source: CheckedSource): Content {
  return Object.freeze(Object.assign(new Checked(), { kind: "source", source: record(source) } as const));
}

/** True for content that was checked. */
export function isContent(value: object): value is Content {
  return Checked.is(value) && Object.hasOwn(value, "kind");
}

/** True for what `message()`, `check()` or a builder made; a look-alike has passed no check. */
export function isMessage(value: unknown): value is Message {
  return typeof value === "object" && value !== null && Checked.is(value) && !Object.hasOwn(value, "kind");
}

/** The message that was given. @throws MessageError `input.type` for anything else, plain input among it. */
export function requireMessage(value: unknown): Message {
  if (isMessage(value)) return value;
  const hint = "make it one: message({ … })";
  throw new MessageError([errorIssue("input.type", [], "expected a message", { hint })]);
}

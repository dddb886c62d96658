// The one brand, which a value cannot be given from outside: it passed the checks (a message, content of a part), or was
// made of what passed them (a rendered message). What writes takes those and refuses look-alikes.
import { errorIssue, MessageError } from "../issues.ts";
import { makeBare, record } from "../options/plain.ts";
import type { CheckedSource, Content, Message } from "./types.ts";

/** What a sealed value is. */
export type SealedKind = "message" | "rendered" | "content";

// A private field is not a property: no copy and no clone of a message has it.
class Sealed {
  readonly #kind: SealedKind;

  constructor(kind: SealedKind) {
    this.#kind = kind;
  }

  static kindOf(value: object): SealedKind | undefined {
    return #kind in value ? value.#kind : undefined;
  }

  static {
    makeBare(Sealed.prototype);
  }
}

/** The values, frozen and marked. For the functions that check, and for `render`. */
export function seal<T extends object>(kind: SealedKind, values: T): T {
  return Object.freeze(Object.assign(new Sealed(kind), values));
}

/** What a value was sealed as; undefined for everything else. */
export function sealedKind(value: unknown): SealedKind | undefined {
  return typeof value === "object" && value !== null ? Sealed.kindOf(value) : undefined;
}

/** A message of these values, frozen and marked as checked. For the functions that check only. */
export function sealMessage(values: Message): Message {
  return seal("message", values);
}

/** Content made of bytes that nothing else refers to. */
export function bytesContent(bytes: Uint8Array): Content {
  return seal("content", { kind: "bytes", bytes } as const);
}

/** Content that is opened at write time. */
export function sourceContent(source: CheckedSource): Content {
  return seal("content", { kind: "source", source: record(source) } as const);
}

/** True for content that was checked. */
export function isContent(value: object): value is Content {
  return sealedKind(value) === "content";
}

/** True for what `message()`, `check()` or a builder made; a look-alike has passed no check. */
export function isMessage(value: unknown): value is Message {
  return sealedKind(value) === "message";
}

/** The message that was given. @throws MessageError `input.type` for anything else, plain input among it. */
export function requireMessage(value: unknown): Message {
  if (isMessage(value)) return value;
  const hint = "make it one: message({ … })";
  throw new MessageError([errorIssue("input.type", [], "expected a message", { hint })]);
}

// The one brand, which a value cannot be given from outside: it passed the checks (a message, content of a part), or was
// made of what passed them (a rendered message). What writes takes those and refuses look-alikes.
import { errorIssue, MessageError, type Path } from "../../issues.ts";
import { makeBare, ownProperties, record } from "../../options/plain.ts";
import { isBytes } from "../octets/kinds.ts";
import type { CheckedSource, Content, Message, Part } from "./types.ts";

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
  return Object.freeze(unsealed(kind, values));
}

/** As {@link seal}, for the one that fills the value further and freezes it: no one else may see it before. */
export function unsealed<T extends object>(kind: SealedKind, values: T): T {
  return Object.assign(new Sealed(kind), values);
}

/** What a value was sealed as; undefined for everything else. */
export function sealedKind(value: unknown): SealedKind | undefined {
  return typeof value === "object" && value !== null ? Sealed.kindOf(value) : undefined;
}

/** A message of these values, frozen and marked as checked. For the functions that check only. */
export function sealMessage(values: Message): Message {
  return seal("message", values);
}

// The most frequent of them, made in one piece.
class SealedBytes extends Sealed {
  readonly kind = "bytes";
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    super("content");
    this.bytes = bytes;
  }

  static {
    makeBare(SealedBytes.prototype);
  }
}

/** Content made of bytes that nothing else refers to. */
export function bytesContent(bytes: Uint8Array): Content {
  return Object.freeze(new SealedBytes(bytes));
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
  throw new MessageError([errorIssue("input.type", [], "expected a message", { hint: wayToMessage(value) })]);
}

function wayToMessage(value: unknown): string {
  if (looksRendered(value)) return "this one is rendered: give its message, as in mail.message";
  if (isBytes(value)) return "finished bytes go to sendRaw({ raw, envelope }) of a sender";
  return Array.isArray(value) ? "give one, and several to sendAll() of a sender" : "make it one: message({ … })";
}

/** True for what has the form of a rendered message, its copies among them. */
export function looksRendered(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.hasOwn(value, "fieldLengths");
}

// Where values came from, so that issues name the place in what the caller wrote: an input that was made out of
// something else, and the parts of a checked tree.

/** A place in the input that was made, and the place in what it was made of. What is below it keeps its name. */
export type Origin = readonly [made: Path, given: Path];

// Not enumerable: it says what a place is called, and no copy of the input has it.
const ORIGINS: unique symbol = Symbol("origins");

interface MadeInput {
  readonly [ORIGINS]: readonly Origin[];
}

/** The input, with where its values came from. */
export function withOrigins<T extends object>(input: T, origins: readonly Origin[]): T {
  return origins.length > 0 ? Object.defineProperty(input, ORIGINS, record({ value: origins })) : input;
}

function originsOf(input: unknown): readonly Origin[] | undefined {
  try {
    return isMade(input) ? input[ORIGINS] : undefined;
  } catch {
    return undefined; // a proxy that throws is reported where the input is read
  }
}

function isMade(input: unknown): input is MadeInput {
  return typeof input === "object" && input !== null && Object.hasOwn(input, ORIGINS);
}

/** Gives for a path into the input the path into what it was made of: by the longest origin that leads to it. */
export function originPaths(input: unknown): (path: Path) => Path {
  const origins = originsOf(input);
  if (origins === undefined) return (path) => path;
  let byMade: ReadonlyMap<string, Path> | undefined;
  return (path) => {
    byMade ??= new Map(origins.map(([made, given]) => [JSON.stringify(made), given]));
    for (let length = path.length; length > 0; length--) {
      const given = byMade.get(JSON.stringify(path.slice(0, length)));
      if (given !== undefined) return [...given, ...path.slice(length)];
    }
    return path;
  };
}

// Not enumerable: a changed copy of a part comes from no place.
const PART_PATH: unique symbol = Symbol("path");

/** A part of these values, frozen, and where in the caller's input it comes from. */
export function fromPlace(values: Part, path: Path | undefined): Part {
  const part = ownProperties(values);
  if (path !== undefined) Object.defineProperty(part, PART_PATH, record({ value: path }));
  return Object.freeze(part);
}

/** Where in the caller's input a part comes from, when it comes from one place. */
export function originOf(part: object & { readonly [PART_PATH]?: Path }): Path | undefined {
  return Object.hasOwn(part, PART_PATH) ? part[PART_PATH] : undefined;
}

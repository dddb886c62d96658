// What the tests of this room share: the smallest input, fixed options, and issues in short.
import { check, type Issue, type Message, type MessageInput, message, type Renderable, toBytes } from "mimewright";

export const base = { from: "ann@example.com", to: "bob@example.com" } as const;

export const options = { seed: "test", now: () => new Date(Date.UTC(2026, 10, 24, 5, 6, 7)) } as const;

/** Input that no type would let through. */
export function untyped(input: unknown): MessageInput {
  return Object(input);
}

/** An issue as `code path`, with `(warning)` behind it when it is one. */
export function short({ code, path, severity }: Issue): string {
  return `${code} ${path.join(".")}${severity === "warning" ? " (warning)" : ""}`;
}

/** What is wrong with further options beside From, To and a text. */
export function issuesOf(input: object): readonly string[] {
  return check(untyped({ ...base, text: "hello", ...input })).issues.map(short);
}

/** The message of further options beside From and To. */
export function made(input: object): Message {
  return message(untyped({ ...base, ...input }));
}

/** Bytes as text, octet for octet. */
export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}

export function rendered(m: Renderable): string {
  return latin1(toBytes(m, options));
}

/** The message of further options, rendered. */
export function renderedOf(input: object): string {
  return rendered(made(input));
}

/** The issues that a call throws, in short. */
export function thrown(run: () => unknown): readonly string[] {
  try {
    run();
  } catch (error) {
    return issuesIn(error);
  }
  return [];
}

/** The issues that a promise is rejected with, in short. */
export async function rejected(promise: Promise<unknown>): Promise<readonly string[]> {
  try {
    await promise;
  } catch (error) {
    return issuesIn(error);
  }
  return [];
}

function issuesIn(error: unknown): readonly string[] {
  if (error instanceof Error && "issues" in error && Array.isArray(error.issues)) return error.issues.map(short);
  throw error;
}

/** Paths of everything inside a value that is neither frozen nor a typed array. */
export function unfrozen(value: unknown, path = ""): readonly string[] {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return [];
  const inside = Object.entries(value).flatMap(([key, item]) => unfrozen(item, `${path}.${key}`));
  return Object.isFrozen(value) ? inside : [path, ...inside];
}

// What the tables of known defects have in common.
import {
  check,
  type Issue,
  type Message,
  type MessageInput,
  message as make,
  type RenderOptions,
  toBytes,
} from "mimewright";
import { mailparser } from "../readers/mailparser.ts";
import { postalMime } from "../readers/postal-mime.ts";
import type { Reading } from "../readers/reading.ts";

/** What every message here has, unless a row says otherwise. */
export const BASE = { from: "a@example.com", to: "b@example.com" } as const;

/** A line break and a field that nobody asked for. */
export const X = "\r\nX-Evil: 1";

export const OPTIONS: RenderOptions = { seed: "regressions", now: () => new Date(0) };

/** Options as JavaScript or JSON may bring them, of any type. */
export type AnyInput = { readonly [K in keyof MessageInput]?: unknown } & { readonly [key: string]: unknown };

// The checks take whatever comes: that is what the rows are about.
function asInput(input: AnyInput): MessageInput {
  return { ...BASE, ...input } as MessageInput;
}

/** A message with the base. */
export function message(input: AnyInput): Message {
  return make(asInput(input));
}

/** All issues of a message. */
export function issuesOf(input: AnyInput): readonly Issue[] {
  return check(asInput(input)).issues;
}

/** The errors of a message as `code path`, the path joined by dots. */
export function errors(input: AnyInput): readonly string[] {
  return told(input, "error");
}

/** The warnings of a message that passes. */
export function warnings(input: AnyInput): readonly string[] {
  message(input);
  return told(input, "warning");
}

function told(input: AnyInput, severity: Issue["severity"]): readonly string[] {
  return issuesOf(input)
    .filter((issue) => issue.severity === severity)
    .map(({ code, path }) => `${code} ${path.join(".")}`);
}

/** The message as its octets, one character each. */
export function written(input: AnyInput, options: RenderOptions = OPTIONS): string {
  return Buffer.from(bytesOf(input, options)).toString("latin1");
}

/** The message as bytes. */
export function bytesOf(input: AnyInput, options: RenderOptions = OPTIONS): Uint8Array {
  return toBytes(message(input), options);
}

/** One field of the head, folds included, without its CRLF. */
export function field(name: string, input: AnyInput, options?: RenderOptions): string {
  return fieldIn(written(input, options), name);
}

/** The first field of that name in text, folds included, without its CRLF. */
export function fieldIn(text: string, name: string): string {
  return new RegExp(`^${name}:[^\\r]*(?:\\r\\n[ \\t][^\\r]*)*`, "im").exec(text)?.[0] ?? "";
}

/** What two readers, who have to agree on the part in question, find in the message. */
export async function readBack<T>(
  input: AnyInput,
  part: (reading: Reading) => T,
  options?: RenderOptions,
): Promise<T[]> {
  const bytes = bytesOf(input, options);
  return [part(await postalMime.read(bytes)), part(await mailparser.read(bytes))];
}

/** Octets of the longest line. */
export function longestLine(text: string): number {
  return Math.max(...text.split("\r\n").map((line) => line.length));
}

// Reading options of nodemailer: own properties only, nothing dropped without an issue; and where each value came from.
import { unknownKey } from "../../given.ts";
import type { Path, Place } from "../../issues.ts";
import type { Origin } from "../../mail/message/seal.ts";
import { ownProperties } from "../../options/plain.ts";

/** A plain object, or an instance of the caller's own class; neither a list nor bytes. */
export function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

/** nodemailer takes these for "not given". */
export function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === false || value === "" || value === 0;
}

/**
 * Reports keys that are not options. A key without a value (`undefined`) says nothing; neither does an option of
 * nodemailer's, one with a hint, whose value nodemailer takes for "not given".
 */
export function checkGiven(
  value: object,
  known: ReadonlySet<string>,
  place: Place,
  hints: ReadonlyMap<string, string> = new Map(),
): void {
  for (const [key, one] of Object.entries(ownProperties(value))) {
    if (known.has(key) || one === undefined || (hints.has(key) && isAbsent(one))) continue;
    place.sink.add(unknownKey(key, known, place.path, hints));
  }
}

/** A string option; anything else but nothing is reported. */
export function readString(value: unknown, place: Place): string | undefined {
  if (isAbsent(value)) return undefined;
  if (typeof value === "string") return value;
  return place.error("input.type", "expected a string");
}

/** A list, whose only element may be given without the list. */
export function readList(value: unknown): readonly unknown[] {
  if (isAbsent(value)) return [];
  return Array.isArray(value) ? value : [value];
}

/** A value, and where in the options each part of what was made of it comes from. */
export interface Traced<T> {
  readonly value: T;
  readonly origins: readonly Origin[];
}

/** The origins below `made`: those of a value that becomes a part of another one. */
export function below(made: Path, origins: readonly Origin[]): readonly Origin[] {
  return origins.map(([path, given]) => [[...made, ...path], given] as const);
}

/** A value that was made of what is at `path`, with its own places below it. */
export function traced<T>(value: T, path: Path, parts: readonly Origin[] = []): Traced<T> {
  return { value, origins: [[[], path], ...parts] };
}

/** A list, each element at its index. */
export function tracedList<T>(items: readonly Traced<T>[]): Traced<readonly T[]> {
  return {
    value: items.map(({ value }) => value),
    origins: items.flatMap(({ origins }, index) => below([index], origins)),
  };
}

/** A property with a value; none without. */
export function present<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  const found: { [P in K]?: V } = {};
  if (value !== undefined) found[key] = value;
  return found;
}

/** A value at its place in the input, which is remembered with where it comes from. An empty list is absent. */
export function landed<K extends string, V>(
  key: K,
  found: Traced<V> | undefined,
  origins: Origin[],
): { readonly [P in K]?: V } {
  if (found === undefined || (Array.isArray(found.value) && found.value.length === 0)) return {};
  origins.push(...below([key], found.origins));
  return present(key, found.value);
}

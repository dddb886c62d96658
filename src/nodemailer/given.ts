// Reading what somebody wrote for nodemailer: own properties only, nothing dropped in silence.
import { checkKeys } from "../given.ts";
import { errorIssue, type Path, placeFor, type Report } from "../issues.ts";
import type { Origin } from "../message/origins.ts";
import { ownProperties } from "../options/plain.ts";

/** A caller's object, without what stands on its prototype. */
export type Given = Readonly<Record<string, unknown>>;

/** Where issues go, and where in the options this is. */
export interface Place {
  readonly path: Path;
  readonly report: Report;
}

/** The place of a property or an element. */
export function inside({ path, report }: Place, ...keys: Path): Place {
  return { path: [...path, ...keys], report };
}

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
  { path, report }: Place,
  hints: ReadonlyMap<string, string> = new Map(),
): void {
  const own = Object.entries(ownProperties(value));
  const said = own.filter(([key, one]) => one !== undefined && !(hints.has(key) && isAbsent(one)));
  checkKeys(Object.fromEntries(said), { known, hints }, placeFor(path, report));
}

/** A string option; anything else but nothing is reported. */
export function readString(value: unknown, place: Place): string | undefined {
  if (isAbsent(value)) return undefined;
  if (typeof value === "string") return value;
  place.report(errorIssue("input.type", place.path, "this option is a string"));
  return undefined;
}

/** A list, of which one element may stand alone. */
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

/** A value that was made of what is at `path`, with places of its own below it. */
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

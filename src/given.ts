// Options of entry points: one reader that refuses misspelt names, with one wording and a suggestion.

import { shownName } from "./issues/wording.ts";
import { errorIssue, type Issue, IssueList, OptionError, type Path, type Place } from "./issues.ts";
import {
  isInherited,
  isOptions,
  isPlain,
  listOf,
  ownProperties,
  PLAIN_HINT,
  readGuarded,
  record,
} from "./options/plain.ts";
import { type Hints, nearestName, plainName } from "./options/suggestions.ts";

const NO_HINTS: Hints = new Map();

/** The names that an object of options may have. */
export interface OptionNames {
  readonly known: ReadonlySet<string>;
  /** Names that other libraries use, with what to write here instead. */
  readonly hints?: Hints;
}

/** Names written with blanks between them, for {@link optionIssues}. */
export function optionNames(names: string, hints: Hints = NO_HINTS): Required<OptionNames> {
  return { known: new Set(names.split(" ")), hints };
}

/**
 * The issue of what is not an object of options, or of every name that is not known. `undefined` is an empty object.
 *
 * @param path - where the options are within those of the caller, as in `["queue"]`
 */
export function optionIssues(options: unknown, { known, hints }: OptionNames, path: Path = []): readonly Issue[] {
  if (options === undefined) return [];
  if (!isOptions(options)) return [errorIssue("input.option", path, `expected ${plainObjectOf(known)}`)];
  const unknown = Object.keys(options).filter((key) => !known.has(key));
  return unknown.map((key) => unknownKey(key, known, path, hints));
}

/** The own properties of an object of options that have one of these names, for an entry point that shares them out. */
export function onlyOf(options: object, names: ReadonlySet<string>): object {
  return Object.fromEntries(Object.entries(options).filter(([key]) => names.has(key)));
}

/**
 * The error of one argument of an entry point.
 *
 * @param path - starts with the name of the argument
 */
export function argumentError(path: Path, message: string, hint?: string): OptionError {
  return new OptionError([errorIssue("input.option", path, message, hint === undefined ? {} : { hint })]);
}

/** @throws OptionError when there is an issue */
export function throwOptions(issues: readonly Issue[]): void {
  const [first, ...rest] = issues;
  if (first !== undefined) throw new OptionError([first, ...rest]);
}

/** The issue of a name that no option has. */
export function unknownKey(key: string, known: ReadonlySet<string>, path: Path, hints: Hints = NO_HINTS): Issue {
  const name = shownName(key);
  const answer = hints.get(key) ?? hints.get(plainName(key));
  const near = answer === undefined ? nearestName(key, known) : undefined;
  const message = near === undefined ? `unknown option ${name}` : `unknown option ${name}; did you mean "${near}"?`;
  const hint = answer ?? (near === undefined ? listed(known) : undefined);
  return errorIssue("input.unknown-key", [...path, key], message, hint === undefined ? {} : { hint });
}

/** Reads one value: gives what to use, or undefined after it reported at the place why it cannot be used. */
export type Reader<T> = (value: unknown, place: Place) => T | undefined;

/** The keys that an object may have, and how to name the object when something else is given. */
export interface ObjectNames {
  readonly known: ReadonlySet<string>;
  /** What was expected, as in `expected an object such as { base, cap }`. */
  readonly expected: string;
  /** Names that other libraries use, with what to write here instead. */
  readonly hints: Hints;
  /** What something else than an object is reported as: an option of an entry point, or input of a message. */
  readonly code: "input.option" | "input.type";
}

/** An object of options: a reader for each key that it may have. */
export interface Shape<T extends object> extends ObjectNames {
  /** Options that must be there. */
  readonly required: ReadonlySet<string>;
  readonly readers: { readonly [K in keyof T]-?: Reader<Exclude<T[K], undefined>> };
}

/**
 * Describes an object of options for {@link readObject}.
 *
 * @example
 * const RETRIES = shapeOf<{ base?: number; cap?: number }>({ base: milliseconds, cap: milliseconds });
 */
export function shapeOf<T extends object>(
  readers: Shape<T>["readers"],
  { expected, required = [], ...rest }: ShapeDetail<T> = {},
): Shape<T> {
  const known = new Set(Object.keys(readers));
  const names = { known, expected: expected ?? plainObjectOf(known) };
  return { hints: NO_HINTS, code: "input.option", ...rest, ...names, readers, required: new Set(required) };
}

/** What a {@link Shape} says besides its readers. */
export interface ShapeDetail<T extends object> extends Partial<Omit<ObjectNames, "known">> {
  /** Options whose reader is asked for `undefined` too, so that it reports what is missing. */
  readonly required?: readonly (string & keyof T)[];
}

/**
 * Describes an object that is input of a message, whose values are read by the one that asks for them: see
 * {@link readProperties}.
 *
 * @param names - the keys that it may have, with blanks between them
 */
export function inputNames(names: string, expected: string, hints: Hints = NO_HINTS): ObjectNames {
  return { known: new Set(names.split(" ")), expected, hints, code: "input.type" };
}

/**
 * Reads an object of options: its own properties as they are now, each asked for once. Every misspelt name and every
 * value of the wrong kind is reported at its place. `undefined` as a value is an absent option.
 *
 * @returns a frozen object with the values that can be used; undefined when `value` is not an object of options
 */
export function readObject<T extends object>(value: unknown, shape: Shape<T>, place: Place): Partial<T> | undefined {
  const own = readProperties(value, shape, place);
  if (own === undefined) return undefined;
  const given: Partial<T> = {};
  for (const key of Object.keys(own)) {
    const item = own[key];
    if (item === undefined || !isKeyOf(key, shape)) continue;
    const read = shape.readers[key](item, place.at(key));
    if (read !== undefined) given[key] = read;
  }
  for (const key of shape.required)
    if (isKeyOf(key, shape) && own[key] === undefined) shape.readers[key](undefined, place.at(key));
  return record(given);
}

/**
 * Reads the own properties of an object as they are now, each asked for once. Unknown keys are reported, and
 * so is what only looks like an object of options and would be lost: a Map, a promise, properties of a prototype.
 *
 * @returns undefined after reporting that `value` is not such an object, or throws when it is read
 */
export function readProperties(
  value: unknown,
  names: ObjectNames,
  place: Place,
): Readonly<Record<string, unknown>> | undefined {
  const own = readOwn(value, names, place);
  if (own !== undefined) checkKeys(own, names, place);
  return own;
}

/** As {@link readProperties}, where unknown keys are reported later. */
export function readOwn(
  value: unknown,
  names: ObjectNames,
  place: Place,
): Readonly<Record<string, unknown>> | undefined {
  return readGuarded(place, () => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return place.error(names.code, `expected ${names.expected}`);
    }
    return isPlain(value) || holdsOptions(value, names, place) ? ownProperties(value) : undefined;
  });
}

// An instance of a class is welcome when all that matters is its own.
function holdsOptions(value: object, { known, expected, code }: ObjectNames, place: Place): boolean {
  const inherited = [...known].filter((key) => isInherited(value, key));
  for (const key of inherited) {
    const message = "the option is inherited, and only an object's own properties are read";
    place.at(key).error(code, message, { hint: "spread all of it into a plain object" });
  }
  if (inherited.length > 0) return false;
  if (Object.keys(value).length > 0) return true;
  place.error(code, `expected ${expected}`, { hint: PLAIN_HINT });
  return false;
}

/** Reports unknown own keys: a misspelt option must not vanish. */
export function checkKeys(own: object, { known, hints = NO_HINTS }: OptionNames, place: Place): void {
  for (const key of Object.keys(own)) {
    if (!known.has(key)) place.sink.add(unknownKey(key, known, place.path, hints));
  }
}

/** The names and values of a plain object; undefined after an issue with this code for anything else. */
export function readEntries(
  value: unknown,
  expected: string,
  place: Place,
  code: ObjectNames["code"] = "input.type",
): readonly (readonly [name: string, value: unknown])[] | undefined {
  return readGuarded(place, () => {
    const isObject = typeof value === "object" && value !== null;
    if (isObject && isPlain(value)) return Object.entries(value);
    return place.error(code, `expected ${expected}`, isObject ? { hint: PLAIN_HINT } : {});
  });
}

/** Reads what was given; leaves absent what was not. */
export function readOptional<T>(value: unknown, read: Reader<T>, place: Place): T | undefined {
  return value === undefined ? undefined : read(value, place);
}

function isKeyOf<T extends object>(key: string, { known }: Shape<T>): key is string & keyof T {
  return known.has(key);
}

/**
 * Reads the options of an entry point.
 *
 * @throws OptionError with every issue
 */
export function readOptionsOf<T extends object>(value: unknown, shape: Shape<T>, path: Path = []): Partial<T> {
  if (value === undefined && shape.required.size === 0) return record({});
  const list = new IssueList();
  const given = readObject<T>(value === undefined ? {} : value, shape, list.root.in(path));
  list.throwIfErrors(OptionError);
  return given ?? record({});
}

/** A reader of one of a few strings. */
export function oneOf<T extends string>(...values: readonly T[]): Reader<T> {
  const expected = values.map((value) => JSON.stringify(value)).join(" or ");
  return (value, place) => values.find((known) => known === value) ?? refuse(value, expected, place);
}

/** A reader of whole numbers. */
export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER): Reader<number> {
  const expected =
    most === Number.MAX_SAFE_INTEGER ? `a whole number, ${least} or more` : `a whole number from ${least} to ${most}`;
  return (value, place) =>
    typeof value === "number" && Number.isSafeInteger(value) && value >= least && value <= most
      ? value
      : refuse(value, expected, place);
}

/** A reader of finite numbers. */
export function finiteNumber(least: number, unit = ""): Reader<number> {
  const expected = `a number${unit === "" ? "" : ` of ${unit}`}, ${least} or more`;
  return (value, place) =>
    typeof value === "number" && Number.isFinite(value) && value >= least ? value : refuse(value, expected, place);
}

/** Reads a duration in milliseconds, 0 or more. */
export const milliseconds: Reader<number> = finiteNumber(0, "milliseconds");

/** Reads a string. */
export const text: Reader<string> = (value, place) =>
  typeof value === "string" ? value : refuse(value, "a string", place);

/** Reads true or false. */
export const flag: Reader<boolean> = (value, place) =>
  typeof value === "boolean" ? value : refuse(value, "true or false", place);

/** A reader of an object of options inside another. */
export function nested<T extends object>(shape: Shape<T>): Reader<Partial<T>> {
  return (value, place) => readObject(value, shape, place);
}

/** A reader of values that a guard knows. */
export function valueFrom<T>(guard: (value: unknown) => value is T, expected: string): Reader<T> {
  return (value, place) => (guard(value) ? value : refuse(value, expected, place));
}

/** Reads a limit of bytes, 0 or more. Infinity means no limit. */
export const bytes: Reader<number> = (value, place) =>
  typeof value === "number" && value >= 0 ? value : refuse(value, "a number of bytes, 0 or more", place);

/** Reads a function. Which arguments it takes cannot be seen. */
export function functionFrom<T extends (...given: never) => unknown>(): Reader<T> {
  return valueFrom((value: unknown): value is T => typeof value === "function", "a function");
}

/** A reader of lists, each item read by itself, a hole as undefined. undefined when an item cannot be used. */
export function listFrom<T>(item: Reader<T>, expected: string): Reader<readonly T[]> {
  return (value, place) => {
    const given = readGuarded(place, () => listOf(value) ?? refuse(value, expected, place));
    const read = given?.map((one, index) => item(one, place.at(index)));
    const used = read?.filter((one) => one !== undefined);
    return used?.length === given?.length ? used : undefined;
  };
}

/**
 * A reader over a check that throws an {@link OptionError}: its issues are reported at the place.
 *
 * @example
 * const endpoint = checkedBy((value: string) => endpointOf(value));
 */
export function checkedBy<T, R>(check: (value: T) => R): Reader<R> {
  return (value, place) => {
    try {
      return Reflect.apply(check, undefined, [value]);
    } catch (error) {
      if (!(error instanceof OptionError)) throw error;
      for (const issue of error.issues) place.sink.add({ ...issue, path: [...place.path, ...issue.path] });
      return undefined;
    }
  };
}

/** Reports that a value is not what was expected. */
export function refuse(value: unknown, expected: string, place: Place): undefined {
  return place.error("input.option", `expected ${expected}; got ${kindOf(value)}`);
}

/** What a value is, in words. Strings may be secrets or content: their kind is enough. */
export function kindOf(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null || typeof value === "number" || typeof value === "boolean") return String(value);
  if (isList(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

function isList(value: unknown): boolean {
  try {
    return Array.isArray(value);
  } catch {
    return false; // a proxy that was revoked
  }
}

const MOST_LISTED = 16;

function listed(known: ReadonlySet<string>): string | undefined {
  if (known.size === 0) return "there are no options here";
  return known.size <= MOST_LISTED ? `the options are ${[...known].join(", ")}` : undefined;
}

function plainObjectOf(known: ReadonlySet<string>): string {
  return `a plain object of options${known.size <= MOST_LISTED ? `, such as { ${[...known].join(", ")} }` : ""}`;
}

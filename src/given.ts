// Options of entry points: one reader that refuses misspelt names, with one wording and a suggestion.
import { isOptions } from "./headers/foreign.ts";
import { errorIssue, type Issue, IssueList, OptionError, type Path, type Place } from "./issues.ts";

const NO_HINTS: ReadonlyMap<string, string> = new Map();

/** The names that an object of options may have. */
export interface OptionNames {
  readonly known: ReadonlySet<string>;
  /** Names that other libraries use, with what to write here instead. */
  readonly hints?: ReadonlyMap<string, string>;
}

/** Names written with blanks between them, as a shape for {@link checkOptions}. */
export function optionNames(names: string, hints: ReadonlyMap<string, string> = NO_HINTS): Required<OptionNames> {
  return { known: new Set(names.split(" ")), hints };
}

/**
 * Refuses what is not an object of options, and every name that is not known.
 *
 * @param path - where the options are within those of the caller, as in `["queue"]`
 * @returns the options as they were given
 * @throws OptionError `input.option`, `input.unknown-key` with every unknown name at once
 * @example
 * const { timeout = 5_000 } = checkOptions(options, optionNames("timeout"));
 */
export function checkOptions<T extends object>(options: T, names: OptionNames, path: Path = []): T {
  const missing = options === undefined ? [errorIssue("input.option", path, notOptions(names.known))] : [];
  throwOptions([...missing, ...optionIssues(options, names, path)]);
  return options;
}

/** As {@link checkOptions}, as issues. `undefined` is an empty object. */
export function optionIssues(options: unknown, { known, hints }: OptionNames, path: Path = []): readonly Issue[] {
  if (options === undefined) return [];
  if (!isOptions(options)) return [errorIssue("input.option", path, notOptions(known))];
  const unknown = Object.keys(options).filter((key) => !known.has(key));
  return unknown.map((key) => unknownKey(key, known, path, hints));
}

/** The own properties of an object of options that have one of these names, for an entry point that shares them out. */
export function onlyOf(options: object, names: ReadonlySet<string>): object {
  return Object.fromEntries(Object.entries(options).filter(([key]) => names.has(key)));
}

/** @throws OptionError when there is an issue */
export function throwOptions(issues: readonly Issue[]): void {
  const [first, ...rest] = issues;
  if (first !== undefined) throw new OptionError([first, ...rest]);
}

/** The issue of a name that no option has. */
export function unknownKey(
  key: string,
  known: ReadonlySet<string>,
  path: Path,
  hints: ReadonlyMap<string, string> = NO_HINTS,
): Issue {
  const name = shown(key);
  const near = hints.has(key) ? undefined : nearestName(key, known);
  const message = near === undefined ? `unknown option ${name}` : `unknown option ${name}; did you mean "${near}"?`;
  const hint = hints.get(key) ?? (near === undefined ? listed(known) : undefined);
  return errorIssue("input.unknown-key", [...path, key], message, hint === undefined ? {} : { hint });
}

/** Reads one value: gives what to use, or undefined after it reported at the place why it cannot be used. */
export type Reader<T> = (value: unknown, place: Place) => T | undefined;

/** An object of options: a reader for each key that it may have. */
export interface Shape<T extends object> {
  readonly readers: { readonly [K in keyof T]-?: Reader<Exclude<T[K], undefined>> };
  /** What was expected, as in `expected an object such as { base, cap }`. */
  readonly expected: string;
  /** Names that other libraries use, with what to write here instead. */
  readonly hints: ReadonlyMap<string, string>;
  readonly known: ReadonlySet<string>;
  /** Options that must be there. */
  readonly required: ReadonlySet<string>;
}

/**
 * Describes an object of options for {@link readObject}.
 *
 * @example
 * const RETRIES = shapeOf<{ base?: number; cap?: number }>({ base: milliseconds, cap: milliseconds });
 */
export function shapeOf<T extends object>(
  readers: Shape<T>["readers"],
  { expected, hints = NO_HINTS, required = [] }: ShapeDetail<T> = {},
): Shape<T> {
  const known = new Set(Object.keys(readers));
  return { readers, known, hints, required: new Set(required), expected: expected ?? plainObjectOf(known) };
}

/** What a {@link Shape} says besides its readers. */
export interface ShapeDetail<T extends object> {
  readonly expected?: string;
  readonly hints?: ReadonlyMap<string, string>;
  /** Options whose reader is asked for `undefined` too, so that it reports what is missing. */
  readonly required?: readonly (string & keyof T)[];
}

/**
 * Reads an object of options: its own properties as they are now, each asked for once. Every misspelt name and every
 * value of the wrong kind is reported at its place. `undefined` as a value is an absent option.
 *
 * @returns a frozen object with the values that can be used; undefined when `value` is not an object of options
 */
export function readObject<T extends object>(value: unknown, shape: Shape<T>, place: Place): Partial<T> | undefined {
  const own = isOptions(value) ? ownValues(value, place) : place.error("input.option", `expected ${shape.expected}`);
  if (own === undefined) return undefined;
  for (const [key] of own)
    if (!shape.known.has(key)) place.sink.add(unknownKey(key, shape.known, place.path, shape.hints));
  const given: Partial<T> = {};
  for (const [key, item] of own) {
    if (item !== undefined && isKeyOf(key, shape)) given[key] = shape.readers[key](item, place.at(key));
  }
  for (const key of shape.required)
    if (isKeyOf(key, shape) && !own.some(([name, item]) => name === key && item !== undefined))
      shape.readers[key](undefined, place.at(key));
  return Object.freeze(given);
}

function isKeyOf<T extends object>(key: string, { known }: Shape<T>): key is string & keyof T {
  return known.has(key);
}

function ownValues(value: object, place: Place): readonly (readonly [string, unknown])[] | undefined {
  try {
    return Object.entries(value);
  } catch {
    return place.error("input.unreadable", "the value throws when it is read", { hint: "give plain data" });
  }
}

/**
 * Reads the options of an entry point.
 *
 * @throws OptionError with every issue
 */
export function readOptionsOf<T extends object>(value: unknown, shape: Shape<T>, path: Path = []): Partial<T> {
  const list = new IssueList();
  const given = readObject<T>(value === undefined ? {} : value, shape, list.root.in(path));
  list.throwIfErrors(OptionError);
  return given ?? {};
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

/**
 * A reader of numbers above a bound, which is not allowed itself.
 *
 * @param unit - what is counted, as in `recipients per second`
 */
export function numberAbove(bound: number, unit = ""): Reader<number> {
  const expected = `a number${unit === "" ? "" : ` of ${unit}`} above ${bound}`;
  return (value, place) =>
    typeof value === "number" && Number.isFinite(value) && value > bound ? value : refuse(value, expected, place);
}

/** Reads a limit of bytes, 0 or more. Infinity is no limit. */
export const bytes: Reader<number> = (value, place) =>
  typeof value === "number" && value >= 0 ? value : refuse(value, "a number of bytes, 0 or more", place);

/** Reads a function. Which arguments it takes cannot be seen. */
export function functionFrom<T extends (...given: never) => unknown>(): Reader<T> {
  return valueFrom((value: unknown): value is T => typeof value === "function", "a function");
}

/** A reader of lists, each item read by itself. undefined when an item cannot be used. */
export function listFrom<T>(item: Reader<T>, expected: string): Reader<readonly T[]> {
  return (value, place) => {
    if (!Array.isArray(value)) return refuse(value, expected, place);
    const given: readonly unknown[] = value;
    const read = given.flatMap((one, index) => item(one, place.at(index)) ?? []);
    return read.length === given.length ? read : undefined;
  };
}

/**
 * A reader over a check that throws an {@link OptionError}: its issues are reported at the place.
 *
 * @example
 * const render = checkedBy((value: RenderOptions) => checkRenderOptions(value));
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

// Strings may be secrets or content: their kind is enough.
function kindOf(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null || typeof value === "number" || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

const MOST_LISTED = 16;

function listed(known: ReadonlySet<string>): string | undefined {
  if (known.size === 0) return "there are no options here";
  return known.size <= MOST_LISTED ? `the options are ${[...known].join(", ")}` : undefined;
}

function notOptions(known: ReadonlySet<string>): string {
  return `expected ${plainObjectOf(known)}`;
}

function plainObjectOf(known: ReadonlySet<string>): string {
  return `a plain object of options${known.size <= MOST_LISTED ? `, such as { ${[...known].join(", ")} }` : ""}`;
}

const MOST_SHOWN = 60;

// A key may be anything: what is shown of it is short and on one line.
function shown(key: string): string {
  return JSON.stringify(key.length > MOST_SHOWN ? `${key.slice(0, MOST_SHOWN)}…` : key);
}

/**
 * The known name that was most likely meant: the same but for case, hyphens and underscores, or a few letters away.
 *
 * @example
 * nearestName("tagz", new Set(["tags", "rate"])); // "tags"
 */
export function nearestName(key: string, known: Iterable<string>): string | undefined {
  const wanted = plain(key);
  if (wanted === "" || wanted.length > MOST_SHOWN) return undefined;
  const most = Math.min(3, Math.floor((wanted.length + 2) / 3));
  let best: { readonly name: string; readonly distance: number } | undefined;
  for (const name of known) {
    const other = plain(name);
    const distance = Math.abs(other.length - wanted.length) > most ? Number.POSITIVE_INFINITY : edits(wanted, other);
    if (distance <= most && distance < (best?.distance ?? Number.POSITIVE_INFINITY)) best = { name, distance };
  }
  return best?.name;
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[-_ ]/g, "");
}

// The distance of Damerau and Levenshtein, adjacent letters that are swapped counting once. Names are short.
function edits(one: string, other: string): number {
  let [older, previous]: [number[], number[]] = [[], Array.from({ length: other.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    for (let j = 1; j <= other.length; j++) {
      const cost = one[i - 1] === other[j - 1] ? 0 : 1;
      const swapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      const least = Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + cost);
      row.push(swapped ? Math.min(least, (older[j - 2] ?? 0) + 1) : least);
    }
    [older, previous] = [previous, row];
  }
  return previous[other.length] ?? 0;
}

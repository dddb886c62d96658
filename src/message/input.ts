// Small readers that every door uses: keys that nobody knows, dates, strings.
import { isDate } from "../encoding/kinds.ts";
import { unknownKey } from "../given.ts";
import { isHeaderDate } from "../headers/date.ts";
import { isInherited, isPlain, readGuarded } from "../headers/foreign.ts";
import { errorIssue, type Issue, type Path, type Report } from "../issues.ts";
import { ownCopy } from "./record.ts";

/** Reports own keys that no rule knows: a misspelt option must not vanish. */
export function checkKeys(
  input: object,
  known: ReadonlySet<string>,
  path: Path,
  report: Report,
  hints?: ReadonlyMap<string, string>,
): void {
  for (const key of Object.keys(input)) if (!known.has(key)) report(unknownKey(key, known, path, hints));
}

/** The own properties of an object, as data with nothing behind it. */
export function ownProperties(input: object): Readonly<Record<string, unknown>> {
  return ownCopy(input);
}

/** What an object of options may hold, and how it is told what it is. */
export interface OptionsShape {
  readonly known: ReadonlySet<string>;
  /** As in `an envelope is { from?, to? }`. */
  readonly what: string;
  readonly hints?: ReadonlyMap<string, string>;
}

/**
 * Reads an object of options: its own properties as they are now, each asked for once. Keys that nobody knows are
 * reported, and so is what only looks like options and would be lost: a Map, a promise, properties of a prototype.
 */
export function readOptions(
  input: unknown,
  { known, what, hints }: OptionsShape,
  path: Path,
  report: Report,
): Readonly<Record<string, unknown>> | undefined {
  const given = readOwn(input, { known, what }, path, report);
  if (given !== undefined) checkKeys(given, known, path, report, hints);
  return given;
}

/** As {@link readOptions}, where keys that nobody knows are told later. */
export function readOwn(
  input: unknown,
  { known, what }: OptionsShape,
  path: Path,
  report: Report,
): Readonly<Record<string, unknown>> | undefined {
  return readGuarded(path, report, () => {
    if (typeof input !== "object" || input === null || Array.isArray(input)) {
      report(errorIssue("input.type", path, what));
      return undefined;
    }
    return isPlain(input) || standsAlone(input, known, what, path, report) ? ownCopy(input) : undefined;
  });
}

// An instance of a class is welcome when all that matters is its own.
function standsAlone(input: object, known: ReadonlySet<string>, what: string, path: Path, report: Report): boolean {
  const inherited = [...known].filter((key) => isInherited(input, key));
  for (const key of inherited) {
    const message = "the option is inherited, and only an object's own properties are read";
    report(errorIssue("input.type", [...path, key], message, { hint: "spread all of it into a plain object" }));
  }
  if (inherited.length > 0) return false;
  if (Object.keys(input).length > 0) return true;
  report(errorIssue("input.type", path, what, { hint: PLAIN }));
  return false;
}

const PLAIN = "give a plain object: await a promise, turn a Map or Headers into one with Object.fromEntries";

/** Names and values of a plain object; undefined after `input.type` for anything else. */
export function readEntries(
  input: unknown,
  what: string,
  path: Path,
  report: Report,
): readonly (readonly [name: string, value: unknown])[] | undefined {
  return readGuarded(path, report, () => {
    if (typeof input === "object" && input !== null && isPlain(input)) return Object.entries(input);
    report(errorIssue("input.type", path, what, typeof input === "object" && input !== null ? { hint: PLAIN } : {}));
    return undefined;
  });
}

/** Milliseconds of a valid `Date`; `header.date` for anything else. */
export function readDate(input: unknown, path: Path, report: Report): number | undefined {
  const time = timeOf(input);
  if (time !== undefined || (typeof input !== "string" && typeof input !== "number")) {
    return readTime(time, path, report);
  }
  report(errorIssue("header.date", path, `a date is a Date, and not a ${typeof input}`, { hint: "give new Date(…)" }));
  return undefined;
}

/** Milliseconds that a header can show; `header.date` for anything else. */
export function readTime(input: unknown, path: Path, report: Report): number | undefined {
  if (isHeaderTime(input)) return input;
  report(
    errorIssue("header.date", path, "a date is a valid Date between the years 1900 and 9999", { rfc: "RFC 5322 s3.3" }),
  );
  return undefined;
}

/** True for milliseconds that a header can show. */
export function isHeaderTime(time: unknown): time is number {
  return typeof time === "number" && isHeaderDate(time);
}

/** Milliseconds of a `Date`, of this realm or another; undefined for anything else. */
export function timeOf(input: unknown): number | undefined {
  if (!isDate(input)) return undefined;
  return Date.prototype.getTime.call(input);
}

/** Reads what was given; leaves absent what was not. */
export function readOptional<T>(
  input: unknown,
  read: (input: unknown, path: Path, report: Report) => T | undefined,
  path: Path,
  report: Report,
): T | undefined {
  return input === undefined ? undefined : read(input, path, report);
}

/** A charset label that nothing was registered for. */
export function unknownCharset(path: Path): Issue {
  return errorIssue("charset.unknown", path, "there is no charset of this label", {
    hint: 'import "mimewright/charset" for the legacy charsets',
  });
}

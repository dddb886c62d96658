// Readers of option values that several objects of options share: those of the endpoint, of a filter, of faults, of
// limits. All report at their place.

import { type Reader, refuse, valueFrom } from "../../given.ts";
import { errorIssue, OptionError } from "../../issues.ts";
import { isOptions } from "../../options/plain.ts";

/** A reader of numbers in a range. */
export function numberWithin(least: number, most: number, unit = ""): Reader<number> {
  const isWithin = (value: unknown): value is number => typeof value === "number" && value >= least && value <= most;
  return valueFrom(isWithin, `a number${unit === "" ? "" : ` of ${unit}`} from ${least} to ${most}`);
}

/** Reads a limit: a number from 0, or -1 for no limit. */
export const limit: Reader<number> = valueFrom(
  (value): value is number => typeof value === "number" && (value === -1 || (value >= 0 && Number.isFinite(value))),
  "a number from 0, or -1 for no limit",
);

/** Reads a string that is not empty. */
export const filledText: Reader<string> = valueFrom(
  (value): value is string => typeof value === "string" && value !== "",
  "a string that is not empty",
);

/** Reads the URL of an HTTP server. */
export const httpUrl: Reader<string> = valueFrom(
  (value): value is string =>
    typeof value === "string" && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol),
  "an http or https URL such as http://localhost:8025",
);

/** A reader of objects whose keys are the caller's own, each value at its key. */
export function recordOf<T>(member: Reader<T>, expected: string): Reader<Readonly<Record<string, T>>> {
  return (value, place) => {
    if (!isOptions(value)) return refuse(value, expected, place);
    const entries = Object.entries(value).map(([key, one]) => [key, member(one, place.at(key))] as const);
    return Object.fromEntries(
      entries.filter((entry): entry is readonly [string, Awaited<T> & T] => entry[1] !== undefined),
    );
  };
}

/** A string that is a separate argument. @throws OptionError */
export function requiredText(value: unknown, name: string, expected: string): string {
  if (typeof value === "string") return value;
  throw new OptionError([errorIssue("input.option", [name], `expected ${expected}; got ${typeof value}`)]);
}

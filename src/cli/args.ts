// Reading a command line: Node's own parser, its complaints as ours.
import { type ParseArgsConfig, parseArgs } from "node:util";
import { nearestName } from "../given.ts";
import { type Limits, sesV1, sesV2, smtp } from "../index.ts";
import { reasonOf, UsageError } from "./io.ts";

/** Options and files of a command line. @throws UsageError for options that do not exist or lack their value */
export function readArgs<const T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    throw new UsageError(`${complaintOf(reasonOf(error))}${suggestion(reasonOf(error), config)}`);
  }
}

// Node names the option that it does not know in quotation marks.
function suggestion(reason: string, { options = {} }: ParseArgsConfig): string {
  const name = /^Unknown option '--?([^'=]+)'/.exec(reason)?.[1];
  const near = name === undefined ? undefined : nearestName(name, Object.keys(options));
  return near === undefined ? "" : `; did you mean --${near}?`;
}

// Of an option that does not exist Node also tells how to write a file of that name, and it breaks lines.
function complaintOf(reason: string): string {
  const advice = reason.indexOf(". To specify a positional argument");
  return (advice < 0 ? reason : reason.slice(0, advice)).replaceAll("\n", " ");
}

/** The one file that a command takes. @throws UsageError */
export function oneFile(files: readonly string[]): string {
  const [file, ...others] = someFiles(files);
  if (others.length > 0) throw new UsageError(`one file at a time: ${others.length} too many`);
  return file;
}

/** The files that a command takes. @throws UsageError when there are none, or the standard input comes twice */
export function someFiles(files: readonly string[]): readonly [string, ...string[]] {
  const [first, ...others] = files;
  if (first === undefined) throw new UsageError("which file?");
  if (files.filter((file) => file === "-").length > 1) throw new UsageError("the standard input (-) is read once");
  return [first, ...others];
}

/** One of the values that an option takes. @throws UsageError */
export function oneOf<T extends string>(option: string, value: string | undefined, values: readonly T[]): T {
  const found = values.find((one) => one === value);
  if (found !== undefined) return found;
  throw new UsageError(`${option} is ${values.slice(0, -1).join(", ")} or ${values.at(-1)}`);
}

/** A whole number in a range. @throws UsageError */
export function wholeNumber(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new UsageError(`${option} is a whole number from ${least} to ${most}`);
}

/** A point in time, with its zone: the same bytes on every machine. @throws UsageError */
export function timeOf(option: string, text: string): Date {
  const time = parseTime(text);
  if (time === undefined) throw new UsageError(`${option} is a time with its zone, such as 2026-11-01T09:00:00Z`);
  return time;
}

// ECMA-262 s21.4.1.32: without a zone a date-time is local time, and a date alone is UTC.
const TIME = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d))?$/;

/** An ISO 8601 time that means the same everywhere; undefined for every other text. */
export function parseTime(text: string): Date | undefined {
  if (!TIME.test(text)) return undefined;
  const [time, day] = [new Date(text), new Date(`${text.slice(0, 10)}T00:00:00Z`)];
  // The 30th of February would be taken for the 2nd of March.
  const isDay = !Number.isNaN(day.getTime()) && day.getUTCDate() === Number(text.slice(8, 10));
  return isDay && !Number.isNaN(time.getTime()) ? time : undefined;
}

/** The options that were given, under the names that the library has for them. */
export function given<K extends string, T>(key: K, value: T | undefined): { readonly [P in K]?: T };
export function given(key: string, value: unknown): object {
  return value === undefined ? {} : { [key]: value };
}

/** Names of limits on the command line. */
const LIMITS = ["ses-v1", "ses-v2", "smtp"] as const;

const PROFILES: Readonly<Record<(typeof LIMITS)[number], Limits>> = { "ses-v1": sesV1, "ses-v2": sesV2, smtp };

/** The limits of a name. @throws UsageError */
export function limitsOf(name: string): Limits {
  return PROFILES[oneOf("--limits", name, LIMITS)];
}

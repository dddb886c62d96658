// Small readers that every door uses: keys that nobody knows, dates, strings.
import { isHeaderDate, parseDate } from "../headers/date.ts";
import { errorIssue, type Issue, type Path, type Report } from "../issues.ts";
import { ownCopy } from "./record.ts";

const NO_HINTS: ReadonlyMap<string, string> = new Map();

/** Reports own keys that no rule knows: a misspelt option must not vanish. */
export function checkKeys(
  input: object,
  known: ReadonlySet<string>,
  path: Path,
  report: Report,
  hints: ReadonlyMap<string, string> = NO_HINTS,
): void {
  for (const key of Object.keys(input)) {
    if (known.has(key)) continue;
    const hint = hints.get(key);
    report(
      errorIssue("input.unknown-key", [...path, key], "there is no such option", hint === undefined ? {} : { hint }),
    );
  }
}

/** The own properties of an object, as data with nothing behind it. */
export function ownProperties(input: object): Readonly<Record<string, unknown>> {
  return ownCopy(input);
}

/** Milliseconds of a valid `Date`; `header.date` for anything else. */
export function readDate(input: unknown, path: Path, report: Report): number | undefined {
  return readTime(timeOf(input), path, report);
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

// The brand is what counts: `instanceof` knows no dates of another realm, and trusts look-alikes.
function isDate(input: unknown): input is Date {
  try {
    Reflect.apply(Date.prototype.getTime, input, []);
    return true;
  } catch {
    return false;
  }
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

/** A date given as the text of a header field (RFC 5322 s3.3), in milliseconds. */
export function readDateText(input: unknown, path: Path, report: Report): number | undefined {
  const time = typeof input === "string" ? parseDate(input) : undefined;
  return readDate(time === undefined ? input : new Date(time), path, report);
}

// The Date of a message as callers have it, with the zone in which it is to be written. RFC 5322 s3.3.
import { isHeaderDate, parseDate, parseIsoTime, UTC, type ZonedTime, zoneOfOffset } from "../headers/date.ts";
import { dateFault } from "../headers/date-fault.ts";
import { isOptions, readGuarded } from "../headers/foreign.ts";
import { checkStructuredText } from "../headers/tokens.ts";
import { errorIssue, type Path, type Report } from "../issues.ts";
import { type OptionsShape, readOptions, timeOf } from "./input.ts";

const ZONED: OptionsShape = { known: new Set(["at", "offset"]), what: "a date with a zone is { at: Date, offset }" };

/** Reads a `Date`, `{ at, offset }`, or text that says its offset. */
export function readZonedDate(input: unknown, path: Path, report: Report): ZonedTime | undefined {
  return readGuarded(path, report, () => readAny(input, path, report));
}

function readAny(input: unknown, path: Path, report: Report): ZonedTime | undefined {
  if (typeof input === "string") return readText(input, path, report);
  const time = timeOf(input);
  if (time !== undefined) return checkTime(time, UTC, path, report);
  if (typeof input === "number") return refuse(path, report, "give new Date(milliseconds)");
  if (!isOptions(input) || !Object.hasOwn(input, "at")) {
    return refuse(path, report, "give new Date(…), or { at: new Date(…), offset: minutes }");
  }
  const given = readOptions(input, ZONED, path, report);
  return given === undefined ? undefined : readZoned(given, path, report);
}

function readZoned(given: Readonly<Record<string, unknown>>, path: Path, report: Report): ZonedTime | undefined {
  const zone = typeof given.offset === "number" ? zoneOfOffset(given.offset) : undefined;
  if (zone === undefined) {
    const message = "offset is a whole number of minutes east of UTC, at most 99 hours and 59 minutes";
    const hint = "540 is +0900, -210 is -0330";
    report(errorIssue("header.date", [...path, "offset"], message, { rfc: "RFC 5322 s3.3", hint }));
    return undefined;
  }
  // A Date that went through JSON is text.
  const text = typeof given.at === "string" ? readText(given.at, [...path, "at"], report) : undefined;
  if (typeof given.at === "string" && text === undefined) return undefined;
  const time = text?.time ?? timeOf(given.at);
  return time === undefined
    ? refuse([...path, "at"], report, "give new Date(…)")
    : checkTime(time, zone, [...path, "at"], report);
}

function readText(text: string, path: Path, report: Report): ZonedTime | undefined {
  if (!checkStructuredText(text, path, report)) return undefined;
  const read = parseDate(text) ?? parseIsoTime(text);
  if (read !== undefined) return read;
  const hint = "give new Date(…), or text with its offset: 2026-11-24T14:06:07+09:00, Tue, 24 Nov 2026 14:06:07 +0900";
  const detail = { rfc: "RFC 5322 s3.3", hint };
  report(errorIssue("header.date", path, dateFault(text), detail));
  return undefined;
}

function checkTime(time: number, zone: string, path: Path, report: Report): ZonedTime | undefined {
  return isHeaderDate(time, zone) ? { time, zone } : refuse(path, report, "check that the Date is valid");
}

function refuse(path: Path, report: Report, hint: string): undefined {
  const message = "a date is a valid Date between the years 1900 and 9999";
  report(errorIssue("header.date", path, message, { rfc: "RFC 5322 s3.3", hint }));
  return undefined;
}

// The Date of a message as callers have it, with the zone in which it is to be written. RFC 5322 s3.3.

import { inputNames, readProperties } from "../../given.ts";
import type { Place } from "../../issues.ts";
import { isOptions, readGuarded } from "../../options/plain.ts";
import {
  dateProblem,
  isHeaderDate,
  parseDate,
  parseIsoTime,
  UTC,
  type ZonedTime,
  zoneOfOffset,
} from "../headers/date.ts";
import { checkStructuredText } from "../headers/tokens.ts";
import { isDate } from "../octets/kinds.ts";

const VALID_DATE = "expected a valid Date between the years 1900 and 9999";
const ZONED = inputNames("at offset", "a date with a zone, { at: Date, offset }");

/** Reads a `Date`, `{ at, offset }`, or text that says its offset. */
export function readZonedDate(input: unknown, place: Place): ZonedTime | undefined {
  return readGuarded(place, () => readAny(input, place));
}

function readAny(input: unknown, place: Place): ZonedTime | undefined {
  if (typeof input === "string") return readText(input, place);
  const time = timeOf(input);
  if (time !== undefined) return checkTime(time, UTC, place);
  if (typeof input === "number") return refuse(place, "give new Date(milliseconds)");
  if (!isOptions(input) || !Object.hasOwn(input, "at")) {
    return refuse(place, "give new Date(…), or { at: new Date(…), offset: minutes }");
  }
  const given = readProperties(input, ZONED, place);
  return given === undefined ? undefined : readZoned(given, place);
}

function readZoned(given: Readonly<Record<string, unknown>>, place: Place): ZonedTime | undefined {
  const zone = typeof given.offset === "number" ? zoneOfOffset(given.offset) : undefined;
  if (zone === undefined) {
    const message = "offset is a whole number of minutes east of UTC, at most 99 hours and 59 minutes";
    const hint = "540 is +0900, -210 is -0330";
    return place.at("offset").error("header.date", message, { rfc: "RFC 5322 s3.3", hint });
  }
  // A Date that went through JSON is text.
  const text = typeof given.at === "string" ? readText(given.at, place.at("at")) : undefined;
  if (typeof given.at === "string" && text === undefined) return undefined;
  const time = text?.time ?? timeOf(given.at);
  return time === undefined ? refuse(place.at("at"), "give new Date(…)") : checkTime(time, zone, place.at("at"));
}

function readText(text: string, place: Place): ZonedTime | undefined {
  if (!checkStructuredText(text, place)) return undefined;
  const read = parseDate(text) ?? parseIsoTime(text);
  if (read !== undefined) return read;
  const hint = "give new Date(…), or text with its offset: 2026-11-24T14:06:07+09:00, Tue, 24 Nov 2026 14:06:07 +0900";
  const detail = { rfc: "RFC 5322 s3.3", hint };
  return place.error("header.date", dateProblem(text), detail);
}

function checkTime(time: number, zone: string, place: Place): ZonedTime | undefined {
  return isHeaderDate(time, zone) ? { time, zone } : refuse(place, "check that the Date is valid");
}

function refuse(place: Place, hint: string): undefined {
  return place.error("header.date", VALID_DATE, { rfc: "RFC 5322 s3.3", hint });
}

/** Milliseconds of a valid `Date`; `header.date` for anything else. */
export function readDate(input: unknown, place: Place): number | undefined {
  const time = timeOf(input);
  if (time === undefined && (typeof input === "string" || typeof input === "number")) {
    return place.error("header.date", `expected a Date; got a ${typeof input}`, { hint: "give new Date(…)" });
  }
  return readTime(time, place);
}

/** Milliseconds that a header can show; `header.date` for anything else. */
export function readTime(input: unknown, place: Place): number | undefined {
  if (isHeaderTime(input)) return input;
  return place.error("header.date", VALID_DATE, { rfc: "RFC 5322 s3.3" });
}

/** True for milliseconds that a header can show. */
export function isHeaderTime(time: unknown): time is number {
  return typeof time === "number" && isHeaderDate(time);
}

/** Milliseconds of a `Date`, of this realm or another; undefined for anything else. */
export function timeOf(input: unknown): number | undefined {
  return isDate(input) ? Date.prototype.getTime.call(input) : undefined;
}

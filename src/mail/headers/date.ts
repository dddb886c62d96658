// Dates as header text and back, and what is wrong with one that cannot be read. RFC 5322 s3.3, with the obsolete names
// of zones from s4.3.

const MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec";

// RFC 5322 s3.3: a year has four digits and is not before 1900.
const EARLIEST = Date.UTC(1900, 0, 1);
const LATEST = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** The zone of a time that names none. */
export const UTC = "+0000";

/** A moment, and the zone in which it is written. */
export interface ZonedTime {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** As `+0900`; `-0000` says that the local zone is not known (RFC 5322 s3.3). */
  readonly zone: string;
}

/** True when a header can hold the time, in milliseconds since 1970, as it is shown in the zone. */
export function isHeaderDate(time: number, zone: string = UTC): boolean {
  return isWithin(time) && isWithin(time + minutesOf(zone) * 60_000);
}

function isWithin(time: number): boolean {
  return time >= EARLIEST && time <= LATEST;
}

/** True for a zone as it is written: a sign, hours, minutes below 60. RFC 5322 s3.3. */
export function isZone(text: string): boolean {
  return /^[+-]\d{2}[0-5]\d$/.test(text);
}

/** The zone so many minutes east of UTC. RFC 5322 s3.3 ends at 99 hours and 59 minutes on either side. */
export function zoneOfOffset(minutes: number): string | undefined {
  const size = Math.abs(minutes);
  if (!Number.isInteger(minutes) || size > 99 * 60 + 59) return undefined;
  return (minutes < 0 ? "-" : "+") + String(Math.floor(size / 60) * 100 + (size % 60)).padStart(4, "0");
}

function minutesOf(zone: string): number {
  const size = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3, 5));
  return zone.startsWith("-") ? -size : size;
}

/**
 * A date-time in its zone.
 *
 * @param time milliseconds since 1970; parts of a second are dropped.
 * @param zone as `+0900`; UTC when absent.
 * @example
 * formatDate(Date.UTC(2026, 10, 24, 5, 6, 7)); // "Tue, 24 Nov 2026 05:06:07 +0000"
 * formatDate(Date.UTC(2026, 10, 24, 5, 6, 7), "+0900"); // "Tue, 24 Nov 2026 14:06:07 +0900"
 */
export function formatDate(time: number, zone: string = UTC): string {
  // The language writes dates as RFC 5322 does, but for the zone (ECMA-262 s21.4.4.43).
  return new Date(zone === UTC ? time : time + minutesOf(zone) * 60_000).toUTCString().slice(0, -3) + zone;
}

// Every part has a bounded width, so the patterns cannot backtrack far.
const DAY = /^(?:([a-z]{3}), {0,3})?(\d{1,2}) {1,3}([a-z]{3}) {1,3}(\d{4})(?!\d)/i;
const TIME = /^ {1,3}(\d{2}):(\d{2})(?::(\d{2}))? {1,3}([+-]\d{4}|[a-z]{1,3})(?: {0,3}\([\w +:/.-]{1,40}\))?$/i;

// RFC 5322 s4.3.
const ZONE_NAMES =
  "UT+0000 GMT+0000 UTC+0000 Z+0000 EST-0500 EDT-0400 CST-0600 CDT-0500 MST-0700 MDT-0600 PST-0800 PDT-0700";

/**
 * Reads a date-time of RFC 5322. The names of zones of RFC 822 are read as s4.3 says.
 *
 * @returns undefined when the text is not a date-time, names a day that does not exist, the wrong day of the week or a
 * zone without a known offset.
 * @example
 * parseDate("Tue, 24 Nov 2026 05:06:07 +0100"); // { time: Date.UTC(2026, 10, 24, 4, 6, 7), zone: "+0100" }
 */
export function parseDate(text: string): ZonedTime | undefined {
  const read = readDate(text);
  return typeof read === "string" ? undefined : read;
}

/**
 * Says what is wrong with a date that {@link parseDate} does not read.
 *
 * @example
 * dateProblem("Mon, 24 Nov 2026 05:06:07 +0000"); // "the day of the week is not that of the date, which is a Tue"
 */
export function dateProblem(text: string): string {
  const read = readDate(text.trimStart());
  return typeof read === "string" ? read : UNREADABLE;
}

const UNREADABLE = "the time or the zone of the date cannot be read";

// The date-time, or what is wrong with it.
function readDate(text: string): ZonedTime | string {
  const day = DAY.exec(text);
  const [, weekday, date, name = "", year] = day ?? [];
  const month = MONTHS.indexOf(name.toLowerCase()) / 3;
  if (day === null || !Number.isInteger(month) || month < 0) return "this is not a date and time";
  const written = new Date(Date.UTC(Number(year), month, Number(date)));
  if (written.getUTCDate() !== Number(date)) return "there is no such day in the calendar";
  // Of the day as it is written: a leap second at its end is counted to the next one.
  const right = written.toUTCString().slice(0, 3);
  if (weekday !== undefined && right.toLowerCase() !== weekday.toLowerCase()) {
    return `the day of the week is not that of the date, which is a ${right}`;
  }
  const time = TIME.exec(text.slice(day[0].length));
  if (time === null) return UNREADABLE;
  const [, hour, minute, second = "0", zone = ""] = time;
  return timeOf(written.getTime(), [hour, minute, second].map(Number), zoneOf(zone.toUpperCase())) ?? UNREADABLE;
}

// RFC 5322 s4.3: a military letter says nothing that can be relied on.
function zoneOf(written: string): string | undefined {
  if (isZone(written)) return written;
  const named = ZONE_NAMES.split(" ").find((zone) => zone.slice(0, -5) === written);
  return named?.slice(-5) ?? (/^[A-IK-Y]$/.test(written) ? "-0000" : undefined);
}

const ISO_TIME = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(?:Z|([+-]\d{2}):?(\d{2}))$/i;

/**
 * Reads a time of ISO 8601 that says its offset.
 *
 * @example
 * parseIsoTime("2026-11-24T14:06:07+09:00"); // { time: Date.UTC(2026, 10, 24, 5, 6, 7), zone: "+0900" }
 */
export function parseIsoTime(text: string): ZonedTime | undefined {
  const match = ISO_TIME.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second = "0", fraction = "", zoneHour = "+00", zoneMinute = "00"] = match;
  const midnight = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  // A month or a day that does not exist would be another one.
  if (!midnight.toISOString().startsWith(text.slice(0, 10))) return undefined;
  const read = timeOf(midnight.getTime(), [hour, minute, second].map(Number), zoneOf(zoneHour + zoneMinute));
  return read && { time: read.time + Number(fraction.slice(0, 3).padEnd(3, "0")), zone: read.zone };
}

/** The time as {@link parseIsoTime} reads it back, zone and milliseconds included. */
export function formatIsoTime({ time, zone }: ZonedTime): string {
  return new Date(time + minutesOf(zone) * 60_000).toISOString().replace("Z", zone);
}

function timeOf(midnight: number, clock: readonly number[], zone: string | undefined): ZonedTime | undefined {
  const [hour = 0, minute = 0, second = 0] = clock;
  // RFC 5322 s3.3: the second 60 is a leap second.
  if (zone === undefined || hour > 23 || minute > 59 || second > 60) return undefined;
  const time = midnight + ((hour * 60 + minute - minutesOf(zone)) * 60 + second) * 1000;
  return isHeaderDate(time, zone) ? { time, zone } : undefined;
}

// Dates as header text and back, and what is wrong with one that cannot be read. RFC 5322 s3.3, with the obsolete names
// of zones from s4.3.

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] as const;
const MONTHS: readonly string[] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

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
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}${two(size % 60)}`;
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
  const date = new Date(zone === UTC ? time : time + minutesOf(zone) * 60_000);
  const day = `${DAYS[date.getUTCDay()]}, ${two(date.getUTCDate())} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
  return `${day} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} ${zone}`;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : `${value}`;
}

// Every part has a bounded width, so the pattern cannot backtrack far.
const DATE_TIME =
  /^(?:([a-z]{3}), {0,3})?(\d{1,2}) {1,3}([a-z]{3}) {1,3}(\d{4}) {1,3}(\d{2}):(\d{2})(?::(\d{2}))? {1,3}([+-]\d{4}|[a-z]{1,3})(?: {0,3}\([\w +:/.-]{1,40}\))?$/i;

// RFC 5322 s4.3.
const ZONE_NAMES = new Map([
  ...["UT", "GMT", "UTC", "Z"].map((name) => [name, UTC] as const),
  ["EST", "-0500"],
  ["EDT", "-0400"],
  ["CST", "-0600"],
  ["CDT", "-0500"],
  ["MST", "-0700"],
  ["MDT", "-0600"],
  ["PST", "-0800"],
  ["PDT", "-0700"],
]);

/**
 * Reads a date-time of RFC 5322. The names of zones of RFC 822 are read as s4.3 says.
 *
 * @returns undefined when the text is not a date-time, names a day that does not exist, the wrong day of the week or a
 * zone without a known offset.
 * @example
 * parseDate("Tue, 24 Nov 2026 05:06:07 +0100"); // { time: Date.UTC(2026, 10, 24, 4, 6, 7), zone: "+0100" }
 */
export function parseDate(text: string): ZonedTime | undefined {
  const match = DATE_TIME.exec(text);
  if (match === null) return undefined;
  const [, weekday, day, month = "", year, hour, minute, second = "0", zone = ""] = match;
  const monthIndex = MONTHS.indexOf(month.charAt(0).toUpperCase() + month.slice(1).toLowerCase());
  const read = timeOf([year, monthIndex + 1, day, hour, minute, second].map(Number), zoneOf(zone.toUpperCase()));
  if (read === undefined || weekday === undefined) return read;
  // Of the day as it is written: a leap second at its end is counted to the next one.
  const written = new Date(Date.UTC(Number(year), monthIndex, Number(day)));
  return DAYS[written.getUTCDay()]?.toLowerCase() === weekday.toLowerCase() ? read : undefined;
}

// RFC 5322 s4.3: a military letter says nothing that can be relied on.
function zoneOf(written: string): string | undefined {
  if (isZone(written)) return written;
  return ZONE_NAMES.get(written) ?? (/^[A-IK-Y]$/.test(written) ? "-0000" : undefined);
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
  const read = timeOf([year, month, day, hour, minute, second].map(Number), zoneOf(zoneHour + zoneMinute));
  return read && { time: read.time + Number(fraction.slice(0, 3).padEnd(3, "0")), zone: read.zone };
}

/** The time as {@link parseIsoTime} reads it back, zone and milliseconds included. */
export function formatIsoTime({ time, zone }: ZonedTime): string {
  return new Date(time + minutesOf(zone) * 60_000).toISOString().replace("Z", zone);
}

function timeOf(parts: readonly number[], zone: string | undefined): ZonedTime | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts;
  const midnight = Date.UTC(year, month - 1, day);
  const date = new Date(midnight);
  if (zone === undefined || month < 1 || month > 12 || day === 0 || date.getUTCDate() !== day) return undefined;
  // RFC 5322 s3.3: the second 60 is a leap second.
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  const time = midnight + ((hour * 60 + minute - minutesOf(zone)) * 60 + second) * 1000;
  return isHeaderDate(time, zone) ? { time, zone } : undefined;
}

/**
 * Says what is wrong with a date that `parseDate` does not read.
 *
 * @example
 * dateProblem("Mon, 24 Nov 2026 05:06:07 +0000"); // "the day of the week is not that of the date, which is a Tue"
 */
export function dateProblem(text: string): string {
  const match = /^\s{0,3}(?:([a-z]{3}),\s{0,3})?(\d{1,2})\s{1,3}([a-z]{3})\s{1,3}(\d{4})(?!\d)/i.exec(text);
  const [, weekday, day, month = "", year] = match ?? [];
  const index = MONTHS.findIndex((name) => name.toLowerCase() === month.toLowerCase());
  if (match === null || index < 0) return "this is not a date and time";
  const date = new Date(Date.UTC(Number(year), index, Number(day)));
  if (date.getUTCDate() !== Number(day)) return "there is no such day in the calendar";
  const right = DAYS[date.getUTCDay()];
  if (weekday !== undefined && right !== undefined && weekday.toLowerCase() !== right.toLowerCase()) {
    return `the day of the week is not that of the date, which is a ${right}`;
  }
  return "the time or the zone of the date cannot be read";
}

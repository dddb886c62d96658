// Dates as header text and back. RFC 5322 s3.3, with the obsolete name of the zone UTC from s4.3.

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] as const;
const MONTHS: readonly string[] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

// RFC 5322 s3.3: a year has four digits and is not before 1900.
const EARLIEST = Date.UTC(1900, 0, 1);
const LATEST = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** True when a header can hold the time, in milliseconds since 1970. */
export function isHeaderDate(time: number): boolean {
  return time >= EARLIEST && time <= LATEST;
}

/**
 * A date-time in UTC.
 *
 * @param time milliseconds since 1970; parts of a second are dropped.
 * @example
 * formatDate(Date.UTC(2026, 10, 24, 5, 6, 7)); // "Tue, 24 Nov 2026 05:06:07 +0000"
 */
export function formatDate(time: number): string {
  const date = new Date(time);
  const day = `${DAYS[date.getUTCDay()]}, ${two(date.getUTCDate())} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
  return `${day} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000`;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : `${value}`;
}

// Every part has a bounded width, so the pattern cannot backtrack far.
const DATE_TIME =
  /^(?:([A-Z][a-z]{2}), {0,3})?(\d{1,2}) {1,3}([A-Z][a-z]{2}) {1,3}(\d{4}) {1,3}(\d{2}):(\d{2})(?::(\d{2}))? {1,3}(?:([+-])(\d{2})(\d{2})|GMT|UT|UTC)(?: {0,3}\([A-Za-z ]{1,40}\))?$/;

/**
 * Reads a date-time.
 *
 * @returns milliseconds since 1970, or undefined when the text is no date-time, names a day that does not exist or
 * the wrong day of the week.
 * @example
 * parseDate("Tue, 24 Nov 2026 05:06:07 +0100"); // Date.UTC(2026, 10, 24, 4, 6, 7)
 */
export function parseDate(text: string): number | undefined {
  const match = DATE_TIME.exec(text);
  if (match === null) return undefined;
  const [, weekday, day = "", month = "", year, hour, minute, second = "0", sign, zoneHour = "0", zoneMinute = "0"] =
    match;
  const monthIndex = MONTHS.indexOf(month);
  const midnight = Date.UTC(Number(year), monthIndex, Number(day));
  const date = new Date(midnight);
  if (monthIndex < 0 || date.getUTCDate() !== Number(day) || Number(day) === 0) return undefined;
  if (weekday !== undefined && weekday !== DAYS[date.getUTCDay()]) return undefined;
  // RFC 5322 s3.3: the second 60 is a leap second.
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60 || Number(zoneMinute) > 59) return undefined;
  const offset = (Number(zoneHour) * 60 + Number(zoneMinute)) * (sign === "-" ? -1 : 1);
  const time = midnight + ((Number(hour) * 60 + Number(minute) - offset) * 60 + Number(second)) * 1000;
  return isHeaderDate(time) ? time : undefined;
}

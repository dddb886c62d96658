// Reads the value of a Date field that another program wrote. RFC 5322 s3.3, s4.3.

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/** `obsolete`: understood by everybody, and not to be written any more. `weekday`: that of another day. */
export type DateForm = "valid" | "obsolete" | "weekday" | "invalid";

/** A moment, and the zone in which it was written. */
export interface ReadDate {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Minutes east of UTC; undefined where the zone says nothing (RFC 5322 s3.3: `-0000`). */
  readonly offset: number | undefined;
}

/** What the value of a date field is. */
export interface DateReading {
  /** How far the value keeps to the grammar. */
  readonly form: DateForm;
  /** What readers take it for, also where the form is wrong; undefined where that is unknown. */
  readonly date: ReadDate | undefined;
}

// A longer value is not a date, and is not read.
const LONGEST = 200;

/**
 * Reads a date and time: the form of RFC 5322, its obsolete forms, and those of ISO 8601 and of C's `asctime`.
 *
 * @example
 * readDate("Tue, 24 Nov 2026 05:06:07 +0100").date?.offset; // 60
 */
export function readDate(value: string): DateReading {
  if (value.length > LONGEST) return { form: "invalid", date: undefined };
  const text = withoutComments(value)
    .toLowerCase()
    .split(/[ \t]+/)
    .filter((word) => word !== "")
    .join(" ");
  return { form: formOf(text), date: momentOf(text) };
}

const strict =
  /^(?:([a-z]{3}) ?, ?)?(\d{1,2}) ([a-z]{3}) (\d{2,4}) (\d{2}) ?: ?(\d{2})(?: ?: ?(\d{2}))? ([+-]\d{4}|[a-z]{1,4})$/;

function formOf(text: string): DateForm {
  const match = strict.exec(text);
  if (match === null) return "invalid";
  const [, dayName, day = "", monthName = "", yearText = "", hour = "", minute = "", second = "0", zone = ""] = match;
  const month = months.indexOf(monthName);
  const year = Number(yearText);
  const time = Number(hour) < 24 && Number(minute) < 60 && Number(second) <= 60;
  const zoned = /^[+-]/.test(zone) ? Number(zone.slice(3)) < 60 : /^(?:ut|gmt|[ecmp][sd]t|[a-ik-z])$/.test(zone);
  if (month < 0 || !time || !zoned) return "invalid";
  if (yearText.length < 4) return "obsolete";
  const date = new Date(Date.UTC(year, month, Number(day)));
  if (year < 1900 || date.getUTCMonth() !== month || date.getUTCDate() !== Number(day)) return "invalid";
  if (dayName !== undefined && days[date.getUTCDay()] !== dayName)
    return days.includes(dayName) ? "weekday" : "invalid";
  return zone === "gmt" || /^[+-]/.test(zone) ? "valid" : "obsolete";
}

const clock = "(\\d{1,2}) ?: ?(\\d{1,2})(?: ?: ?(\\d{1,2})(?:[.,]\\d+)?)?";
const zone = "(?: ?([+-]\\d{2}:?\\d{2}|[a-z]{1,4}))?";
const lenient = new RegExp(`^(?:[a-z]+ ?,? ?)?(\\d{1,2})[ -]([a-z]{3})[a-z]*[ ,-]{1,2}(\\d{2,4}),? ${clock}${zone}$`);
const asctime = new RegExp(`^(?:[a-z]+,? )?([a-z]{3})[a-z]* (\\d{1,2}),? ${clock}${zone} (\\d{4})$`);
const iso = new RegExp(`^(\\d{4})-(\\d{1,2})-(\\d{1,2})(?:t| |, )${clock}${zone}$`);

function momentOf(text: string): ReadDate | undefined {
  const day = lenient.exec(text);
  if (day !== null) return moment([day[3], monthOf(day[2]), day[1]], [day[4], day[5], day[6]], day[7]);
  const month = asctime.exec(text);
  if (month !== null) return moment([month[7], monthOf(month[1]), month[2]], month.slice(3, 6), month[6]);
  const year = iso.exec(text);
  if (year !== null) return moment([year[1], year[2], year[3]], year.slice(4, 7), year[7]);
  return undefined;
}

function monthOf(name: string | undefined): string {
  return String(months.indexOf(name ?? "") + 1);
}

type Numbers = readonly (string | undefined)[];

function moment(date: Numbers, clockOf: Numbers, zoneName: string | undefined): ReadDate | undefined {
  const [year = "", month, day] = date;
  const [hour, minute, second] = clockOf.map((number) => Number(number ?? 0));
  const local = Date.UTC(fullYear(year), Number(month) - 1, Number(day), hour, minute, second);
  const isOnClock = (hour ?? 0) < 24 && (minute ?? 0) < 60 && (second ?? 0) <= 60;
  const isInMonth = new Date(Date.UTC(fullYear(year), Number(month) - 1, Number(day))).getUTCDate() === Number(day);
  if (Number.isNaN(local) || !isOnClock || !isInMonth || month === "0") return undefined;
  const offset = offsetOf(zoneName);
  return { time: local - (offset ?? 0) * 60_000, offset };
}

// RFC 5322 s4.3: years of two and of three digits.
function fullYear(year: string): number {
  const number = Number(year);
  if (year.length === 2) return number + (number < 50 ? 2000 : 1900);
  return year.length === 3 ? number + 1900 : number;
}

const zones: ReadonlyMap<string, number> = new Map([
  ...["ut", "utc", "gmt", "z"].map((name) => [name, 0] as const),
  ...["edt", "est", "cdt", "cst", "mdt", "mst", "pdt", "pst"].map(
    (name, index) => [name, -60 * (4 + Math.ceil(index / 2))] as const,
  ),
]);

// RFC 5322 s4.3: a zone that is not known, and one of the military letters, count as `-0000`.
function offsetOf(name: string | undefined): number | undefined {
  if (name === undefined || name === "-0000") return undefined;
  if (!/^[+-]/.test(name)) return zones.get(name);
  const digits = name.slice(1).replace(":", "");
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return name.startsWith("-") ? -minutes : minutes;
}

// RFC 5322 s3.2.2: comments nest; `(UTC)` behind the zone is common.
function withoutComments(value: string): string {
  let text = "";
  let open = 0;
  for (const char of value) {
    if (char === "(") open++;
    else if (char === ")" && open > 0) open--;
    else if (open === 0) text += char;
  }
  return text;
}

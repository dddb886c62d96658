// Reads the value of a Date field that somebody else wrote. RFC 5322 s3.3, s4.3.

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

const form =
  /^(?:([a-z]{3}) ?, ?)?(\d{1,2}) ([a-z]{3}) (\d{2,4}) (\d{2}) ?: ?(\d{2})(?: ?: ?(\d{2}))? ([+-]\d{4}|[a-z]{1,4})$/;

/** `obsolete`: understood by everybody, and not to be written any more. `weekday`: that of another day. */
export type DateForm = "valid" | "obsolete" | "weekday" | "invalid";

/**
 * Tells whether a value is a date and time.
 *
 * @example
 * readDate("Tue, 24 Nov 2026 05:06:07 +0000"); // "valid"
 */
export function readDate(value: string): DateForm {
  if (value.length > 200) return "invalid";
  const text = withoutComments(value)
    .toLowerCase()
    .split(/[ \t]+/)
    .filter((word) => word !== "")
    .join(" ");
  const match = form.exec(text);
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

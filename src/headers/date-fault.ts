const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/**
 * Says what is wrong with a date that `parseDate` does not read.
 *
 * @example
 * dateFault("Mon, 24 Nov 2026 05:06:07 +0000"); // "the day of the week is not that of the date, which is a Tue"
 */
export function dateFault(text: string): string {
  const match = /^\s{0,3}(?:([a-z]{3}),\s{0,3})?(\d{1,2})\s{1,3}([a-z]{3})\s{1,3}(\d{4})(?!\d)/i.exec(text);
  const [, weekday, day, month = "", year] = match ?? [];
  const index = MONTHS.indexOf(month.toLowerCase());
  if (match === null || index < 0) return "this is not a date and time";
  const date = new Date(Date.UTC(Number(year), index, Number(day)));
  if (date.getUTCDate() !== Number(day)) return "there is no such day in the calendar";
  const right = WEEKDAYS[date.getUTCDay()];
  if (weekday !== undefined && weekday.toLowerCase() !== right && right !== undefined) {
    return `the day of the week is not that of the date, which is a ${right.charAt(0).toUpperCase()}${right.slice(1)}`;
  }
  return "the time or the zone of the date cannot be read";
}

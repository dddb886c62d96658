// Numbers and times as people read them.

const UNITS = ["kB", "MB", "GB"];

/** Bytes, in steps of 1,000. */
export function bytes(count: number): string {
  if (count < 1_000) return `${count} B`;
  let value = count / 1_000;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1_000;
    unit++;
  }
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ${UNITS[unit]}`;
}

/** A whole number with separators. */
export function number(value: number): string {
  return value.toLocaleString("en");
}

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

/** The time of day for today, the day for other days. */
export function shortTime(iso: string): string {
  const at = new Date(iso);
  return at.toDateString() === new Date().toDateString() ? clock.format(at) : day.format(at);
}

/** Date and time. */
export function longTime(iso: string): string {
  return full.format(new Date(iso));
}

/** A count with its noun: `1 message`, `2 messages`. */
export function plural(count: number, noun: string): string {
  return `${number(count)} ${noun}${count === 1 ? "" : "s"}`;
}

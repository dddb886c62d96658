// What a calendar object says of itself, as far as its readers compare it with the part that it travels in.
// RFC 5545 s3.1 (content lines), s3.4, s3.6, s3.7; RFC 6047 s2.4.
import type { Place } from "../issues.ts";

/** Where a calendar object was given, and the method that its part names. */
export interface CalendarSpot {
  /** Of the `method` parameter; undefined where the part has none, and none is asked for. */
  readonly method: string | undefined;
  readonly place: Place;
  readonly methodPlace: Place;
}

/** Warns of what makes readers show no invitation, or none of the object at all. */
export function checkCalendarText(content: string, spot: CalendarSpot): void {
  if (!/^BEGIN:VCALENDAR[ \t]*(?:[\r\n]|$)/i.test(content.slice(0, 200))) {
    warn("the content does not begin with BEGIN:VCALENDAR", "RFC 5545 s3.4", spot);
    return;
  }
  const found = readLines(content);
  if (found.open !== 0) warn("the components do not each have their END", "RFC 5545 s3.6", spot);
  if (found.version !== undefined && found.version !== "2.0") {
    warn("the content is not VERSION 2.0, the only one of text/calendar", "RFC 5545 s3.7.4", spot);
  }
  if (spot.method !== undefined) checkMethod(spot.method, found, spot);
}

function warn(message: string, rfc: string, { place }: CalendarSpot): void {
  place.warning("calendar.content", message, { rfc });
}

// RFC 6047 s2.4: the parameter and the object's METHOD property say the same, or readers show no invitation.
function checkMethod(method: string, found: Lines, { methodPlace }: CalendarSpot): void {
  const message = methodProblem(method, found);
  if (message !== undefined) methodPlace.warning("calendar.method", message, { rfc: "RFC 6047 s2.4" });
}

function methodProblem(method: string, { methods, inner }: Lines): string | undefined {
  const [own, ...others] = methods;
  if (own === undefined) {
    return inner
      ? "METHOD is inside a component: it is a property of VCALENDAR, before its components"
      : "the content has no METHOD property";
  }
  // RFC 5545 s3.6: at most once.
  if (others.some((one) => one !== own)) return "the content has several METHOD properties";
  if (own !== method.toUpperCase()) return "the content's METHOD is another one";
  return inner ? "METHOD is inside a component too: it is a property of VCALENDAR only" : undefined;
}

/** What was found in the lines of an object. */
interface Lines {
  /** BEGIN lines without their END, or more ENDs than BEGINs. */
  readonly open: number;
  readonly version: string | undefined;
  /** The METHOD properties of calendars, in upper case. */
  readonly methods: readonly string[];
  /** True when a component has a METHOD. */
  readonly inner: boolean;
}

// The properties that count, with parameters or without. A quoted parameter may hold a colon.
const LINE = /^(BEGIN|END|METHOD|VERSION)(?:;(?:[^:"\r\n]|"[^"\r\n]*")*)?:([^\r\n]*)/gim;

function readLines(content: string): Lines {
  // RFC 5545 s3.1: a line goes on in the next one when that begins with a blank.
  const unfolded = content.replace(/(?:\r\n|\r|\n)[ \t]/g, "");
  let open = 0;
  let version: string | undefined;
  const methods: string[] = [];
  let inner = false;
  for (const [, name = "", value = ""] of unfolded.matchAll(LINE)) {
    const key = name.toUpperCase();
    if (key === "BEGIN") open++;
    else if (key === "END") open--;
    else if (key === "VERSION" && open === 1) version ??= value.trim();
    else if (key === "METHOD" && open === 1) methods.push(value.trim().toUpperCase());
    else if (key === "METHOD") inner = true;
  }
  return { open, version, methods, inner };
}

// Text of calendar objects and cards, whose readers refuse a byte order mark and compare what a calendar says of itself
// with the part that it travels in. A string loses the mark, with a warning; bytes keep it, with a warning too.
// RFC 5545 s3.1, s3.1.4, s3.4, s3.6, s3.7; RFC 6047 s2.4; RFC 6350 s3.1.
import type { Path, Place } from "../../issues.ts";
import type { ContentType } from "./content-type.ts";
import type { Content } from "./types.ts";

/** The byte order mark. */
export const MARK = "\ufeff";

/**
 * The text of an object without the byte order mark before its BEGIN, with a warning when there was one. What is no such
 * object stays as it is.
 */
export function withoutMark(text: string, place: Place): string {
  if (!text.startsWith(MARK) || !/^\s*BEGIN:/i.test(text.slice(0, 200))) return text;
  place.warning("body.mark", "a byte order mark was left out", { hint: MARK_HINT });
  let start = 1;
  while (text.startsWith(MARK, start)) start++;
  return text.slice(start);
}

export const MARK_HINT = "a text file was saved with it: leave it out where the file is read";

/** The text of octets in UTF-8, or in UTF-16 when they begin with its mark; the mark stays. */
export function readUnicode(bytes: Uint8Array, place: Place): string | undefined {
  const [first, second] = bytes;
  const wide =
    first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff ? "utf-16be" : undefined;
  try {
    return new TextDecoder(wide ?? "utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    const hint = "decode them first, and give the string";
    return place.error("body.type", "the bytes are not UTF-8", { hint });
  }
}

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

const MARKED = /^text\/(?:calendar|vcard|x-vcard|x-vcalendar|directory)$/;

/** A string of a text type, without the mark where its readers refuse one. */
export function cleanString(text: string, type: string, place: Place): string {
  return MARKED.test(type) ? withoutMark(text, place) : text;
}

/**
 * Warns of a mark in bytes, and of a calendar object that does not go with the type of its part.
 *
 * @param place - of the part
 * @param methodKeys - where in the part its `method` parameter was given
 */
export function checkTypedContent(content: Content, type: ContentType, place: Place, methodKeys: Path): void {
  if (content.kind === "source" || !MARKED.test(type.type)) return;
  const [first, second, third] = content.bytes;
  const wide = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  if (wide || (first === 0xef && second === 0xbb && third === 0xbf)) {
    const hint = wide ? "give it as UTF-8, as its readers expect" : "give content.subarray(3)";
    const message = "the bytes begin with a byte order mark, which readers refuse";
    place.at("content").warning("body.mark", message, { hint });
  }
  if (wide || type.type !== "text/calendar") return;
  const text = new TextDecoder("utf-8").decode(content.bytes);
  checkCalendarText(text, {
    method: type.parameters.method,
    place: place.at("content"),
    methodPlace: place.in(methodKeys),
  });
}

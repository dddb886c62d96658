// Content of types whose readers refuse a byte order mark: calendar objects and cards. A string loses it, with a warning;
// bytes are what the caller says they are, so they keep it, with a warning too. RFC 5545 s3.1.4, RFC 6350 s3.1.

import type { Place } from "../issues.ts";
import { checkCalendarText } from "./calendar-text.ts";
import type { Content } from "./types.ts";
import { MARK, withoutMark } from "./unicode-text.ts";

const MARKED = /^text\/(?:calendar|vcard|x-vcard|x-vcalendar|directory)$/;

/** A string of a text type, without the mark where its readers refuse one. */
export function cleanString(text: string, type: string, place: Place): string {
  return MARKED.test(type) ? withoutMark(text, place) : text;
}

/** Where the content of a part was given, and the type of the part. */
export interface TypedSpot {
  readonly type: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly place: Place;
  /** Of the `method` parameter. */
  readonly methodPlace: Place;
}

/** Warns of a mark in bytes, and of a calendar object that does not go with the type of its part. */
export function checkTypedContent(content: Content, spot: TypedSpot): void {
  if (content.kind === "source" || !MARKED.test(spot.type)) return;
  const { place, parameters } = spot;
  const [first, second, third] = content.bytes;
  const wide = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  if (wide || (first === 0xef && second === 0xbb && third === 0xbf)) {
    const hint = wide ? "give it as UTF-8, as its readers expect" : "give content.subarray(3)";
    place.warning("body.mark", "the bytes begin with a byte order mark, which readers refuse", { hint });
  }
  if (wide || spot.type !== "text/calendar") return;
  const text = new TextDecoder("utf-8").decode(content.bytes);
  checkCalendarText(text.startsWith(MARK) ? text.slice(1) : text, { ...spot, method: parameters.method });
}

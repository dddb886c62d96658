// Calendar objects: the calendar option, and text/calendar wherever else it is given. RFC 5545, RFC 6047.

import type { Charset } from "../encoding/charset.ts";
import { isArrayBuffer, isBytes } from "../encoding/kinds.ts";
import { toCrlf } from "../encoding/line-ends.ts";
import { inputNames, readOptional, readProperties } from "../given.ts";
import { checkHeaderText, isToken } from "../headers/tokens.ts";
import type { Place } from "../issues.ts";
import { hintsFor } from "../options/hints.ts";
import { readGuarded, record } from "../options/plain.ts";
import { checkCalendarText, readUnicode, withoutMark } from "./calendar-text.ts";
import { bodyHint } from "./content-hints.ts";
import { readFileName } from "./file-name.ts";
import { bytesOf, canEncode } from "./source.ts";
import type { Calendar } from "./types.ts";

const CALENDAR = inputNames("method content filename", "a calendar, an object { method, content }", hintsFor.calendar);

/** Reads the calendar option. Invisible characters before BEGIN:VCALENDAR are left out, with a warning. */
export function readCalendar(input: unknown, charset: Charset, place: Place): Calendar | undefined {
  const given = readProperties(input, CALENDAR, place);
  if (given === undefined) return undefined;
  const method = readMethod(given.method, place.at("method"));
  const contentPlace = place.at("content");
  const content = readGuarded(contentPlace, () => readContent(given.content, charset, contentPlace));
  const filename = readOptional(given.filename, readFileName, place.at("filename"));
  if (method === undefined || content === undefined) return undefined;
  checkCalendarText(content, { method, place: contentPlace, methodPlace: place.at("method") });
  return record({ method, content, ...(filename === undefined ? {} : { filename }) });
}

function readMethod(input: unknown, place: Place): string | undefined {
  if (typeof input === "string" && !checkHeaderText(input, place)) return undefined;
  if (typeof input === "string" && isToken(input) && input.length <= 64) return input.toUpperCase();
  return place.error("calendar.method", "expected one word such as REQUEST, REPLY, CANCEL or PUBLISH", {
    rfc: "RFC 6047 s2.4",
  });
}

// What a file of the disk gives: a string or the octets, in UTF-8 or, with its mark, in UTF-16.
function readContent(input: unknown, charset: Charset, place: Place): string | undefined {
  const bytes = isBytes(input) || isArrayBuffer(input) ? bytesOf(input) : undefined;
  const text = bytes === undefined ? input : readUnicode(bytes, place);
  if (typeof text === "string") return cleanText(text, charset, place);
  if (bytes === undefined) {
    place.error("body.type", "expected the calendar as a string or as bytes", { hint: bodyHint(input) });
  }
  return undefined;
}

function cleanText(text: string, charset: Charset, place: Place): string | undefined {
  const marked = withoutMark(text, place);
  // RFC 5545 s3.4: BEGIN:VCALENDAR is the first line, and a line that begins with a blank continues the one before.
  const begun = /^\s+(?=BEGIN:VCALENDAR)/i.exec(marked.slice(0, 200));
  if (begun !== null) {
    place.warning("calendar.content", "blanks before BEGIN:VCALENDAR were left out", { rfc: "RFC 5545 s3.4" });
  }
  const content = begun === null ? marked : marked.slice(begun[0].length);
  return canEncode(content, charset, place) ? toCrlf(content) : undefined;
}

// Calendar objects: the calendar option, and text/calendar wherever else it is given. RFC 5545, RFC 6047.
import type { Charset } from "../encoding/charset.ts";
import { isArrayBuffer, isBytes } from "../encoding/kinds.ts";
import { toCrlf } from "../encoding/line-ends.ts";
import { readGuarded } from "../headers/foreign.ts";
import { checkHeaderText, isToken } from "../headers/tokens.ts";
import { errorIssue, type Path, type Report, warningIssue } from "../issues.ts";
import { checkCalendarText } from "./calendar-text.ts";
import { bodyHint } from "./content-hints.ts";
import { readFileName } from "./file-name.ts";
import { type OptionsShape, readOptional, readOptions } from "./input.ts";
import { record } from "./record.ts";
import { bytesOf, canEncode } from "./source.ts";
import type { Calendar } from "./types.ts";
import { readUnicode, withoutMark } from "./unicode-text.ts";

const CALENDAR: OptionsShape = {
  known: new Set(["method", "content", "filename"]),
  what: "a calendar is { method, content }",
};

/** Reads the calendar option. What stands before BEGIN:VCALENDAR and shows nothing is left out, with a warning. */
export function readCalendar(input: unknown, charset: Charset, path: Path, report: Report): Calendar | undefined {
  const given = readOptions(input, CALENDAR, path, report);
  if (given === undefined) return undefined;
  const method = readMethod(given.method, [...path, "method"], report);
  const place = [...path, "content"];
  const content = readGuarded(place, report, () => readContent(given.content, charset, place, report));
  const filename = readOptional(given.filename, readFileName, [...path, "filename"], report);
  if (method === undefined || content === undefined) return undefined;
  checkCalendarText(content, { method, path: place, methodPath: [...path, "method"], report });
  return record({ method, content, ...(filename === undefined ? {} : { filename }) });
}

function readMethod(input: unknown, path: Path, report: Report): string | undefined {
  if (typeof input === "string" && !checkHeaderText(input, path, report)) return undefined;
  if (typeof input === "string" && isToken(input) && input.length <= 64) return input.toUpperCase();
  report(
    errorIssue("calendar.method", path, "a method is one word, as REQUEST, REPLY, CANCEL or PUBLISH", {
      rfc: "RFC 6047 s2.4",
    }),
  );
  return undefined;
}

// What a file of the disk gives: a string or the octets, in UTF-8 or, with its mark, in UTF-16.
function readContent(input: unknown, charset: Charset, path: Path, report: Report): string | undefined {
  const bytes = isBytes(input) || isArrayBuffer(input) ? bytesOf(input) : undefined;
  const text = bytes === undefined ? input : readUnicode(bytes, path, report);
  if (typeof text === "string") return cleanText(text, charset, path, report);
  if (bytes === undefined) {
    report(errorIssue("body.type", path, "a calendar is a string or its bytes", { hint: bodyHint(input) }));
  }
  return undefined;
}

function cleanText(text: string, charset: Charset, path: Path, report: Report): string | undefined {
  const marked = withoutMark(text, path, report);
  // RFC 5545 s3.4: BEGIN:VCALENDAR is the first line, and a line that begins with a blank continues the one before.
  const begun = /^\s+(?=BEGIN:VCALENDAR)/i.exec(marked.slice(0, 200));
  if (begun !== null) {
    report(
      warningIssue("calendar.content", path, "blanks before BEGIN:VCALENDAR were left out", { rfc: "RFC 5545 s3.4" }),
    );
  }
  const content = begun === null ? marked : marked.slice(begun[0].length);
  return canEncode(content, charset, path, report) ? toCrlf(content) : undefined;
}

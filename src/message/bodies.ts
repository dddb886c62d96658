// The bodies that a message's own options give: text, html, amp, watch and calendar. RFC 2046 s4.1, RFC 6047.
import type { Charset } from "../encoding/charset.ts";
import { toCrlf } from "../encoding/line-ends.ts";
import { checkHeaderText, isToken } from "../headers/tokens.ts";
import { errorIssue, type Path, type Report, warningIssue } from "../issues.ts";
import { readFileName } from "./file-name.ts";
import { type OptionsShape, readOptional, readOptions } from "./input.ts";
import { record } from "./record.ts";
import { canEncode } from "./source.ts";
import type { Calendar } from "./types.ts";

const CALENDAR: OptionsShape = {
  known: new Set(["method", "content", "filename"]),
  what: "a calendar is { method, content }",
};

/** Reads one text body: a string whose characters the charset has. Gives it with CRLF line ends (RFC 2046 s4.1.1). */
export function readText(input: unknown, charset: Charset, path: Path, report: Report): string | undefined {
  if (typeof input !== "string") {
    report(errorIssue("body.type", path, "a body is a string", { hint: "bytes and streams go into attachments" }));
    return undefined;
  }
  return canEncode(input, charset, path, report) ? toCrlf(input) : undefined;
}

/** Reads the calendar option. */
export function readCalendar(input: unknown, charset: Charset, path: Path, report: Report): Calendar | undefined {
  const given = readOptions(input, CALENDAR, path, report);
  if (given === undefined) return undefined;
  const method = readMethod(given.method, [...path, "method"], report);
  const content = readText(given.content, charset, [...path, "content"], report);
  const filename = readOptional(given.filename, readFileName, [...path, "filename"], report);
  if (method === undefined || content === undefined) return undefined;
  checkCalendarContent(content, method, path, report);
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

// RFC 6047 s2.4: the parameter and the object's METHOD property say the same, or readers show no invitation.
function checkCalendarContent(content: string, method: string, path: Path, report: Report): void {
  if (!/^\uFEFF?BEGIN:VCALENDAR\s*$/im.test(content.slice(0, 200))) {
    report(
      warningIssue("calendar.content", [...path, "content"], "the content does not begin with BEGIN:VCALENDAR", {
        rfc: "RFC 5545 s3.4",
      }),
    );
    return;
  }
  const own = /^METHOD:([^\r\n]*)\r?$/im.exec(content)?.[1]?.trim().toUpperCase();
  if (own === method) return;
  const message = own === undefined ? "the content has no METHOD property" : "the content's METHOD is another one";
  report(warningIssue("calendar.method", [...path, "method"], message, { rfc: "RFC 6047 s2.4" }));
}

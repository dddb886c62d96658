// Rules over values with a grammar: header.date, header.message-id, header.value. RFC 5322 s3.3, s3.6.4; RFC 2047 s5.

import { readDate } from "../read/dates.ts";
import { idsFault, isIdWord } from "../read/message-ids.ts";
import type { RawField } from "../read/outline.ts";
import type { RawVisit } from "../read/walk.ts";
import { checkWords } from "../read/word-faults.ts";
import { misplacedWord } from "../read/word-places.ts";
import { fieldPath, type Lint, refuse, warn } from "./lint.ts";

/** Looks at the fields of the message and of its parts; what an enclosed message says is its own matter. */
export function lintValues(lint: Lint): void {
  for (const visit of lint.visits) {
    if (visit.enclosed) continue;
    for (const field of visit.part.fields) lintValue(lint, visit, field);
  }
}

function lintValue(lint: Lint, visit: RawVisit, field: RawField): void {
  const name = field.name.toLowerCase();
  const place = { path: fieldPath(visit, field), line: field.line };
  const misplaced = misplacedWord(name, field.value);
  if (misplaced !== undefined) {
    const { severity, ...finding } = misplaced;
    const report = severity === "error" ? refuse : warn;
    report(lint, { code: "header.value", ...place, ...finding, rfc: "RFC 2047 s5" });
    if (severity === "error") return; // whatever else is wrong comes from it
  }
  if (name === "date" || name === "resent-date") lintDate(lint, field, place);
  else if (name === "message-id" || name === "resent-message-id") {
    const what = idsFault(field.value, "one");
    if (what !== undefined) refuse(lint, { code: "header.message-id", ...place, what, rfc: "RFC 5322 s3.6.4" });
  } else if (name === "content-id") {
    // RFC 2045 s7 wants a whole message id; readers find `cid:logo` by a word as well, and html is written so.
    const what = isIdWord(field.value) ? undefined : idsFault(field.value, "one");
    if (what !== undefined) refuse(lint, { code: "header.message-id", ...place, what, rfc: "RFC 2045 s7" });
  } else if (name === "references" || name === "in-reply-to") {
    const what = idsFault(field.value, "many");
    if (what !== undefined) warn(lint, { code: "header.message-id", ...place, what, rfc: "RFC 5322 s3.6.4" });
  } else if (!isParameterField(name)) lintWords(lint, field, place.path);
}

function isParameterField(name: string): boolean {
  return name === "content-type" || name === "content-disposition";
}

type Place = Pick<Parameters<typeof refuse>[1], "path" | "line">;

function lintDate(lint: Lint, field: RawField, place: Place): void {
  const { form: found } = readDate(field.value);
  if (found === "valid") return;
  const rfc = "RFC 5322 s3.3";
  if (found === "invalid") {
    const hint = "write it as Tue, 24 Nov 2026 05:06:07 +0000";
    refuse(lint, { code: "header.date", ...place, what: "this is not a valid date and time", rfc, hint });
  } else if (found === "weekday") {
    const what = "the day of the week is not that of the date";
    refuse(lint, { code: "header.date", ...place, what, rfc });
  } else warn(lint, { code: "header.date", ...place, what: "the form of the date is obsolete", rfc: "RFC 5322 s4.3" });
}

function lintWords(lint: Lint, field: RawField, path: Place["path"]): void {
  const told = new Set<string>();
  for (const fault of checkWords(lint.bytes.subarray(field.start, field.end))) {
    if (told.has(fault.what)) continue;
    told.add(fault.what);
    const finding = { code: "header.value" as const, path, line: field.line + fault.line, what: fault.what };
    if (fault.severity === "error") refuse(lint, { ...finding, rfc: "RFC 2047 s4" });
    else warn(lint, { ...finding, rfc: "RFC 2047 s2" });
  }
}

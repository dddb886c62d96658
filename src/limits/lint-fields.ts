// Rules over the fields of a head: header.repeated, raw.missing-field, raw.bcc, limit.header, limit.tag,
// limit.configuration-set. RFC 5322 s3.6, RFC 2045 s3.
import { type Issue, Place } from "../issues.ts";
import { findField, type RawField } from "../read/outline.ts";
import { isMessageHead, type RawVisit } from "../read/walk.ts";
import { fieldPath, type Lint, refuse, warn } from "./lint.ts";
import { checkSesField } from "./ses.ts";

/** Looks at every field once. */
export function lintFields(lint: Lint): void {
  const once = new Set(lint.limits.onceOnly.map((name) => name.toLowerCase()));
  for (const visit of lint.visits) {
    const root = visit.parent === undefined;
    // What an enclosed message repeats is no concern of this one's relays, save where it changes what its parts are.
    lintRepeated(lint, visit, root ? (name) => once.has(name) || isContentField(name) : isContentField);
    for (const field of visit.part.fields) {
      lintLength(lint, visit, field);
      if (root) lintSesField(lint, visit, field);
    }
    if (isMessageHead(visit)) lintBcc(lint, visit);
  }
  lintMissing(lint);
  lintResent(lint);
}

function lintSesField(lint: Lint, visit: RawVisit, field: RawField): void {
  const add = (issue: Issue) => lint.report({ ...issue, message: `line ${field.line}: ${issue.message}` });
  checkSesField(field.name, field.value, lint.limits, new Place({ add }).in(fieldPath(visit, field)));
}

function isContentField(name: string): boolean {
  return /^content-(?:type|transfer-encoding|disposition|id|description)$/.test(name);
}

function lintRepeated(lint: Lint, visit: RawVisit, single: (name: string) => boolean): void {
  const seen = new Map<string, { readonly line: number; told: boolean }>();
  for (const field of visit.part.fields) {
    const key = field.name.toLowerCase();
    const before = seen.get(key);
    if (before === undefined) seen.set(key, { line: field.line, told: false });
    else if (!before.told && single(key)) {
      before.told = true;
      const what = `the field stands on line ${before.line} already`;
      const finding = { path: fieldPath(visit, field), line: field.line, what, rfc: "RFC 5322 s3.6" };
      refuse(lint, { code: "header.repeated", ...finding });
    }
  }
}

function lintLength(lint: Lint, visit: RawVisit, field: RawField): void {
  const { headerBytes } = lint.limits;
  const size = field.end - field.valueStart;
  if (size <= headerBytes) return;
  const what = `the value takes ${size} octets, ${headerBytes} is the most`;
  refuse(lint, { code: "limit.header", path: fieldPath(visit, field), line: field.line, what });
}

// RFC 5322 s3.6.3: blind copies are blind because the field is gone.
function lintBcc(lint: Lint, visit: RawVisit): void {
  for (const name of ["bcc", "resent-bcc"]) {
    const field = findField(visit.part.fields, name);
    if (field === undefined) continue;
    const finding = {
      code: "raw.bcc" as const,
      path: fieldPath(visit, field),
      line: field.line,
      what: "the field tells hidden recipients",
      rfc: "RFC 5322 s3.6.3",
    };
    if (visit.enclosed) warn(lint, finding);
    else refuse(lint, { ...finding, hint: "give the recipients in the envelope, and no field" });
  }
}

// RFC 5322 s3.6.6: who sent it again, and when.
function lintResent(lint: Lint): void {
  const { fields } = lint.root;
  const resent = fields.find(({ name }) => /^resent-/i.test(name));
  if (resent === undefined) return;
  for (const name of ["Resent-From", "Resent-Date"]) {
    if (findField(fields, name.toLowerCase()) !== undefined) continue;
    const finding = { path: ["head", name], line: resent.line, what: `${resent.name} without ${name}` };
    warn(lint, { code: "raw.missing-field", ...finding, rfc: "RFC 5322 s3.6.6" });
  }
}

function lintMissing(lint: Lint): void {
  const { fields } = lint.root;
  for (const name of lint.limits.required) {
    if (findField(fields, name.toLowerCase()) !== undefined) continue;
    const what = `the field ${name} is missing`;
    refuse(lint, {
      code: "raw.missing-field",
      path: ["head", name],
      line: lint.root.headLine,
      what,
      rfc: "RFC 5322 s3.6",
    });
  }
  // SES takes the recipients from these fields unless the call has its own.
  const addressed = ["to", "cc", "bcc"].some((name) => findField(fields, name) !== undefined);
  if (addressed || !lint.limits.sesFields) return;
  const what = "there is none of To, Cc and Bcc: recipients must come with the call";
  warn(lint, { code: "raw.missing-field", path: ["head", "To"], line: lint.root.headLine, what });
}

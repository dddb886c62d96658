// Rules over heads and their fields: raw.head, raw.field, limit.headers, header.repeated, raw.missing-field, raw.bcc,
// limit.header, limit.tag, limit.configuration-set. RFC 5322 s2.2, s3.6; RFC 2045 s3.
import { outlineRules } from "../read/defects.ts";
import type { HeadDefectKind } from "../read/head.ts";
import { findField, type RawDefectKind, type RawField } from "../read/outline.ts";
import { isMessageHead, type RawVisit } from "../read/walk.ts";
import { fieldPath, fieldPlace, type Lint, type LintFinding, placeOf, refuse, warn } from "./lint.ts";
import { checkSesField } from "./ses.ts";

type Fault = Pick<LintFinding, "code" | "hint">;

const faults: Readonly<Record<HeadDefectKind, Fault>> = {
  "byte-order-mark": { code: "raw.head", hint: "save the file as UTF-8 without a byte order mark" },
  "mbox-line": { code: "raw.head", hint: "cut the line that starts with `From `" },
  "no-fields": { code: "raw.head" },
  "no-blank-line": { code: "raw.head", hint: "SES answers `Header section too long.`" },
  "malformed-field": { code: "raw.field" },
  "empty-name": { code: "raw.field", hint: "SES answers `Empty header names are illegal.`" },
  "name-blank": { code: "raw.field" },
  "blank-fold": { code: "raw.field" },
  "head-too-long": { code: "raw.head" },
  "too-many-fields": { code: "limit.headers" },
};

const warnings = new Set<RawDefectKind>(["name-blank"]);

/** Reports each fault of a head once, with the first line of it. */
export function lintHeads(lint: Lint): void {
  for (const visit of lint.visits) {
    const reported = new Set<RawDefectKind>();
    for (const { kind, line } of visit.part.defects) {
      if (!isHeadDefect(kind) || reported.has(kind)) continue;
      reported.add(kind);
      // RFC 2046 s5.1.1: a part may end with its head.
      if (kind === "no-blank-line" && visit.parent !== undefined) continue;
      const finding = { ...outlineRules[kind], ...faults[kind], path: placeOf(visit), line };
      if (warnings.has(kind)) warn(lint, finding);
      else refuse(lint, finding);
    }
  }
}

function isHeadDefect(kind: RawDefectKind): kind is HeadDefectKind {
  return Object.hasOwn(faults, kind);
}

/** Looks at every field once. */
export function lintFields(lint: Lint): void {
  const once = new Set(lint.limits.onceOnly.map((name) => name.toLowerCase()));
  for (const visit of lint.visits) {
    const root = visit.parent === undefined;
    // What an enclosed message repeats does not matter to the relays of this one, save where it changes what its parts are.
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
  const place = fieldPlace(lint, { path: fieldPath(visit, field), line: field.line });
  checkSesField(field.name, field.value, lint.limits, place);
}

function isContentField(name: string): boolean {
  return /^content-(?:type|transfer-encoding|disposition|id|description)$/.test(name);
}

function lintRepeated(lint: Lint, visit: RawVisit, single: (name: string) => boolean): void {
  const seen = new Map<string, { readonly line: number; reported: boolean }>();
  for (const field of visit.part.fields) {
    const key = field.name.toLowerCase();
    const before = seen.get(key);
    if (before === undefined) seen.set(key, { line: field.line, reported: false });
    else if (!before.reported && single(key)) {
      before.reported = true;
      const what = `the field is already on line ${before.line}`;
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

// Rules over the lines of heads: raw.head, raw.field, limit.headers. RFC 5322 s2.2, RFC 2045 s3.

import type { HeadDefectKind } from "../raw/head.ts";
import type { RawDefectKind } from "../raw/outline.ts";
import { type Finding, type Lint, placeOf, refuse, warn } from "./lint.ts";

type Fault = Pick<Finding, "code" | "what" | "rfc" | "hint">;

const faults: Readonly<Record<HeadDefectKind, Fault>> = {
  "byte-order-mark": {
    code: "raw.head",
    what: "a byte order mark before the head: readers do not find the first field",
    rfc: "RFC 5322 s2.2",
    hint: "save the file as UTF-8 without a byte order mark",
  },
  "mbox-line": {
    code: "raw.head",
    what: "a line of an mbox file stands before the head",
    rfc: "RFC 4155",
    hint: "cut the line that starts with `From `",
  },
  "no-fields": { code: "raw.head", what: "there is no header field", rfc: "RFC 5322 s3.6" },
  "no-blank-line": {
    code: "raw.head",
    what: "no blank line ends the head",
    rfc: "RFC 5322 s2.1",
    hint: "SES answers `Header section too long.`",
  },
  "malformed-field": { code: "raw.field", what: "this is no header field", rfc: "RFC 5322 s2.2" },
  "empty-name": {
    code: "raw.field",
    what: "a field has no name",
    rfc: "RFC 5322 s2.2",
    hint: "SES answers `Empty header names are illegal.`",
  },
  "name-blank": { code: "raw.field", what: "a blank stands before the colon of a field", rfc: "RFC 5322 s4.5" },
  "blank-fold": { code: "raw.field", what: "a folded line holds blanks only", rfc: "RFC 5322 s3.2.2" },
  "head-too-long": { code: "raw.head", what: "the head is too long" },
  "too-many-fields": { code: "limit.headers", what: "the head has too many fields" },
};

const warnings = new Set<RawDefectKind>(["name-blank"]);

/** Reports each fault of a head once, with the first line of it. */
export function lintHeads(lint: Lint): void {
  for (const visit of lint.visits) {
    const told = new Set<RawDefectKind>();
    for (const { kind, line } of visit.part.defects) {
      if (!isHeadDefect(kind) || told.has(kind)) continue;
      told.add(kind);
      // RFC 2046 s5.1.1: a part may end with its head.
      if (kind === "no-blank-line" && visit.parent !== undefined) continue;
      const finding = { ...faults[kind], path: placeOf(visit), line };
      if (warnings.has(kind)) warn(lint, finding);
      else refuse(lint, finding);
    }
  }
}

function isHeadDefect(kind: RawDefectKind): kind is HeadDefectKind {
  return Object.hasOwn(faults, kind);
}

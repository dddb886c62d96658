// Rules over the lines of heads: raw.head, raw.field, limit.headers. RFC 5322 s2.2, RFC 2045 s3.

import { outlineRules } from "../read/defects.ts";
import type { HeadDefectKind } from "../read/head.ts";
import type { RawDefectKind } from "../read/outline.ts";
import { type Finding, type Lint, placeOf, refuse, warn } from "./lint.ts";

type Fault = Pick<Finding, "code" | "hint">;

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
    const told = new Set<RawDefectKind>();
    for (const { kind, line } of visit.part.defects) {
      if (!isHeadDefect(kind) || told.has(kind)) continue;
      told.add(kind);
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

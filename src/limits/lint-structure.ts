// Rules over the structure of parts: raw.boundary, raw.type, raw.encoding (labels), limit.parts, limit.depth.
// RFC 2045 s5, s6; RFC 2046 s5.1.
import { encodingRule, outlineRules, parameterRules } from "../read/defects.ts";
import type { RawDefect, RawDefectKind } from "../read/outline.ts";
import type { ParameterDefect } from "../read/parameters.ts";
import type { RawVisit } from "../read/walk.ts";
import { bodyPath, type Finding, type Lint, placeOf, refuse, warn } from "./lint.ts";

type BoundaryDefect = Extract<RawDefectKind, `boundary-${string}`>;

const codes: Readonly<Record<BoundaryDefect | "parts" | "depth", Finding["code"]>> = {
  "boundary-missing": "raw.boundary",
  "boundary-illegal": "raw.boundary",
  "boundary-repeated": "raw.boundary",
  "boundary-prefix": "raw.boundary",
  "boundary-unused": "raw.boundary",
  "boundary-unclosed": "raw.boundary",
  parts: "limit.parts",
  depth: "limit.depth",
};

/** Tells the faults of the outline. */
export function lintStructure(lint: Lint): void {
  for (const visit of lint.visits) {
    for (const defect of visit.part.defects) {
      if (isStructural(defect.kind)) tell(lint, visit, defect.kind, defect.line);
      else if (defect.kind === "encoding") tellEncoding(lint, visit, defect);
      else for (const kind of defect.parameters ?? []) tellParameter(lint, visit, defect, kind);
    }
    if (visit.part.encoding !== "binary") continue;
    const finding = { code: "raw.encoding" as const, path: placeOf(visit), line: visit.part.headLine };
    refuse(lint, { ...finding, what: "no relay carries `binary`", rfc: "RFC 3030 s3" });
  }
}

function isStructural(kind: RawDefectKind): kind is keyof typeof codes {
  return Object.hasOwn(codes, kind);
}

function tell(lint: Lint, visit: RawVisit, kind: keyof typeof codes, line: number): void {
  const inHead = /^boundary-(?:missing|illegal|repeated|prefix)$/.test(kind);
  const path = inHead ? [...placeOf(visit), "Content-Type"] : bodyPath(visit);
  const { what, rfc } = outlineRules[kind];
  const finding = { code: codes[kind], path, line, what, ...(codes[kind] === "raw.boundary" ? { rfc } : {}) };
  if (kind === "boundary-prefix") warn(lint, finding);
  else refuse(lint, finding);
}

function tellEncoding(lint: Lint, visit: RawVisit, { line }: RawDefect): void {
  const path = [...placeOf(visit), "Content-Transfer-Encoding"];
  refuse(lint, { code: "raw.encoding", path, line, ...encodingRule(visit.part) });
}

function tellParameter(lint: Lint, visit: RawVisit, { kind, line }: RawDefect, defect: ParameterDefect): void {
  const name = kind === "type" ? "Content-Type" : "Content-Disposition";
  const rfc = defect === "extended" ? "RFC 2231 s3" : "RFC 2045 s5.1";
  refuse(lint, { code: "raw.type", path: [...placeOf(visit), name], line, what: parameterRules[defect], rfc });
}

// Rules over the structure of parts: raw.boundary, raw.type, raw.encoding (labels), limit.parts, limit.depth.
// RFC 2045 s5, s6; RFC 2046 s5.1.
import type { RawDefect, RawDefectKind } from "../raw/outline.ts";
import type { ParameterDefect } from "../raw/parameters.ts";
import type { RawVisit } from "../raw/walk.ts";
import { bodyPath, type Finding, type Lint, placeOf, refuse, warn } from "./lint.ts";

type Fault = Pick<Finding, "code" | "what" | "rfc" | "hint"> & { readonly severity?: "warning" };

const boundaryRule = { code: "raw.boundary", rfc: "RFC 2046 s5.1.1" } as const;

const faults: ReadonlyMap<RawDefectKind, Fault> = new Map<RawDefectKind, Fault>([
  ["boundary-missing", { ...boundaryRule, what: "a multipart has no boundary" }],
  ["boundary-illegal", { ...boundaryRule, what: "a boundary is 1 to 70 of certain characters, the last no blank" }],
  ["boundary-repeated", { ...boundaryRule, what: "the boundary is that of an enclosing multipart" }],
  [
    "boundary-prefix",
    {
      ...boundaryRule,
      what: "the boundary starts like that of an enclosing multipart, or the other way round",
      severity: "warning",
    },
  ],
  ["boundary-unused", { ...boundaryRule, what: "the boundary of a multipart does not occur in it" }],
  ["boundary-unclosed", { ...boundaryRule, what: "a multipart ends without its closing delimiter" }],
  ["parts", { code: "limit.parts", what: "there are too many parts" }],
  ["depth", { code: "limit.depth", what: "parts nest too deep" }],
]);

const parameterFaults: Readonly<Record<ParameterDefect, string>> = {
  value: "the value before the parameters cannot be read",
  equals: "a parameter has no `=` (SES answers `Expected '=', got 'null'`)",
  parameter: "a parameter is no name=value: values with spaces and signs stand in quotes",
  quote: "a quoted string or a comment does not end",
  repeated: "a parameter stands twice",
  extended: "sections of an extended parameter are not 0, 1, 2 …, or its encoding is wrong",
};

/** Tells the faults of the outline. */
export function lintStructure(lint: Lint): void {
  for (const visit of lint.visits) {
    for (const defect of visit.part.defects) {
      const fault = faults.get(defect.kind);
      if (fault !== undefined) tell(lint, visit, defect, fault);
      else if (defect.kind === "encoding") tellEncoding(lint, visit, defect);
      else for (const kind of defect.parameters ?? []) tellParameter(lint, visit, defect, kind);
    }
    if (visit.part.encoding !== "binary") continue;
    const finding = { code: "raw.encoding" as const, path: placeOf(visit), line: visit.part.headLine };
    refuse(lint, { ...finding, what: "no relay carries `binary`", rfc: "RFC 3030 s3" });
  }
}

function tell(lint: Lint, visit: RawVisit, { kind, line }: RawDefect, { severity, ...fault }: Fault): void {
  const inHead = /^boundary-(?:missing|illegal|repeated|prefix)$/.test(kind);
  const path = inHead ? [...placeOf(visit), "Content-Type"] : bodyPath(visit);
  if (severity === "warning") warn(lint, { ...fault, path, line });
  else refuse(lint, { ...fault, path, line });
}

function tellEncoding(lint: Lint, visit: RawVisit, { line }: RawDefect): void {
  const composite = /^(?:multipart|message)\//.test(visit.part.type);
  const what = composite
    ? "what holds parts or a message is 7bit or 8bit"
    : "Content-Transfer-Encoding is 7bit, 8bit, quoted-printable or base64";
  const path = [...placeOf(visit), "Content-Transfer-Encoding"];
  refuse(lint, { code: "raw.encoding", path, line, what, rfc: composite ? "RFC 2045 s6.4" : "RFC 2045 s6.1" });
}

function tellParameter(lint: Lint, visit: RawVisit, { kind, line }: RawDefect, defect: ParameterDefect): void {
  const name = kind === "type" ? "Content-Type" : "Content-Disposition";
  const rfc = defect === "extended" ? "RFC 2231 s3" : "RFC 2045 s5.1";
  refuse(lint, { code: "raw.type", path: [...placeOf(visit), name], line, what: parameterFaults[defect], rfc });
}

// Rules over the tree of parts and their types: raw.boundary, raw.encoding (labels), raw.type, limit.parts, limit.depth,
// raw.missing-field (MIME-Version), cid.duplicate. RFC 2045 s4, RFC 2046 s5.1, RFC 1847 s2, RFC 6522 s3.
import { encodingRule, outlineRules, parameterRules } from "../read/defects.ts";
import { lineFrom } from "../read/octets.ts";
import { findField, type RawDefect, type RawDefectKind, type RawPart } from "../read/outline.ts";
import type { ParameterDefect } from "../read/parameters.ts";
import type { RawVisit } from "../read/walk.ts";
import { bodyPath, fieldPath, type Lint, type LintFinding, placeOf, refuse, warn } from "./lint.ts";

type BoundaryDefect = Extract<RawDefectKind, `boundary-${string}`>;

const codes: Readonly<Record<BoundaryDefect | "parts" | "depth", LintFinding["code"]>> = {
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
      if (isStructural(defect.kind)) reportDefect(lint, visit, defect.kind, defect.line);
      else if (defect.kind === "encoding") reportEncoding(lint, visit, defect);
      else for (const kind of defect.parameters ?? []) reportParameter(lint, visit, defect, kind);
    }
    if (visit.part.encoding !== "binary") continue;
    const finding = { code: "raw.encoding" as const, path: placeOf(visit), line: visit.part.headLine };
    refuse(lint, { ...finding, what: "no relay carries `binary`", rfc: "RFC 3030 s3" });
  }
}

function isStructural(kind: RawDefectKind): kind is keyof typeof codes {
  return Object.hasOwn(codes, kind);
}

function reportDefect(lint: Lint, visit: RawVisit, kind: keyof typeof codes, line: number): void {
  const inHead = /^boundary-(?:missing|illegal|repeated|prefix)$/.test(kind);
  const path = inHead ? [...placeOf(visit), "Content-Type"] : bodyPath(visit);
  const { what, rfc } = outlineRules[kind];
  const finding = { code: codes[kind], path, line, what, ...(codes[kind] === "raw.boundary" ? { rfc } : {}) };
  if (kind === "boundary-prefix") warn(lint, finding);
  else refuse(lint, finding);
}

function reportEncoding(lint: Lint, visit: RawVisit, { line }: RawDefect): void {
  const path = [...placeOf(visit), "Content-Transfer-Encoding"];
  refuse(lint, { code: "raw.encoding", path, line, ...encodingRule(visit.part) });
}

function reportParameter(lint: Lint, visit: RawVisit, { kind, line }: RawDefect, defect: ParameterDefect): void {
  const name = kind === "type" ? "Content-Type" : "Content-Disposition";
  const rfc = defect === "extended" ? "RFC 2231 s3" : "RFC 2045 s5.1";
  refuse(lint, { code: "raw.type", path: [...placeOf(visit), name], line, what: parameterRules[defect], rfc });
}

/** Looks at the parts of the message; those of an enclosed one are its own matter. */
export function lintTypes(lint: Lint): void {
  lintVersion(lint);
  const ids = new Map<string, number>();
  for (const visit of lint.visits) {
    if (visit.enclosed) continue;
    lintContentId(lint, visit, ids);
    if (!visit.part.type.startsWith("multipart/")) continue;
    lintParameters(lint, visit);
    lintSigned(lint, visit);
    lintParts(lint, visit);
  }
}

function lintVersion(lint: Lint): void {
  const { fields, headLine } = lint.root;
  const version = findField(fields, "mime-version");
  const content = fields.find(({ name }) => /^content-(?:type|transfer-encoding|disposition|id)$/i.test(name));
  if (version === undefined && content !== undefined) {
    const what = `${content.name} without MIME-Version: a reader may take the message for plain text`;
    const place = { path: ["head", "MIME-Version"], line: headLine };
    warn(lint, { code: "raw.missing-field", ...place, what, rfc: "RFC 2045 s4", hint: "add MIME-Version: 1.0" });
  }
  // RFC 2045 s4: comments may be anywhere in it; those are not looked into.
  if (version === undefined || version.value.includes("(") || /^1[ \t]*\.[ \t]*0$/.test(version.value)) return;
  const what = "the version of MIME is 1.0";
  warn(lint, { code: "header.value", path: ["head", version.name], line: version.line, what, rfc: "RFC 2045 s4" });
}

// Parameters without which no reader can interpret the type.
const NEEDED: ReadonlyMap<string, { readonly names: readonly string[]; readonly rfc: string }> = new Map([
  ["multipart/signed", { names: ["protocol", "micalg"], rfc: "RFC 1847 s2.1" }],
  ["multipart/encrypted", { names: ["protocol"], rfc: "RFC 1847 s2.2" }],
  ["multipart/report", { names: ["report-type"], rfc: "RFC 6522 s3" }],
]);

function lintParameters(lint: Lint, visit: RawVisit): void {
  const { type, parameters, headLine } = visit.part;
  const needed = NEEDED.get(type);
  for (const name of needed?.names ?? []) {
    if ((parameters.get(name) ?? "") !== "") continue;
    const place = { path: [...placeOf(visit), "Content-Type"], line: fieldLine(visit.part, headLine) };
    refuse(lint, { code: "raw.type", ...place, what: `${type} has no ${name}`, rfc: needed?.rfc ?? "" });
  }
}

function fieldLine(part: RawPart, otherwise: number): number {
  return findField(part.fields, "content-type")?.line ?? otherwise;
}

// RFC 1847 s2.1, s2.2: what is signed or encrypted, and what is needed to read it.
function lintSigned(lint: Lint, visit: RawVisit): void {
  const { type, parts, parameters, bodyLine } = visit.part;
  if (type !== "multipart/signed" && type !== "multipart/encrypted") return;
  const rfc = type === "multipart/signed" ? "RFC 1847 s2.1" : "RFC 1847 s2.2";
  const place = { code: "raw.type" as const, path: bodyPath(visit), line: bodyLine, rfc };
  if (parts.length !== 2) {
    refuse(lint, { ...place, what: `${type} has ${parts.length} parts and not two` });
    return;
  }
  const control = parts[type === "multipart/signed" ? 1 : 0];
  const protocol = parameters.get("protocol")?.toLowerCase();
  if (protocol === undefined || control === undefined || control.type === protocol) return;
  const ordinal = type === "multipart/signed" ? "second" : "first";
  warn(lint, { ...place, line: control.headLine, what: `the ${ordinal} part of ${type} is not of its protocol` });
}

const UNREAD = /^(?:boundary-(?:missing|illegal|repeated|unused)|depth|parts)$/;

function lintParts(lint: Lint, visit: RawVisit): void {
  const { part } = visit;
  const isRead = !part.defects.some(({ kind }) => UNREAD.test(kind));
  const place = { code: "raw.boundary" as const, path: bodyPath(visit), line: part.bodyLine, rfc: "RFC 2046 s5.1.1" };
  if (!isRead) return;
  if (part.parts.length === 0) refuse(lint, { ...place, what: "a multipart has at least one part" });
  const after = delimiterAfterEnd(lint, part);
  if (after < 0) return;
  const line = lineFrom(lint.bytes, part.bodyStart, part.bodyLine, after);
  warn(lint, { ...place, line, what: "a part behind the closing delimiter of its multipart: readers pass over it" });
}

// The octets behind the last part are of no other part, so that all of these scans together are linear.
function delimiterAfterEnd({ bytes }: Lint, { parts, parameters, bodyStart, bodyEnd }: RawPart): number {
  const start = parts.at(-1)?.bodyEnd ?? bodyStart;
  const rest = ascii.decode(bytes.subarray(start, bodyEnd));
  const delimiter = `\n--${(parameters.get("boundary") ?? "").trimEnd()}`;
  const close = rest.indexOf(`${delimiter}--`);
  const next = close < 0 ? -1 : rest.indexOf(delimiter, close + delimiter.length);
  const isLine = next >= 0 && /[\r\n \t-]/.test(rest.charAt(next + delimiter.length) || "\n");
  return isLine ? start + next + 1 : -1;
}

// One character an octet.
const ascii = new TextDecoder("latin1");

function lintContentId(lint: Lint, visit: RawVisit, ids: Map<string, number>): void {
  const field = findField(visit.part.fields, "content-id");
  if (field === undefined || field.value === "") return;
  const before = ids.get(field.value);
  if (before === undefined) ids.set(field.value, field.line);
  else {
    const what = `the part on line ${before} has the same Content-ID: a reader shows either`;
    const place = { path: fieldPath(visit, field), line: field.line };
    warn(lint, { code: "cid.duplicate", ...place, what, rfc: "RFC 2045 s7" });
  }
}

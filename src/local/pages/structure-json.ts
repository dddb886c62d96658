// The MIME tree of a message as it was sent, and what the checks say about its bytes.
import { formatPath } from "../../issues.ts";
import { lintRaw } from "../../limits/lint-raw.ts";
import { sesV1, sesV2 } from "../../limits/profiles.ts";
import { outlineRaw, type RawPart } from "../../raw/outline.ts";
import { pathOf, walkRaw } from "../../raw/walk.ts";
import type { StoredMessage } from "../model.ts";
import { viewCaps } from "../parsed-mail.ts";
import type { LintJson, NodeJson, StructureJson } from "./api.ts";

/** Every part, holders before what they hold. */
export function structureJson({ raw }: StoredMessage): StructureJson {
  const nodes = Array.from(walkRaw(outlineRaw(raw, viewCaps)), (visit) => nodeJson(visit.part, pathOf(visit).length));
  return { nodes };
}

function nodeJson(part: RawPart, depth: number): NodeJson {
  return {
    depth,
    type: part.type,
    encoding: part.encoding,
    disposition: part.disposition ?? null,
    filename: part.filename ?? null,
    headBytes: part.bodyStart - part.headStart,
    bodyBytes: part.bodyEnd - part.bodyStart,
    defects: [...new Set(part.defects.map(({ kind }) => kind))],
  };
}

const mostFindings = 200;

/** The findings, against the limits of the API that the message came in by. */
export function lintJson({ raw, action }: StoredMessage): LintJson {
  const limits = action.startsWith("v2") ? sesV2 : sesV1;
  const issues = lintRaw(raw, limits);
  return {
    limits: limits.name,
    total: issues.length,
    findings: issues.slice(0, mostFindings).map(({ code, severity, message, path, rfc, hint }) => ({
      code,
      severity,
      message,
      place: formatPath(path),
      rfc: rfc ?? null,
      hint: hint ?? null,
    })),
  };
}

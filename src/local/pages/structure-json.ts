// The MIME tree of a message as it was sent.
import { outlineRaw, type RawPart } from "../../read/outline.ts";
import { pathOf, walkRaw } from "../../read/walk.ts";
import type { StoredMessage } from "../model.ts";
import { viewCaps } from "../parsed-mail.ts";
import type { NodeJson, StructureJson } from "./api.ts";

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

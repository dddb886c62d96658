// The MIME tree of a message, decoded.
import { decodedBody } from "../mail/read/body.ts";
import type { RawPart } from "../mail/read/outline.ts";
import { contentIdOf, isLeaf, textIn } from "../mail/read/views.ts";
import { pathOf, type RawVisit, walkRaw } from "../mail/read/walk.ts";
import type { ReadPart } from "./mail.ts";
import { readHeaders } from "./read-fields.ts";

/** A part, and what the tree around it says about it. */
export interface PlacedPart {
  readonly raw: RawPart;
  readonly part: ReadPart;
  /** The type of the multipart that holds it. */
  readonly within: string | undefined;
  /** True inside of an enclosed message. */
  readonly enclosed: boolean;
}

interface GrowingPart extends ReadPart {
  readonly parts: GrowingPart[];
}

/** Every part of an outline, holders first. */
export function readParts(bytes: Uint8Array, root: RawPart): readonly PlacedPart[] {
  const placed: PlacedPart[] = [];
  const grown = new Map<RawPart, GrowingPart>();
  for (const visit of walkRaw(root)) {
    const part = readPart(bytes, visit);
    grown.set(visit.part, part);
    if (visit.parent !== undefined) grown.get(visit.parent.part)?.parts.push(part);
    placed.push({ raw: visit.part, part, within: visit.parent?.part.type, enclosed: visit.enclosed });
  }
  return placed;
}

function readPart(bytes: Uint8Array, visit: RawVisit): GrowingPart {
  const { part } = visit;
  const cid = contentIdOf(part);
  const content = isLeaf(part) ? decodedBody(bytes, part) : undefined;
  const isText = part.type.startsWith("text/") && content !== undefined;
  const path = pathOf(visit).map((index) => index + 1);
  return {
    path: path.join("."),
    type: part.type,
    parameters: Object.fromEntries([...part.parameters].filter(([name]) => name !== "boundary")),
    ...(part.disposition === undefined ? {} : { disposition: part.disposition }),
    ...(part.filename === undefined ? {} : { filename: part.filename }),
    ...(cid === undefined ? {} : { cid }),
    headers: readHeaders(part.fields),
    ...(content === undefined ? {} : { content }),
    ...(isText ? { text: textIn(content, part) } : {}),
    parts: [],
  };
}

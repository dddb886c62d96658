// Every node of a tree with the transfer encoding that its content needs, chosen in one pass over the bytes.
// RFC 2045 s6, RFC 2046 s5.2.1.

import { isIdentityOnly } from "../message/enclosed.ts";
import type { Part, Transport } from "../message/types.ts";
import { findCharset } from "../octets/charset.ts";
import { cheapest, type Survey, survey, type TransferEncoding } from "../octets/choose.ts";
import { outlineRaw, type RawPart } from "../read/outline.ts";

/** A node and what was found about its content. */
export interface ContentNode {
  readonly part: Part;
  readonly encoding: TransferEncoding;
  /** Of a content that was looked at. */
  readonly facts?: Survey;
  readonly children: readonly ContentNode[];
}

/** Looks at every leaf once. The depth of a checked tree is bounded. */
export function readNodes(part: Part, transport: Transport, within: "message" | "multipart" = "message"): ContentNode {
  if (part.written !== undefined) return readWritten(part, part.written);
  if (part.content !== undefined) {
    const leaf = readLeaf(part, part.content, transport);
    // mailparser and postal-mime read an empty part of a multipart as one line end, unless it is base64.
    const empty = leaf.facts?.size === 0 && within === "multipart" && isFree(part);
    return empty ? { ...leaf, encoding: "base64" } : leaf;
  }
  const inner = part.parts ?? (part.message === undefined ? [] : [part.message]);
  const children = inner.map((child) =>
    readNodes(child, transport, part.parts === undefined ? "message" : "multipart"),
  );
  // RFC 2045 s6.4: a composite says at least what its parts need.
  const encoding = children.some((child) => child.encoding === "8bit") ? "8bit" : "7bit";
  return { part, encoding, children };
}

// RFC 2045 s6.4: what is around it says at least what it says itself.
function readWritten(part: Part, written: Uint8Array): ContentNode {
  const facts = survey(written, { stateful: true });
  const eightBit = !facts.ascii || outlineRaw(written).encoding === "8bit";
  return { part, facts, encoding: eightBit ? "8bit" : "7bit", children: [] };
}

// True where the encoding is ours to choose.
function isFree(part: Part): boolean {
  return part.encoding === undefined && !isIdentityOnly(part.type);
}

/** The encoding of a content that is read when it is written; an enclosed message is read before. */
export function sourceEncoding({ encoding = "base64" }: Part): TransferEncoding {
  return encoding;
}

function readLeaf(part: Part, content: NonNullable<Part["content"]>, transport: Transport): ContentNode {
  const enclosed = isIdentityOnly(part.type);
  if (content.kind === "source") return { part, encoding: enclosed ? "7bit" : sourceEncoding(part), children: [] };
  if (enclosed) {
    const facts = survey(content.bytes);
    return { part, facts, encoding: facts.ascii ? "7bit" : "8bit", children: [] };
  }
  // Content other than text never meets a relay as lines, however harmless its octets look.
  const asLines = part.type.startsWith("text/") || part.type.startsWith("message/");
  if (!asLines && part.encoding === undefined) return { part, encoding: "base64", children: [] };
  const stateful = findCharset(part.parameters.charset ?? "")?.stateful === true;
  const facts = survey(content.bytes, { stateful });
  const encoding = textEncoding(facts, transport);
  // Readers that decode no message/* see a head in quoted-printable, and nothing in base64.
  const readable = part.type.startsWith("message/") && encoding === "base64" && !facts.bareLineEnds && !facts.nul;
  return { part, facts, encoding: part.encoding ?? (readable ? "quoted-printable" : encoding), children: [] };
}

// Line ends that are not CRLF are bytes to keep, and only base64 keeps them from being read as lines.
function textEncoding(facts: Survey, transport: Transport): TransferEncoding {
  return facts.bareLineEnds ? "base64" : cheapest(facts, { text: true, eightBit: transport === "8bit" });
}

/** All contents that are written as they are. */
export function unencodedContents(root: ContentNode): readonly Uint8Array[] {
  const found: Uint8Array[] = [];
  for (const { part, encoding } of nodesOf(root)) {
    const encoded = encoding === "base64" || encoding === "quoted-printable";
    if (part.written !== undefined) found.push(part.written);
    else if (part.content?.kind === "bytes" && !encoded) found.push(part.content.bytes);
  }
  return found;
}

/** The boundaries that enclosed messages and written parts use. */
export function enclosedBoundaries(root: ContentNode): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { part } of nodesOf(root)) {
    if (part.written !== undefined) addBoundaries(part.written, found);
    else if (part.type === "message/rfc822" && part.content?.kind === "bytes") addBoundaries(part.content.bytes, found);
  }
  return found;
}

function addBoundaries(bytes: Uint8Array, found: Set<string>): void {
  const open: RawPart[] = [outlineRaw(bytes)];
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    const boundary = part.parameters.get("boundary");
    if (boundary !== undefined) found.add(boundary);
    for (const child of part.parts) open.push(child);
    if (part.message !== undefined) open.push(part.message);
  }
}

function nodesOf(root: ContentNode): readonly ContentNode[] {
  const nodes: ContentNode[] = [root];
  // The list grows while it is walked, by the children of what it holds.
  for (const node of nodes) for (const child of node.children) nodes.push(child);
  return nodes;
}

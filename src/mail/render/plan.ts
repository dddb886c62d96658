// The plan of a message: every head written, every transfer encoding chosen, every size known, and no content
// encoded yet. Writing, streaming and measuring all follow the same plan. RFC 2045, RFC 2046 s5.1.

import type { Path } from "../../issues.ts";
import { contentPath, originOf } from "../message/seal.ts";
import type { CheckedSource, Part } from "../message/types.ts";
import { base64LinesLength } from "../octets/base64.ts";
import { type Charset, findCharset } from "../octets/charset.ts";
import type { Survey } from "../octets/choose.ts";
import { encodeQuotedPrintable, type LineMode, quotedPrintableLength } from "../octets/quoted-printable.ts";
import { boundaries, findHazards } from "./boundary.ts";
import { type ContentNode, enclosedBoundaries, readNodes, unencodedContents } from "./content-nodes.ts";
import { writeHead } from "./head.ts";
import type { Rendering } from "./render-options.ts";

/** How content is encoded; quoted-printable takes line ends as text or as bytes like any other. */
export type ContentEncoding = { readonly as: "base64" } | { readonly as: "quoted-printable"; readonly mode: LineMode };

/** A run of the message: ASCII text, bytes as they are, bytes to encode, or a source to open, read and encode. */
export type Segment =
  | { readonly kind: "text"; readonly text: string; readonly size: number }
  | { readonly kind: "plain"; readonly bytes: Uint8Array; readonly size: number }
  | { readonly kind: "encode"; readonly bytes: Uint8Array; readonly encoding: ContentEncoding; readonly size: number }
  | {
      readonly kind: "source";
      readonly source: CheckedSource;
      readonly encoding: ContentEncoding;
      /** Encoded size, where it follows from the source's own. */
      readonly size: number | undefined;
      readonly path: Path;
    };

/** The bytes that one place of the caller's input takes in the message. */
export interface PartSize {
  readonly path: Path;
  /** Head and encoded content; without the content where its size is not known. */
  readonly bytes: number;
}

/** Everything that is known before a byte is encoded. */
export interface Plan {
  readonly segments: readonly Segment[];
  /** Exact when every source says its size; else the least that the message can be. */
  readonly bytes: number;
  readonly exact: boolean;
  /** Nodes of the tree, the root included. */
  readonly parts: number;
  /** Octets of the longest line, without its CRLF. */
  readonly longestLine: number;
  readonly sizes: readonly PartSize[];
  /** The head of the root, without the empty line after it. */
  readonly head: string;
  /** Octets of each of the root's own fields, in the order of its `fields`. */
  readonly fieldLengths: readonly number[];
  /** Where enclosed messages come from a source: they are read whole before the message can be written. */
  readonly pending: readonly Path[];
}

/** What the rendering of one tree needs. */
export interface PlanOptions {
  readonly rendering: Rendering;
  /** Encoded-words are written in it. */
  readonly charset: Charset;
  /** `8bit` where the way carries it. */
  readonly transport: "7bit" | "8bit";
}

/** A plan that is being made. */
interface Draft {
  readonly segments: Segment[];
  readonly sizes: PartSize[];
  readonly options: PlanOptions;
  readonly nextBoundary: () => string;
  bytes: number;
  exact: boolean;
  parts: number;
  longestLine: number;
  head: string;
  fieldLengths: readonly number[];
  readonly pending: Path[];
  /** Heads and delimiters in a row, not yet a segment. */
  text: string;
}

// RFC 2045 s6.7(5), s6.8: both encodings have lines of at most 76.
const ENCODED_LINE = 76;

/** Plans a checked tree. */
export function planOf(root: Part, options: PlanOptions): Plan {
  return plan(readNodes(root, options.transport), "message", options);
}

/** Plans a checked part as it is inside a multipart: no MIME-Version, no line end behind it. RFC 1847 s2.1. */
export function planOfPart(part: Part, options: PlanOptions): Plan {
  return plan(readNodes(part, options.transport, "multipart"), "part", options);
}

function plan(node: ContentNode, of: "message" | "part", options: PlanOptions): Plan {
  const hazards = findHazards(unencodedContents(node), enclosedBoundaries(node));
  const nextBoundary = boundaries(options.rendering.seed, hazards);
  const draft: Draft = {
    segments: [],
    sizes: [],
    options,
    nextBoundary,
    bytes: 0,
    exact: true,
    parts: 0,
    longestLine: 0,
    head: "",
    fieldLengths: [],
    pending: [],
    text: "",
  };
  addPart(draft, node, of, options.charset);
  if (of === "message" && endsOpen(node)) addText(draft, "\r\n");
  flushText(draft);
  const { segments, sizes, pending, bytes, exact, parts, longestLine, head, fieldLengths } = draft;
  return { segments, sizes, pending, bytes, exact, parts, longestLine, head, fieldLengths };
}

// The last line of the message gets its CRLF, unless that would add to a text that has none.
function endsOpen({ part, encoding, children: [inner] }: ContentNode): boolean {
  if (part.message !== undefined && inner !== undefined) return endsOpen(inner);
  return part.parts !== undefined || encoding === "base64";
}

function addPart(draft: Draft, node: ContentNode, of: "message" | "part", around: Charset): void {
  if (node.part.written !== undefined) {
    addWritten(draft, node, node.part.written);
    return;
  }
  const before = draft.bytes;
  draft.parts++;
  const boundary = node.part.parts === undefined ? undefined : draft.nextBoundary();
  const { rendering } = draft.options;
  const charset = (node.part.charset === undefined ? undefined : findCharset(node.part.charset)) ?? around;
  const head = writeHead(node.part, {
    charset,
    legacyNames: rendering.legacyNames,
    encoding: node.encoding,
    of,
    boundary,
  });
  draft.longestLine = Math.max(draft.longestLine, head.longest);
  if (draft.parts === 1) {
    draft.head = head.text;
    draft.fieldLengths = head.fieldLengths;
  }
  addText(draft, head.text);
  addText(draft, "\r\n");
  if (boundary !== undefined) addMultipart(draft, node.children, boundary, charset);
  else if (node.part.message !== undefined)
    for (const child of node.children) addPart(draft, child, "message", charset);
  else addContent(draft, node);
  const path = originOf(node.part);
  if (path !== undefined) draft.sizes.push({ path, bytes: draft.bytes - before });
}

function addWritten(draft: Draft, { part, facts }: ContentNode, written: Uint8Array): void {
  draft.parts++;
  draft.longestLine = Math.max(draft.longestLine, facts?.longestLine ?? 0);
  addSegment(draft, plain(written));
  const path = originOf(part);
  if (path !== undefined) draft.sizes.push({ path, bytes: written.length });
}

// RFC 2046 s5.1.1: the CRLF before a delimiter belongs to the delimiter.
function addMultipart(draft: Draft, children: readonly ContentNode[], boundary: string, charset: Charset): void {
  let delimiter = `--${boundary}\r\n`;
  for (const child of children) {
    addText(draft, delimiter);
    addPart(draft, child, "part", charset);
    delimiter = `\r\n--${boundary}\r\n`;
  }
  addText(draft, `\r\n--${boundary}--`);
}

// Heads and delimiters stay text until they are written: small arrays of bytes cost more than all that is in them.
function addText(draft: Draft, text: string): void {
  draft.bytes += text.length;
  draft.text += text;
}

function flushText(draft: Draft): void {
  const { text } = draft;
  if (text === "") return;
  draft.segments.push({ kind: "text", text, size: text.length });
  draft.text = "";
}

function addSegment(draft: Draft, segment: Segment): void {
  flushText(draft);
  draft.segments.push(segment);
  draft.bytes += segment.size ?? 0;
}

function addContent(draft: Draft, { part, encoding, facts }: ContentNode): void {
  const { content } = part;
  if (content === undefined) return;
  if (encoding === "7bit" || encoding === "8bit") {
    if (content.kind === "bytes") addSegment(draft, plain(content.bytes));
    else addUnread(draft, part, content.source);
    draft.longestLine = Math.max(draft.longestLine, facts?.longestLine ?? 0);
    return;
  }
  const how = howToEncode(part, encoding);
  draft.longestLine = Math.max(draft.longestLine, ENCODED_LINE);
  if (content.kind === "bytes") {
    addSegment(draft, encoded(content.bytes, how, facts));
    return;
  }
  const known = content.source.size;
  const size = known === undefined || how.as !== "base64" ? undefined : base64LinesLength(known);
  const path = contentPath(part);
  addSegment(draft, { kind: "source", source: content.source, encoding: how, size, path });
  if (size === undefined) draft.bytes += known ?? 0;
  draft.exact &&= size !== undefined;
}

function plain(bytes: Uint8Array): Segment {
  return { kind: "plain", bytes, size: bytes.length };
}

// An enclosed message that no one has read yet: for measuring only, since it is read before it is written. What must be
// encoded inside it makes it longer.
function addUnread(draft: Draft, part: Part, { size }: CheckedSource): void {
  draft.pending.push(contentPath(part));
  draft.bytes += size ?? 0;
  draft.exact = false;
}

function howToEncode(part: Part, encoding: "base64" | "quoted-printable"): ContentEncoding {
  if (encoding === "base64") return { as: "base64" };
  return { as: "quoted-printable", mode: isLines(part.type) ? "text" : "binary" };
}

// RFC 6532 s3.7: message/global is lines, as text is. Every other message/* is never encoded.
function isLines(type: string): boolean {
  return type.startsWith("text/") || type.startsWith("message/");
}

// To measure quoted-printable is the work of writing it: what may be held twice for a moment is written at once, unless
// its length came with the facts.
const HELD_TWICE = 4_194_304;

function encoded(bytes: Uint8Array, how: ContentEncoding, facts: Survey | undefined): Segment {
  if (how.as === "base64") return { kind: "encode", bytes, encoding: how, size: base64LinesLength(bytes.length) };
  const surveyed = how.mode === "text" ? facts : undefined;
  if (surveyed === undefined && bytes.length <= HELD_TWICE) return plain(encodeQuotedPrintable(bytes, how.mode));
  const size = surveyed?.quotedPrintableLength ?? quotedPrintableLength(bytes, how.mode);
  return { kind: "encode", bytes, encoding: how, size };
}

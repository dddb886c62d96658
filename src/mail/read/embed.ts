// Makes a stored message fit to travel as message/rfc822, which is never encoded as a whole: parts inside it are
// encoded where they must be, and the message is refused where that cannot be done. RFC 2046 s5.2.1, RFC 2045 s6.4.
import type { IssueCode, Place } from "../../issues.ts";
import { applyEdits, type Edit, encodeBody, isReadableHead, labelEdits, neededLabel } from "./embed-parts.ts";
import { crlfLines, type PartPlace, placesOf } from "./embed-places.ts";
import { lineFrom, scanOctets } from "./octets.ts";
import { outlineRaw, type RawPart } from "./outline.ts";
import { isMessageHead, type RawVisit, warnOfBcc } from "./walk.ts";

/** How a message is embedded. */
export interface EmbedOptions {
  /** The way carries octets above 127 in bodies (8BITMIME). */
  readonly eightBit: boolean;
}

/**
 * Makes the bytes of a message fit for a message/rfc822 part. What every part decodes to stays the same.
 *
 * @param bytes - a message as it lies in an `.eml` file; lines end with CRLF, or all with LF
 * @param place - where the message is in the caller's input
 * @returns bytes with CRLF, no line over 998 and no 8-bit octet (but in bodies with `eightBit`); the same bytes when
 * they are so already; undefined when the message was refused, which is reported
 * @example
 * const fit = embedMessage(stored, { eightBit: false }, place.at("content"));
 */
export function embedMessage(bytes: Uint8Array, { eightBit }: EmbedOptions, place: Place): Uint8Array | undefined {
  const stored = outlineRaw(bytes);
  if (!checkHead(stored, place)) return undefined;
  warnOfBcc(stored, place);
  const lines = crlfLines(bytes, placesOf(stored));
  if (lines !== bytes) {
    const what = "lines of the message that end with LF alone get a CRLF";
    place.warning("attachment.line-ends", what, { rfc: "RFC 5322 s2.1" });
  }
  return encodeParts(
    { bytes: lines, eightBit, place, refusals: new Set(), warned: false },
    lines === bytes ? stored : outlineRaw(lines),
  );
}

function checkHead(root: RawPart, place: Place): boolean {
  const mbox = root.defects.find((defect) => defect.kind === "mbox-line");
  const broken = root.defects.find((defect) => defect.kind === "malformed-field" || defect.kind === "empty-name");
  if (mbox === undefined && broken === undefined && root.fields.length > 0) return true;
  const what =
    mbox !== undefined
      ? "a line of an mbox file precedes the message"
      : `the head of the message cannot be read${broken === undefined ? "" : ` at line ${broken.line}`}`;
  const hint = mbox === undefined ? "give a message with its header fields" : "cut the line that starts with `From `";
  place.error("attachment.content", what, { rfc: "RFC 5322 s2.2", hint });
  return false;
}

interface Work extends EmbedOptions {
  readonly place: Place;
  readonly bytes: Uint8Array;
  /** What was refused already: each is reported once. */
  readonly refusals: Set<string>;
  warned: boolean;
}

function encodeParts(work: Work, root: RawPart): Uint8Array | undefined {
  const places = placesOf(root);
  checkFixed(work, places);
  if (work.refusals.size > 0) return undefined;
  const bodies = new Map<RawPart, Edit & { readonly encoding: string }>();
  for (const place of places) if (place.encodable) planBody(work, place, bodies);
  const edits = planLabels(work, places, bodies);
  return work.refusals.size > 0 ? undefined : applyEdits(work.bytes, edits);
}

interface Refusal {
  readonly code: IssueCode;
  /** Of the octet that is the reason. */
  readonly offset: number;
  readonly what: string;
  readonly rfc: string;
}

function refuse(work: Work, { code, offset, what, rfc }: Refusal): void {
  if (work.refusals.has(what)) return;
  work.refusals.add(what);
  const message = `${what} (line ${lineFrom(work.bytes, 0, 1, offset)} of the message)`;
  const hint = "attach the message as application/octet-stream instead";
  work.place.error(code, message, { rfc, hint });
}

// Everything but the bodies that can be encoded travels as it is: heads, delimiters, preambles, signed parts.
function checkFixed(work: Work, places: readonly PartPlace[]): void {
  const head = places.map(({ part }) => scanOctets(work.bytes, { start: part.headStart, end: part.headEnd }).eightBit);
  const inHead = head.find((offset) => offset >= 0);
  if (inHead !== undefined)
    refuse(work, {
      code: "attachment.eight-bit",
      offset: inHead,
      what: "a head holds 8-bit octets",
      rfc: "RFC 5322 s2.2",
    });
  let start = 0;
  const ranges: { start: number; end: number }[] = [];
  for (const { part, encodable } of places) {
    if (!encodable) continue;
    ranges.push({ start, end: part.bodyStart });
    start = part.bodyEnd;
  }
  ranges.push({ start, end: work.bytes.length });
  const found = ranges.map((range) => scanOctets(work.bytes, range));
  const first = (kind: "eightBit" | "nul" | "bareCr" | "longLine"): number =>
    found.find((octets) => octets[kind] >= 0)?.[kind] ?? -1;
  const rules = [
    ["attachment.eight-bit", inHead === undefined && !work.eightBit ? first("eightBit") : -1, "8-bit octets"],
    ["attachment.eight-bit", first("nul"), "a NUL"],
    ["attachment.line-ends", first("bareCr"), "a CR without LF"],
    ["attachment.line", first("longLine"), "a line over 998 octets"],
  ] as const;
  for (const [code, offset, what] of rules) {
    if (offset >= 0) refuse(work, { code, offset, what: `what must not change holds ${what}`, rfc: "RFC 2046 s5.2.1" });
  }
}

function planBody(work: Work, { part }: PartPlace, bodies: Map<RawPart, Edit & { readonly encoding: string }>): void {
  const start = part.bodyStart;
  const end = part.bodyEnd;
  const found = scanOctets(work.bytes, { start, end });
  const foreign = Math.max(found.nul, work.eightBit ? -1 : found.eightBit);
  if (Math.max(foreign, found.bareCr, found.bareLf, found.longLine) < 0) return;
  if (part.encoding === "base64" && foreign >= 0) {
    refuse(work, {
      code: "attachment.eight-bit",
      offset: foreign,
      what: "base64 holds octets that are none",
      rfc: "RFC 2045 s6.8",
    });
  } else if (!isReadableHead(part)) {
    refuse(work, {
      code: "attachment.content",
      offset: part.headStart,
      what: "a head that has to change cannot be read",
      rfc: "RFC 2045 s6",
    });
  } else bodies.set(part, { start, end, ...encodeBody(part, work.bytes.subarray(start, end)) });
}

function planLabels(
  work: Work,
  places: readonly PartPlace[],
  bodies: ReadonlyMap<RawPart, Edit & { readonly encoding: string }>,
): readonly Edit[] {
  const eightBit = eightBitParts(work, places, bodies);
  const edits: Edit[] = [];
  for (const place of places) {
    const { part } = place;
    const body = bodies.get(part);
    const label = body?.encoding ?? (place.fixed ? undefined : neededLabel(part, eightBit.has(part), work.eightBit));
    if (label === undefined) continue;
    if (label !== part.encoding) {
      if (!isReadableHead(part)) {
        refuse(work, {
          code: "attachment.content",
          offset: part.headStart,
          what: "a head that has to change cannot be read",
          rfc: "RFC 2045 s6",
        });
        return [];
      }
      edits.push(...labelEdits(place, label));
    }
    if (body !== undefined) edits.push(body);
    warnSignature(work, place);
  }
  return edits;
}

// Parts that hold an octet above 127 when all is done, with the parts that hold them.
function eightBitParts(
  work: Work,
  places: readonly PartPlace[],
  bodies: ReadonlyMap<RawPart, Edit>,
): ReadonlySet<RawPart> {
  const holding = new Set<RawPart>();
  if (!work.eightBit) return holding;
  for (const place of places) {
    const { part } = place;
    const leaf = part.parts.length === 0 && part.message === undefined;
    if (!leaf || bodies.has(part)) continue;
    if (scanOctets(work.bytes, { start: part.bodyStart, end: part.bodyEnd }).eightBit < 0) continue;
    for (let at: RawVisit | undefined = place; at !== undefined && !holding.has(at.part); at = at.parent)
      holding.add(at.part);
  }
  return holding;
}

// RFC 6376 s3.7: a signature covers the body as it is encoded.
function warnSignature(work: Work, place: PartPlace): void {
  if (work.warned) return;
  for (let at: RawVisit | undefined = place; at !== undefined; at = at.parent) {
    if (!isMessageHead(at) || !at.part.fields.some((field) => signature.test(field.name))) continue;
    work.warned = true;
    const what = "the signature in the message does not hold after parts of it are encoded";
    work.place.warning("attachment.signature", what, { rfc: "RFC 6376 s3.7" });
    return;
  }
}

const signature = /^(?:dkim-signature|domainkey-signature|arc-seal|arc-message-signature)$/i;

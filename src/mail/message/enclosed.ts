// Content of message/* parts: never encoded as a whole, so it must be fit to travel as it is. RFC 2046 s5.2.

import type { Place } from "../../issues.ts";
import { survey, type TransferEncoding } from "../octets/choose.ts";
import { isBytes } from "../octets/kinds.ts";
import { embedMessage, findBcc, warnOfBcc } from "../read/embed.ts";
import { outlineRaw, type RawPart } from "../read/outline.ts";
import { walkRaw } from "../read/walk.ts";
import type { PartContext } from "./context.ts";
import { bytesContent } from "./seal.ts";
import { bytesOf } from "./source.ts";
import type { Content, Part, Transport } from "./types.ts";

// RFC 6532 s3.7, RFC 6533 s3, s4.1, s6: these may be encoded as a whole, and hold UTF-8.
const GLOBAL = new Set([
  "message/global",
  "message/global-headers",
  "message/global-delivery-status",
  "message/global-disposition-notification",
]);

/** True for a message/* type that travels as it is, without an encoding. RFC 2046 s5.2, RFC 2045 s6.4. */
export function isIdentityOnly(type: string): boolean {
  return type.startsWith("message/") && !GLOBAL.has(type);
}

/**
 * Makes the content of a part fit for its type. Only message/* has rules: an enclosed message gets its 8-bit leaves
 * encoded, a status report must be 7-bit. A source is looked at when it is read.
 */
export function fitEnclosed(
  type: string,
  content: Content,
  { transport }: Pick<PartContext, "transport">,
  place: Place,
): Content | undefined {
  if (content.kind === "source") return content;
  if (!isIdentityOnly(type)) {
    if (type === "message/global" || type === "message/global-headers") warnOfBcc(outlineRaw(content.bytes), place);
    return content;
  }
  if (type === "message/rfc822") {
    const bytes = embedMessage(content.bytes, { eightBit: transport === "8bit" }, place);
    if (bytes === undefined) return undefined;
    return bytes === content.bytes ? content : bytesContent(bytes);
  }
  return isSevenBitText(type, content.bytes, place) ? content : undefined;
}

// RFC 3464 s2.1, RFC 8098 s3.1: the fields of a report are 7-bit.
function isSevenBitText(type: string, bytes: Uint8Array, place: Place): boolean {
  const fault = faultOf(survey(bytes), "7bit");
  if (fault === undefined) return true;
  if (fault === "long") {
    place.error("attachment.line", "a line is longer than 998 octets", { rfc: "RFC 5322 s2.1.1" });
  } else {
    const message = `the content of ${type} must be ASCII text with CRLF line ends`;
    const hint = "use message/global-… for UTF-8, or attach the content as application/octet-stream";
    place.error("attachment.eight-bit", message, { rfc: "RFC 2046 s5.2", hint });
  }
  return false;
}

// RFC 2045 s2.7, s2.8: what keeps octets from travelling as they are.
function faultOf(facts: ReturnType<typeof survey>, transport: Transport): keyof typeof WRITTEN_FAULTS | undefined {
  if (facts.bareLineEnds) return "bare";
  if (facts.nul) return "nul";
  if (!facts.ascii && transport !== "8bit") return "8bit";
  return facts.longestLine > 998 ? "long" : undefined;
}

// A transfer encoding that the caller asks for. RFC 2045 s6.

/** Reads an `encoding` option: one that exists, and that the way can carry. */
export function readEncoding(input: unknown, transport: Transport, place: Place): TransferEncoding | undefined {
  if (input === undefined) return undefined;
  const encoding = typeof input === "string" ? input.toLowerCase() : "";
  if (encoding === "7bit" || encoding === "quoted-printable" || encoding === "base64") return encoding;
  if (encoding === "8bit" && transport === "8bit") return encoding;
  if (encoding === "8bit" || encoding === "binary") {
    place.error("encoding.eight-bit", `${encoding} does not pass every relay`, {
      rfc: "RFC 2045 s6.2",
      hint: encoding === "8bit" ? 'leave it out, or say transport: "8bit"' : "leave it out: base64 carries any bytes",
    });
  } else {
    const message = "a transfer encoding is 7bit, quoted-printable or base64";
    place.error("encoding.unknown", message, { rfc: "RFC 2045 s6" });
  }
  return undefined;
}

/**
 * Reports content that cannot travel under the encoding that was asked for. What is legal but fragile (lines of
 * dots, trailing blanks) passes: the caller asked for it.
 */
export function checkEncoding(
  type: string,
  content: Content,
  encoding: TransferEncoding | undefined,
  place: Place,
): void {
  if (encoding === undefined) return;
  if (isIdentityOnly(type)) {
    if (encoding === "7bit" || encoding === "8bit") return;
    // RFC 2046 s5.2.1: an enclosed message is never encoded as a whole.
    const message = `${type} must not be encoded as a whole`;
    const hint = "leave encoding out: the parts inside are encoded where they must be";
    place.error("encoding.mismatch", message, { rfc: "RFC 2046 s5.2.1", hint });
    return;
  }
  if (encoding !== "7bit" && encoding !== "8bit") return;
  const hint = "leave encoding out: the cheapest that fits is chosen";
  if (content.kind === "source") {
    const message = `what a source gives is not known to be ${encoding} before it is read`;
    place.error("encoding.mismatch", message, { hint: "use base64 or quoted-printable" });
    return;
  }
  if (faultOf(survey(content.bytes, { stateful: true }), encoding) === undefined) return;
  place.error("encoding.mismatch", `the content is not ${encoding}`, { rfc: "RFC 2045 s2.7", hint });
}

// A part that is written already: head and body, octet for octet, as a signature over them needs it. RFC 1847 s2.1.

/** The octets of a written part, and what its head says. */
interface WrittenPart {
  readonly written: Uint8Array;
  readonly type: string;
  readonly parameters: Readonly<Record<string, string>>;
}

const HINT = "give what partBytes(part) gave, unchanged";

/** Reads `written`: octets that can travel as they are. What cannot is `part.written`. */
export function readWritten(
  given: Readonly<Record<string, unknown>>,
  transport: Transport,
  place: Place,
): WrittenPart | undefined {
  const octets = isBytes(given.written) ? bytesOf(given.written) : undefined;
  if (octets === undefined) return refuse("written is the bytes of a part, a Uint8Array", place);
  const bytes = new Uint8Array(octets);
  const outline = outlineRaw(bytes);
  const fault = octetFault(bytes, transport) ?? headFault(outline, transport) ?? keyFault(given, outline);
  if (fault !== undefined) return refuse(fault, place);
  warnOfBcc(outline, place.at("written")); // of the messages that it encloses
  return { written: bytes, type: outline.type, parameters: Object.freeze(Object.fromEntries(outline.parameters)) };
}

function refuse(what: string, place: Place): undefined {
  return place.at("written").error("part.written", what, { rfc: "RFC 1847 s2.1", hint: HINT });
}

const WRITTEN_FAULTS = {
  bare: "a line of the part does not end with CRLF",
  nul: "the part contains a NUL",
  "8bit": 'the part contains 8-bit octets: transport: "8bit" carries them',
  long: "a line of the part is longer than 998 octets",
} as const;

function octetFault(bytes: Uint8Array, transport: Transport): string | undefined {
  const fault = faultOf(survey(bytes, { stateful: true }), transport);
  return fault && WRITTEN_FAULTS[fault];
}

function headFault(outline: RawPart, transport: Transport): string | undefined {
  for (const { part } of walkRaw(outline)) {
    // RFC 2046 s5.1: a part without header fields begins with an empty line.
    const isBare = part === outline && part.bodyStart === 2;
    const defect = part.defects.find(({ kind }) => !(isBare && kind === "no-fields"));
    if (defect !== undefined) return `the part cannot be read: ${defect.kind} in line ${defect.line}`;
  }
  if (outline.encoding === "binary" || (outline.encoding === "8bit" && transport !== "8bit")) {
    return `the part says that it is ${outline.encoding}`;
  }
  const blind = findBcc(outline);
  return blind === undefined ? undefined : `the head of the part has the field ${blind.name}`;
}

// A checked part has what its octets say beside them; anything else would be lost.
function keyFault(given: Readonly<Record<string, unknown>>, { type, parameters }: RawPart): string | undefined {
  for (const [key, value] of Object.entries(given)) {
    if (key === "written" || value === undefined) continue;
    if (key === "type" && value === type) continue;
    if (key === "fields" && Array.isArray(value) && value.length === 0) continue;
    if (key === "parameters" && isSame(value, parameters)) continue;
    return `written is the whole part, and ${key} is given beside it`;
  }
  return undefined;
}

function isSame(value: unknown, parameters: ReadonlyMap<string, string>): boolean {
  if (typeof value !== "object" || value === null) return false;
  const entries = Object.entries(value);
  return entries.length === parameters.size && entries.every(([name, text]) => parameters.get(name) === text);
}

/** The octets as a part of a tree. */
export function writtenPart({ written, type, parameters }: WrittenPart): Part {
  return { type, parameters, fields: Object.freeze([]), written };
}

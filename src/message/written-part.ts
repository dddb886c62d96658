// A part that is written already: head and body, octet for octet, as a signature over them needs it. RFC 1847 s2.1.

import { survey } from "../encoding/choose.ts";
import { isBytes } from "../encoding/kinds.ts";
import type { Place } from "../issues.ts";
import { outlineRaw, type RawPart } from "../read/outline.ts";
import { walkRaw, warnOfBcc } from "../read/walk.ts";
import { bytesOf } from "./source.ts";
import type { Part, Transport } from "./types.ts";

/** The octets of a written part, and what its head says. */
export interface WrittenPart {
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

function octetFault(bytes: Uint8Array, transport: Transport): string | undefined {
  const facts = survey(bytes, { stateful: true });
  if (facts.bareLineEnds) return "a line of the part does not end with CRLF";
  if (facts.nul) return "the part contains a NUL";
  if (facts.longestLine > 998) return "a line of the part is longer than 998 octets";
  if (!facts.ascii && transport !== "8bit") return 'the part contains 8-bit octets: transport: "8bit" carries them';
  return undefined;
}

function headFault(outline: RawPart, transport: Transport): string | undefined {
  for (const { part } of walkRaw(outline)) {
    const [defect] = part.defects;
    if (defect !== undefined) return `the part cannot be read: ${defect.kind} in line ${defect.line}`;
  }
  if (outline.encoding === "binary" || (outline.encoding === "8bit" && transport !== "8bit")) {
    return `the part says that it is ${outline.encoding}`;
  }
  const blind = outline.fields.find(({ name }) => /^(?:resent-)?bcc$/i.test(name));
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

// A tree of the caller's own at the door: every node checked, copied and frozen. RFC 2045, RFC 2046 s5.

import { inputNames, readOptional, readProperties } from "../../given.ts";
import type { Place } from "../../issues.ts";
import { hintsFor } from "../../options/hints.ts";
import { listOf, readGuarded } from "../../options/plain.ts";
import { type Charset, findCharset, utf8, wireName } from "../octets/charset.ts";
import { checkTypedContent } from "./calendar-text.ts";
import { readCid } from "./cid.ts";
import { type ContentType, readPartType } from "./content-type.ts";
import { checkEncoding, fitEnclosed, readEncoding, readWritten, writtenPart } from "./enclosed.ts";
import { readFileName } from "./file-name.ts";
import { readPartFields } from "./given-headers.ts";
import {
  DETAIL_KEYS,
  type PartContext,
  readCharset,
  readDetails,
  readTransport,
  unknownCharset,
} from "./part-context.ts";
import { fromPlace } from "./seal.ts";
import { readContent, type StringReading } from "./source.ts";
import type { Content, Part } from "./types.ts";

const KEYS =
  "type parameters fields filename id encoding charset transport written content parts message " +
  DETAIL_KEYS.join(" ");

const NAMES = inputNames(KEYS, "a part, an object with a type and content, parts or a message", hintsFor.part);

/** No reader goes deeper; `limits` sets a lower cap. Keeps the walk over a tree within the stack. */
const DEEPEST = 100;

/** An object that occurs in a tree twice is two parts, so a small input could make a tree without end. */
const MOST_PARTS = 100_000;

/** What a walk over a tree knows at one node. */
interface Walk extends PartContext {
  readonly depth: number;
  /** What holds the node. */
  readonly within: "nothing" | "multipart" | "message";
  readonly budget: { parts: number };
}

/** Checks a tree. Gives it only when nothing in it is wrong. */
export function checkPart(input: unknown, context: PartContext, place: Place): Part | undefined {
  return checkNode(input, { ...context, depth: 1, within: "nothing", budget: { parts: MOST_PARTS } }, place);
}

function checkNode(input: unknown, around: Walk, place: Place): Part | undefined {
  if (!isWithinLimits(around, place)) return undefined;
  const given = readProperties(input, NAMES, place);
  if (given === undefined) return undefined;
  if (given.written !== undefined) return checkWritten(given, around, place);
  const charset = readOptional(given.charset, readCharset, place.at("charset"));
  const transport = readOptional(given.transport, readTransport, place.at("transport"));
  const walk: Walk = charset === undefined ? around : { ...around, charset };
  const contentType = readPartType(given, place);
  const encoding = readEncoding(given.encoding, walk.transport, place.at("encoding"));
  const filename = readOptional(given.filename, readFileName, place.at("filename"));
  const id = readOptional(given.id, readCid, place.at("id"));
  const details = readDetails(given, walk, place);
  const fields = readPartFields(given.fields, place.at("fields"));
  if (contentType === undefined) return undefined;
  const body = readBody(given, contentType, walk, place);
  if (body === undefined) return undefined;
  checkBodyEncoding(body, contentType.type, encoding, place.at("encoding"));
  const part: Part = {
    type: contentType.type,
    parameters: Object.freeze(body.parameters),
    fields,
    ...(encoding === undefined ? {} : { encoding }),
    ...(charset === undefined ? {} : { charset: charset.name }),
    ...(transport === undefined ? {} : { transport }),
    ...(filename === undefined ? {} : { filename }),
    ...(id === undefined ? {} : { id }),
    ...details,
    ...body.holds,
  };
  return fromPlace(part, part.content === undefined ? undefined : place.path);
}

function checkWritten(given: Readonly<Record<string, unknown>>, walk: Walk, place: Place): Part | undefined {
  if (walk.within !== "multipart") {
    const message = "a part that is written already must be one of the parts of a multipart";
    return place.at("written").error("part.written", message, { rfc: "RFC 1847 s2.1" });
  }
  const read = readWritten(given, walk.transport, place);
  return read === undefined ? undefined : fromPlace(writtenPart(read), place.path);
}

function isWithinLimits({ depth, budget }: Walk, place: Place): boolean {
  if (depth > DEEPEST) {
    place.error("limit.depth", `parts are nested more than ${DEEPEST} deep`);
    return false;
  }
  budget.parts--;
  // Reported once; the walk then ends without a look at the rest.
  if (budget.parts === -1) place.error("limit.parts", `a tree has at most ${MOST_PARTS} parts`);
  return budget.parts >= 0;
}

interface Body {
  readonly parameters: Readonly<Record<string, string>>;
  readonly holds: Pick<Part, "content" | "parts" | "message">;
}

function checkBodyEncoding({ holds }: Body, type: string, encoding: Part["encoding"], place: Place): void {
  if (holds.content !== undefined) checkEncoding(type, holds.content, encoding, place);
  else if (encoding === "base64" || encoding === "quoted-printable") {
    // RFC 2045 s6.4: a composite type is never encoded itself.
    place.error("encoding.mismatch", `${type} is not encoded, its parts are`, { rfc: "RFC 2045 s6.4" });
  }
}

/** What a node holds. Exactly one of the three forms, and the one that its type allows. */
function readBody(
  given: Readonly<Record<string, unknown>>,
  { type, parameters }: ContentType,
  walk: Walk,
  place: Place,
): Body | undefined {
  const forms = ["content", "parts", "message"].filter((form) => given[form] !== undefined);
  const form = forms[0];
  const allowed = formsOf(type);
  if (forms.length !== 1 || form === undefined || !allowed.includes(form)) {
    const message = `a part of type ${type} has ${allowed.join(" or ")}, and nothing else`;
    return place.error("part.body", message, { rfc: "RFC 2046 s5" });
  }
  const within = form === "parts" ? "multipart" : "message";
  const inside: Walk = { ...walk, depth: walk.depth + 1, within };
  if (form === "parts") return readParts(given.parts, { type, parameters }, inside, place);
  if (form === "message") {
    const message = checkNode(given.message, inside, place.at("message"));
    return message === undefined ? undefined : { parameters, holds: { message } };
  }
  return readLeaf(given, { type, parameters }, walk, place);
}

function formsOf(type: string): readonly string[] {
  if (type.startsWith("multipart/")) return ["parts"];
  return type === "message/rfc822" ? ["content", "message"] : ["content"];
}

function readParts(input: unknown, { type, parameters }: ContentType, walk: Walk, place: Place): Body | undefined {
  const list = place.at("parts");
  const items = readGuarded(list, () => listOf(input)) ?? [];
  if (items.length === 0) {
    return list.error("part.empty", "a multipart has at least one part", { rfc: "RFC 2046 s5.1.1" });
  }
  const parts: Part[] = [];
  for (const [index, item] of items.entries()) {
    const part = checkNode(item, walk, list.at(index));
    if (part !== undefined) parts.push(part);
  }
  if (parts.length < items.length) return undefined;
  if (!isComplete(type, parameters, items.length, place)) return undefined;
  return { parameters: withRootType(type, parameters, parts), holds: { parts: Object.freeze(parts) } };
}

// RFC 1847 s2.1, s2.2: readers find out by these how to check or open the first part, and expect two.
const SECURED = new Map<string, readonly string[]>([
  ["multipart/signed", ["protocol", "micalg"]],
  ["multipart/encrypted", ["protocol"]],
]);

function isComplete(type: string, parameters: ContentType["parameters"], count: number, place: Place): boolean {
  const wanted = SECURED.get(type);
  if (wanted === undefined) return true;
  const missing = wanted.filter((name) => !Object.hasOwn(parameters, name));
  for (const name of missing) {
    const hint = name === "protocol" ? 'as in "application/pkcs7-signature"' : 'as in "sha-256"';
    const detail = { rfc: "RFC 1847 s2", ...(type === "multipart/signed" ? { hint } : {}) };
    place.at("parameters").at(name).error("type.syntax", `${type} needs the parameter ${name}`, detail);
  }
  if (count !== 2) place.at("parts").error("part.body", `${type} needs exactly two parts`, { rfc: "RFC 1847 s2" });
  return missing.length === 0 && count === 2;
}

// RFC 2387 s3.1: a related names the type of its root, which is the first part unless `start` says otherwise.
function withRootType(type: string, parameters: ContentType["parameters"], parts: readonly Part[]) {
  if (type !== "multipart/related" || Object.hasOwn(parameters, "type")) return parameters;
  const start = parameters.start?.replace(/^<|>$/g, "");
  const root = parts.find((part) => start !== undefined && part.id === start) ?? parts[0];
  return { ...parameters, ...(root === undefined ? {} : { type: root.type }) };
}

function readLeaf(
  given: Readonly<Record<string, unknown>>,
  { type, parameters }: ContentType,
  walk: Walk,
  place: Place,
): Body | undefined {
  const contentPlace = place.at("content");
  const charset = leafCharset(given.content, { type, parameters }, walk, place);
  if (charset === undefined) return undefined;
  const strings: StringReading = charset === "none" ? { as: "utf8", type } : { as: "text", charset, type };
  const content: Content | undefined = readContent(given.content, strings, contentPlace);
  if (content !== undefined) {
    const methodPlace = place.at("parameters").at("method");
    checkTypedContent(content, { type, parameters, place: contentPlace, methodPlace });
  }
  const fitted = content === undefined ? undefined : fitEnclosed(type, content, walk, contentPlace);
  if (fitted === undefined) return undefined;
  return {
    parameters:
      charset === "none" || !type.startsWith("text/") ? parameters : { ...parameters, charset: wireName(charset) },
    holds: { content: fitted },
  };
}

// A string of a text type is written in the charset that its type names, else in the message's. Report types are text
// without a charset.
function leafCharset(
  content: unknown,
  { type, parameters }: ContentType,
  { charset }: Walk,
  place: Place,
): Charset | "none" | undefined {
  if (typeof content !== "string") return "none";
  if (type.startsWith("message/")) return utf8;
  if (!type.startsWith("text/")) return "none";
  const label = parameters.charset;
  if (label === undefined) return charset;
  const named = findCharset(label);
  return named ?? unknownCharset(place.at("parameters").at("charset"));
}

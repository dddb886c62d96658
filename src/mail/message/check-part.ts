// A tree of the caller's own at the door: every node checked, copied and frozen. RFC 2045, RFC 2046 s5.

import { inputNames, readProperties } from "../../given.ts";
import type { Path, Place } from "../../issues.ts";
import { hintsFor } from "../../options/hints.ts";
import { listOf, readGuarded } from "../../options/plain.ts";
import { findCharset, utf8, wireName } from "../octets/charset.ts";
import type { TransferEncoding } from "../octets/choose.ts";
import { checkTypedContent } from "./calendar-text.ts";
import { readCid } from "./cid.ts";
import { type ContentType, readPartType } from "./content-type.ts";
import {
  DETAIL_KEYS,
  type Given,
  type PartContext,
  put,
  readCharset,
  readDetails,
  readKey,
  readTransport,
  unknownCharset,
} from "./context.ts";
import { checkEncoding, fitEnclosed, readEncoding, readWritten, writtenPart } from "./enclosed.ts";
import { readFileName } from "./file-name.ts";
import { readPartFields } from "./given-headers.ts";
import { fromPlace } from "./seal.ts";
import { type Ownership, readContent, type StringReading } from "./source.ts";
import type { Content, Part } from "./types.ts";

const KEYS = `type parameters fields filename id encoding charset transport written content parts message ${DETAIL_KEYS.join(" ")}`;

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
  const charset = readKey(given, "charset", readCharset, place);
  const transport = readKey(given, "transport", readTransport, place);
  const walk: Walk = charset === undefined ? around : { ...around, charset };
  const contentType = readPartType(given, place);
  const encoding = readKey(given, "encoding", (value, at) => readEncoding(value, walk.transport, at), place);
  const filename = readKey(given, "filename", readFileName, place);
  const id = readKey(given, "id", readCid, place);
  const details = readDetails(given, walk, place);
  const fields = readPartFields(given.fields, place.at("fields"));
  if (contentType === undefined) return undefined;
  const { type } = contentType;
  const body = readBody(given, contentType, walk, place);
  if (body === undefined) return undefined;
  if (encoding !== undefined) checkBodyEncoding(body, type, encoding, place.at("encoding"));
  const { parameters, ...holds } = body;
  const part: { -readonly [K in keyof Part]: Part[K] } = { type, parameters, fields, ...details, ...holds };
  Object.freeze(parameters);
  put(part, "encoding", encoding);
  put(part, "charset", charset?.name);
  put(part, "transport", transport);
  put(part, "filename", filename);
  put(part, "id", id);
  return fromPlace(part, part.content === undefined ? undefined : place.path);
}

function checkWritten(given: Given, walk: Walk, place: Place): Part | undefined {
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

type Body = Pick<Part, "parameters" | "content" | "parts" | "message">;

function checkBodyEncoding({ content }: Body, type: string, encoding: TransferEncoding, place: Place): void {
  if (content !== undefined) checkEncoding(type, content, encoding, place);
  else if (encoding === "base64" || encoding === "quoted-printable") {
    // RFC 2045 s6.4: a composite type is never encoded itself.
    place.error("encoding.mismatch", `${type} is not encoded, its parts are`, { rfc: "RFC 2045 s6.4" });
  }
}

/** What a node holds. Exactly one of the three forms, and the one that its type allows. */
function readBody(given: Given, contentType: ContentType, walk: Walk, place: Place): Body | undefined {
  const { type, parameters } = contentType;
  const forms = ["content", "parts", "message"].filter((form) => given[form] !== undefined);
  const form = forms[0];
  const allowed = formsOf(type);
  if (forms.length !== 1 || form === undefined || !allowed.includes(form)) {
    const message = `a part of type ${type} has ${allowed.join(" or ")}, and nothing else`;
    return place.error("part.body", message, { rfc: "RFC 2046 s5" });
  }
  const within = form === "parts" ? "multipart" : "message";
  const inside: Walk = { ...walk, depth: walk.depth + 1, within };
  if (form === "parts") return readParts(given.parts, contentType, inside, place);
  if (form === "message") {
    const message = checkNode(given.message, inside, place.at("message"));
    return message && { parameters, message };
  }
  const strings = readingOf(given.content, contentType, walk, place);
  const content =
    strings && readLeaf(given.content, { strings, contentType, methodKeys: METHOD, bytes: "copied" }, walk, place);
  if (content === undefined) return undefined;
  if (strings?.as !== "text" || !type.startsWith("text/")) return { parameters, content };
  return { parameters: { ...parameters, charset: wireName(strings.charset) }, content };
}

const METHOD = ["parameters", "method"];

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
  return { parameters: withRootType(type, parameters, parts), parts: Object.freeze(parts) };
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

/** The content of a leaf, and what is known about it. */
interface Leaf {
  readonly strings: StringReading;
  readonly contentType: ContentType | undefined;
  /** Where in the leaf the `method` parameter of a calendar object was given. */
  readonly methodKeys: Path;
  readonly bytes: Ownership | undefined;
}

/** Reads the `content` of a leaf, as its type needs it. The place is that of the leaf. */
export function readLeaf(input: unknown, leaf: Leaf, context: PartContext, place: Place): Content | undefined {
  const { strings, contentType, methodKeys, bytes } = leaf;
  const at = place.at("content");
  const content = readContent(input, { strings, type: contentType?.type ?? "", bytes }, at);
  if (content === undefined || contentType === undefined) return content;
  checkTypedContent(content, contentType, place, methodKeys);
  return fitEnclosed(contentType.type, content, context, at);
}

const OCTETS: StringReading = { as: "utf8" };

// A string of a text type is written in the charset that its type names, else in the message's. Report types are text
// without a charset.
function readingOf(
  content: unknown,
  { type, parameters }: ContentType,
  { charset }: Walk,
  place: Place,
): StringReading | undefined {
  if (typeof content !== "string") return OCTETS;
  if (type.startsWith("message/")) return { as: "text", charset: utf8 };
  if (!type.startsWith("text/")) return OCTETS;
  const label = parameters.charset;
  const named = label === undefined ? charset : findCharset(label);
  return named === undefined ? unknownCharset(place.at("parameters").at("charset")) : { as: "text", charset: named };
}

// Attachments at the door: name, type, content and details. RFC 2183, RFC 2046.

import { inputNames, readOptional, readProperties } from "../../given.ts";
import type { Place } from "../../issues.ts";
import { hintsFor } from "../../options/hints.ts";
import { listOf, ownProperties, readGuarded } from "../../options/plain.ts";
import { findCharset, wireName } from "../octets/charset.ts";
import type { TransferEncoding } from "../octets/choose.ts";
import { isBlob, isFile } from "../octets/kinds.ts";
import { checkTypedContent } from "./calendar-text.ts";
import { type LooseAttachment, readCid } from "./cid.ts";
import { type ContentType, readContentType, typeOfName } from "./content-type.ts";
import { checkEncoding, fitEnclosed, readEncoding } from "./enclosed.ts";
import { readFileName } from "./file-name.ts";
import { put } from "./message-context.ts";
import { DETAIL_KEYS, type PartContext, readDetails } from "./part-context.ts";
import { readContent } from "./source.ts";
import type { Content } from "./types.ts";

const KEYS = ["filename", "content", "contentType", "cid", "encoding", ...DETAIL_KEYS].join(" ");

const NAMES = inputNames(KEYS, "an attachment, an object such as { filename, content }", hintsFor.attachment);

/** The own properties of one attachment as the caller wrote it. */
type Given = Readonly<Record<string, unknown>>;

/** Reads the `attachments` option. What is wrong is reported; what is right is given. */
export function readAttachments(input: unknown, context: PartContext, place: Place) {
  const loose: { attachment: LooseAttachment; place: Place }[] = [];
  if (input === undefined) return loose;
  const items = readGuarded(place, () => {
    const list = listOf(input);
    if (list === undefined) place.error("input.type", "expected a list of attachments");
    return list;
  });
  for (const [index, item] of items?.entries() ?? []) {
    const itemPlace = place.at(index);
    const attachment = readGuarded(itemPlace, () => readAttachment(item, context, itemPlace));
    if (attachment !== undefined) loose.push({ attachment, place: itemPlace });
  }
  return loose;
}

function readAttachment(item: unknown, context: PartContext, place: Place): LooseAttachment | undefined {
  const given = readProperties(item, NAMES, place);
  if (given === undefined) return undefined;
  const filename = readName(given, place);
  const contentType = typeOf(given, filename, place);
  const cid = readOptional(given.cid, readCid, place.at("cid"));
  const details = readDetails(given, context, place);
  const encoding = readEncoding(given.encoding, context.transport, place.at("encoding"));
  const content = readAttached(given, contentType, context, place);
  if (content === undefined || contentType === undefined) return undefined;
  const { type, parameters } = contentType;
  checkTypedContent(content, { type, parameters, place: place.at("content"), methodPlace: place.at("contentType") });
  const fitted = fitEnclosed(type, content, context, place.at("content"));
  if (fitted === undefined) return undefined;
  // A string that said it was base64 is bytes now; how they travel is found when they are written.
  const asked = isBase64Text(given) ? undefined : encoding;
  checkEncoding(type, fitted, asked, place.at("encoding"));
  const loose: { -readonly [K in keyof LooseAttachment]: LooseAttachment[K] } = ownProperties({
    content: fitted,
    type,
    parameters: Object.freeze(labelled(given, contentType, context) ?? parameters),
    ...details,
  });
  put(loose, "filename", filename);
  put(loose, "cid", cid);
  put(loose, "encoding", asked ?? exactEncoding(given, type, fitted));
  return loose;
}

// Bytes are read back as they were given. Readers change the line ends of what travels as text, or add one at its end,
// and leave base64 alone.
function exactEncoding(given: Given, type: string, content: Content): TransferEncoding | undefined {
  return content.kind === "bytes" && type.startsWith("text/") && !isText(given, type) ? "base64" : undefined;
}

/** The name that was given, else the one that a File brings. */
function readName({ filename, content }: Given, place: Place): string | undefined {
  if (filename !== undefined) return readFileName(filename, place.at("filename"));
  if (!isFile(content) || content.name === "") return undefined;
  return readFileName(content.name, place.at("content").at("name"));
}

/** The type that was given, else the one that a Blob brings, else that of the name's extension. */
function typeOf({ contentType, content }: Given, filename: string | undefined, place: Place): ContentType | undefined {
  if (contentType !== undefined) return attachable(contentType, place.at("contentType"));
  if (isBlob(content) && content.type !== "") {
    return attachable(content.type, place.at("content").at("type"));
  }
  return { type: typeOfName(filename) ?? "application/octet-stream", parameters: Object.create(null) };
}

// Types whose content would have to be parts (RFC 2046 s5.1), and parameters that the writer sets.
function attachable(input: unknown, place: Place): ContentType | undefined {
  const read = readContentType(input, place);
  if (read === undefined) return undefined;
  if (read.type.startsWith("multipart/")) {
    const hint = "give the parts as a tree: body: { type, parts }, or change toTree(message)";
    return place.error("attachment.composite", "a multipart cannot be an attachment", { rfc: "RFC 2046 s5.1", hint });
  }
  if (!Object.hasOwn(read.parameters, "boundary") && !Object.hasOwn(read.parameters, "name")) return read;
  return place.error("type.conflict", "boundary and name are written by the composer", { hint: "use filename" });
}

// RFC 2045 s6.1: the names of transfer encodings are the same in any case.
function isBase64Text({ content, encoding }: Given): boolean {
  return typeof content === "string" && typeof encoding === "string" && encoding.toLowerCase() === "base64";
}

// Text as the caller's string, to be written in the message's charset; bytes are never labelled by guess.
function isText(given: Given, type: string): boolean {
  return typeof given.content === "string" && !isBase64Text(given) && type.startsWith("text/");
}

function readAttached(
  given: Given,
  contentType: ContentType | undefined,
  context: PartContext,
  place: Place,
): Content | undefined {
  const contentPlace = place.at("content");
  if (isBase64Text(given)) return readContent(given.content, { as: "base64" }, contentPlace);
  if (contentType === undefined || !isText(given, contentType.type)) {
    return readContent(given.content, { as: "utf8", type: contentType?.type ?? "" }, contentPlace);
  }
  const label = contentType.parameters.charset;
  if (label !== undefined && findCharset(label) !== context.charset && !isWireName(label, context.charset)) {
    const hint = "leave charset out of contentType, or give the content as bytes of that charset";
    const message = `the text is written in ${context.charset.name}`;
    place.at("contentType").error("type.conflict", message, { hint });
  }
  return readContent(given.content, { as: "text", charset: context.charset, type: contentType.type }, contentPlace);
}

function isWireName(label: string, charset: PartContext["charset"]): boolean {
  return label.toLowerCase() === wireName(charset).toLowerCase();
}

function labelled(
  given: Given,
  { type, parameters }: ContentType,
  { charset }: PartContext,
): ContentType["parameters"] | undefined {
  return isText(given, type) ? { ...parameters, charset: wireName(charset) } : undefined;
}

// Attachments at the door: name, type, content and details. RFC 2183, RFC 2046.

import { inputNames, readProperties } from "../../given.ts";
import type { Place } from "../../issues.ts";
import { hintsFor } from "../../options/hints.ts";
import { listOf, makeBare, readGuarded } from "../../options/plain.ts";
import { findCharset, wireName } from "../octets/charset.ts";
import type { TransferEncoding } from "../octets/choose.ts";
import { isBlob, isFile } from "../octets/kinds.ts";
import { readLeaf } from "./check-part.ts";
import { type LooseAttachment, readCid } from "./cid.ts";
import { type ContentType, NO_PARAMETERS, readContentType, typeOfName } from "./content-type.ts";
import { DETAIL_KEYS, type Given, type PartContext, readDetails, readKey } from "./context.ts";
import { checkEncoding, readEncoding } from "./enclosed.ts";
import { readFileName } from "./file-name.ts";
import type { Ownership, StringReading } from "./source.ts";
import type { Attachment, Content } from "./types.ts";

const KEYS = `filename content contentType cid encoding ${DETAIL_KEYS.join(" ")}`;

const NAMES = inputNames(KEYS, "an attachment, an object such as { filename, content }", hintsFor.attachment);

// Nothing is found behind its own properties, and what was not given is not among them.
class NewAttachment implements Attachment {
  content: Attachment["content"];
  type: Attachment["type"];
  parameters: Attachment["parameters"];
  declare filename?: string;
  disposition: Attachment["disposition"] = "attachment";
  related = false;
  declare description?: string;
  declare size?: number;
  declare modificationDate?: number;
  declare creationDate?: number;
  declare cid?: string;
  declare encoding?: TransferEncoding;

  constructor(content: Content, { type, parameters }: ContentType) {
    this.content = content;
    this.type = type;
    this.parameters = parameters;
  }

  static {
    makeBare(NewAttachment.prototype);
  }
}

/** What the attachments of one message have in common. */
interface Reading {
  readonly context: PartContext;
  /** Types that were read, as they were given: most attachments share a few. */
  readonly types: Map<string, ContentType>;
}

/** Reads the `attachments` option. What is wrong is reported; what is right is given. */
export function readAttachments(input: unknown, context: PartContext, place: Place): readonly LooseAttachment[] {
  const loose: LooseAttachment[] = [];
  if (input === undefined) return loose;
  const reading: Reading = { context, types: new Map() };
  const list = readGuarded(place, () => listOf(input) ?? place.error("input.type", "expected a list of attachments"));
  let at = 0;
  let itemPlace = place;
  const read = () => readAttachment(list?.[at], reading, itemPlace);
  for (; list !== undefined && at < list.length; at++) {
    itemPlace = place.at(at);
    const attachment = readGuarded(itemPlace, read);
    if (attachment !== undefined) loose.push(attachment);
  }
  return loose;
}

function readAttachment(item: unknown, reading: Reading, place: Place): LooseAttachment | undefined {
  const { context } = reading;
  const given = readProperties(item, NAMES, place);
  if (given === undefined) return undefined;
  const filename = readName(given, place);
  const contentType = typeOf(given, filename, reading, place);
  const cid = readKey(given, "cid", readCid, place);
  const details = readDetails(given, context, place);
  const encoding = readKey(given, "encoding", (input, at) => readEncoding(input, context.transport, at), place);
  const strings = readingOf(given, contentType, context, place);
  const bytes = ownershipOf(contentType, encoding, context);
  const content = readLeaf(given.content, { strings, contentType, methodKeys: METHOD, bytes }, context, place);
  if (content === undefined || contentType === undefined) return undefined;
  const { type, parameters } = contentType;
  // A string that said it was base64 is bytes now; how they travel is found when they are written.
  const asked = strings.as === "base64" ? undefined : encoding;
  if (asked !== undefined) checkEncoding(type, content, asked, place.at("encoding"));
  const isText = strings.as === "text";
  const attachment = new NewAttachment(content, contentType);
  if (isText) attachment.parameters = Object.freeze({ ...parameters, charset: wireName(context.charset) });
  if (filename !== undefined) attachment.filename = filename;
  if (details !== undefined) Object.assign(attachment, details);
  if (cid !== undefined) attachment.cid = cid;
  const sent = asked ?? (isText ? undefined : exactEncoding(type, content));
  if (sent !== undefined) attachment.encoding = sent;
  return { attachment, place, disposed: details?.disposition !== undefined };
}

const METHOD = ["contentType"];

// Octets that are looked at stay as they were then, whatever a getter or a clock does before they are written. Any octets
// are right as base64.
function ownershipOf(
  contentType: ContentType | undefined,
  encoding: TransferEncoding | undefined,
  { bytes }: PartContext,
): Ownership | undefined {
  const isChecked = (encoding ?? "base64") !== "base64" || contentType?.type.startsWith("message/") === true;
  return isChecked ? "copied" : bytes;
}

// Bytes are read back as they were given. Readers change the line ends of what travels as text, or add one at its end,
// and leave base64 alone.
function exactEncoding(type: string, content: Content): TransferEncoding | undefined {
  return content.kind === "bytes" && type.startsWith("text/") ? "base64" : undefined;
}

/** The name that was given, else the one that a File brings. */
function readName({ filename, content }: Given, place: Place): string | undefined {
  if (filename !== undefined) return readFileName(filename, place.at("filename"));
  if (!isFile(content) || content.name === "") return undefined;
  return readFileName(content.name, place.at("content").at("name"));
}

/** The type that was given, else the one that a Blob brings, else that of the name's extension. */
function typeOf(
  { contentType, content }: Given,
  filename: string | undefined,
  { types }: Reading,
  place: Place,
): ContentType | undefined {
  if (typeof contentType === "string") {
    const read = types.get(contentType) ?? attachable(contentType, place.at("contentType"));
    if (read !== undefined) types.set(contentType, read);
    return read;
  }
  if (contentType !== undefined) return attachable(contentType, place.at("contentType"));
  if (typeof content === "object" && !ArrayBuffer.isView(content) && isBlob(content) && content.type !== "") {
    return attachable(content.type, place.at("content").at("type"));
  }
  return { type: typeOfName(filename) ?? "application/octet-stream", parameters: NO_PARAMETERS };
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

const OCTETS: StringReading = { as: "utf8" };

// A string of a text type is written in the message's charset; bytes are never labelled by guess.
function readingOf(
  { content, encoding }: Given,
  contentType: ContentType | undefined,
  { charset }: PartContext,
  place: Place,
): StringReading {
  if (typeof content !== "string") return OCTETS;
  // RFC 2045 s6.1: the names of transfer encodings are the same in any case.
  if (typeof encoding === "string" && encoding.toLowerCase() === "base64") return { as: "base64" };
  if (!contentType?.type.startsWith("text/")) return OCTETS;
  const label = contentType.parameters.charset;
  if (
    label !== undefined &&
    findCharset(label) !== charset &&
    label.toLowerCase() !== wireName(charset).toLowerCase()
  ) {
    const hint = "leave charset out of contentType, or give the content as bytes of that charset";
    place.at("contentType").error("type.conflict", `the text is written in ${charset.name}`, { hint });
  }
  return { as: "text", charset };
}

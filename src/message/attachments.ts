// Attachments at the door: name, type, content and details. RFC 2183, RFC 2046.

import { findCharset, wireName } from "../encoding/charset.ts";
import type { TransferEncoding } from "../encoding/choose.ts";
import { isBlob, isFile } from "../encoding/kinds.ts";
import { listOf, readGuarded } from "../headers/foreign.ts";
import { errorIssue, type Path, type Report } from "../issues.ts";
import { type LooseAttachment, readCid } from "./cid.ts";
import { type ContentType, readContentType, typeOfName } from "./content-type.ts";
import { put } from "./door.ts";
import { fitEnclosed } from "./enclosed.ts";
import { readFileName } from "./file-name.ts";
import { type OptionsShape, readOptional, readOptions } from "./input.ts";
import { checkTypedContent } from "./marked-content.ts";
import { DETAIL_KEYS, type PartContext, readDetails } from "./part-details.ts";
import { ownCopy } from "./record.ts";
import { readContent } from "./source.ts";
import { checkEncoding, readEncoding } from "./transfer-encoding.ts";
import type { Content } from "./types.ts";

const KEYS = new Set(["filename", "content", "contentType", "cid", "encoding", ...DETAIL_KEYS]);

const HINTS = new Map([
  ["path", 'nothing is opened here: use file(path) of "mimewright/node"'],
  ["href", "nothing is fetched here: give the bytes as content"],
  ["raw", "give the bytes as content, or a tree as body"],
  ["contentDisposition", "the option is disposition"],
  ["contentId", "the option is cid"],
  ["contentID", "the option is cid"],
  ["content_id", "the option is cid"],
  ["name", "the option is filename"],
  ["file", 'the option is filename; file(path) of "mimewright/node" reads a file'],
  ["type", "the option is contentType"],
  ["mimeType", "the option is contentType"],
  ["data", "the option is content"],
  ["contentTransferEncoding", "the option is encoding"],
]);

const SHAPE: OptionsShape = { known: KEYS, what: "an attachment is an object with content", hints: HINTS };

/** The own properties of one attachment as the caller wrote it. */
type Given = Readonly<Record<string, unknown>>;

/** Reads the `attachments` option. What is wrong is reported; what is right is given. */
export function readAttachments(input: unknown, context: PartContext, path: Path, report: Report) {
  const loose: { attachment: LooseAttachment; path: Path }[] = [];
  if (input === undefined) return loose;
  const items = readGuarded(path, report, () => {
    const list = listOf(input);
    if (list === undefined) report(errorIssue("input.type", path, "attachments are a list"));
    return list;
  });
  for (const [index, item] of items?.entries() ?? []) {
    const place = [...path, index];
    const attachment = readGuarded(place, report, () => readAttachment(item, context, place, report));
    if (attachment !== undefined) loose.push({ attachment, path: place });
  }
  return loose;
}

function readAttachment(item: unknown, context: PartContext, path: Path, report: Report): LooseAttachment | undefined {
  const given = readOptions(item, SHAPE, path, report);
  if (given === undefined) return undefined;
  const filename = readName(given, path, report);
  const contentType = typeOf(given, filename, path, report);
  const cid = readOptional(given.cid, readCid, [...path, "cid"], report);
  const details = readDetails(given, context, path, report);
  const encoding = readEncoding(given.encoding, context.transport, [...path, "encoding"], report);
  const content = readAttached(given, contentType, context, path, report);
  if (content === undefined || contentType === undefined) return undefined;
  const { type, parameters } = contentType;
  const place = { type, parameters, path: [...path, "content"], methodPath: [...path, "contentType"], report };
  checkTypedContent(content, place);
  const fitted = fitEnclosed(type, content, context, [...path, "content"], report);
  if (fitted === undefined) return undefined;
  // A string that said it was base64 is bytes now; how they travel is found when they are written.
  const asked = isBase64Text(given) ? undefined : encoding;
  checkEncoding(type, fitted, asked, [...path, "encoding"], report);
  const loose: { -readonly [K in keyof LooseAttachment]: LooseAttachment[K] } = ownCopy({
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
function readName({ filename, content }: Given, path: Path, report: Report): string | undefined {
  if (filename !== undefined) return readFileName(filename, [...path, "filename"], report);
  if (!isFile(content) || content.name === "") return undefined;
  return readFileName(content.name, [...path, "content", "name"], report);
}

/** The type that was given, else the one that a Blob brings, else that of the name's extension. */
function typeOf(
  { contentType, content }: Given,
  filename: string | undefined,
  path: Path,
  report: Report,
): ContentType | undefined {
  if (contentType !== undefined) return attachable(contentType, [...path, "contentType"], report);
  if (isBlob(content) && content.type !== "") {
    return attachable(content.type, [...path, "content", "type"], report);
  }
  return { type: typeOfName(filename) ?? "application/octet-stream", parameters: Object.create(null) };
}

// Types whose content would have to be parts (RFC 2046 s5.1), and parameters that the writer sets.
function attachable(input: unknown, path: Path, report: Report): ContentType | undefined {
  const read = readContentType(input, path, report);
  if (read === undefined) return undefined;
  if (read.type.startsWith("multipart/")) {
    const hint = "give the parts as a tree: body: { type, parts }, or change toTree(message)";
    report(errorIssue("attachment.composite", path, "a multipart is no attachment", { rfc: "RFC 2046 s5.1", hint }));
    return undefined;
  }
  if (!Object.hasOwn(read.parameters, "boundary") && !Object.hasOwn(read.parameters, "name")) return read;
  report(errorIssue("type.conflict", path, "boundary and name are written by the composer", { hint: "use filename" }));
  return undefined;
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
  path: Path,
  report: Report,
): Content | undefined {
  const place = [...path, "content"];
  if (isBase64Text(given)) return readContent(given.content, { as: "base64" }, place, report);
  if (contentType === undefined || !isText(given, contentType.type)) {
    return readContent(given.content, { as: "utf8", type: contentType?.type ?? "" }, place, report);
  }
  const label = contentType.parameters.charset;
  if (label !== undefined && findCharset(label) !== context.charset && !isWireName(label, context.charset)) {
    const hint = "leave charset out of contentType, or give the content as bytes of that charset";
    const message = `the text is written in ${context.charset.name}`;
    report(errorIssue("type.conflict", [...path, "contentType"], message, { hint }));
  }
  return readContent(given.content, { as: "text", charset: context.charset, type: contentType.type }, place, report);
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

// The content of a message that was read, as input: texts and attachments where its tree has that form, else a tree.
// RFC 2046 s5.1.
import type { Place } from "../../issues.ts";
import type { AttachmentInput, CalendarInput, MessageInput, PartInput, WrittenPartInput } from "../message/types.ts";
import { decodedBody } from "../read/body.ts";
import { isKnownEncoding } from "../read/content.ts";
import { readDate } from "../read/dates.ts";
import { decodedValue, type ReadMessage } from "../read/message.ts";
import { findField, type RawPart } from "../read/outline.ts";
import { readParameters } from "../read/parameters.ts";
import { contentIdOf, isLeaf, textIn } from "../read/views.ts";
import { pathOf, walkRaw } from "../read/walk.ts";

type ContentInput = Pick<MessageInput, "text" | "html" | "amp" | "watch" | "calendar" | "attachments" | "body">;

/** Options that say what the message holds. */
export function contentInput({ bytes, root }: ReadMessage, place: Place): ContentInput {
  tellUnread(root, place);
  const usual = usualContent(bytes, root);
  usual?.attachments?.forEach(({ filename, cid }, index) => {
    if (filename !== undefined || cid !== undefined) return;
    const hint = "give it one, or leave it: message() makes one";
    place.at("attachments").at(index).at("filename").warning("read.lost", "the part has no name", { hint });
  });
  return usual ?? { body: partInput(bytes, root, "root") };
}

function tellUnread(root: RawPart, place: Place): void {
  for (const visit of walkRaw(root)) {
    const { part } = visit;
    const at = visit.parent === undefined ? place.at("body") : place.in(["parts", ...pathOf(visit)]);
    for (const { kind, line } of part.defects) {
      if (kind === "parts" || kind === "depth" || kind === "head-too-long" || kind === "too-many-fields") {
        at.error("read.lost", `line ${line}: what follows was not read: there is more than the bounds of the reading`);
      } else if (kind === "malformed-field" || kind === "empty-name") {
        at.error("read.lost", `line ${line}: a line of the head is not a field`, { rfc: "RFC 5322 s2.2" });
      }
    }
    if (isLeaf(part) && !isKnownEncoding(part.encoding)) {
      const hint = "the content comes as application/octet-stream";
      at.warning("read.lost", "the transfer encoding is not known", { rfc: "RFC 2045 s6.4", hint });
    }
  }
}

interface Usual {
  text?: string;
  html?: string;
  amp?: string;
  watch?: string;
  calendar?: CalendarInput;
  attachments: AttachmentInput[];
}

const SLOTS = ["text/plain", "text/watch-html", "text/x-amp-html", "text/html", "text/calendar"];

// The form that `message()` itself writes, and those that other programs write for the same: mixed > related > alternative.
function usualContent(bytes: Uint8Array, root: RawPart): ContentInput | undefined {
  const usual: Usual = { attachments: [] };
  const [first, ...files] = root.type === "multipart/mixed" ? root.parts : [root];
  if (first === undefined) return undefined;
  const attached = root.type === "multipart/mixed" && isAttached(first) ? [first, ...files] : files;
  if (attached === files && !takeReadable(bytes, first, usual, first === root)) return undefined;
  for (const part of attached) if (!takeFile(bytes, part, usual)) return undefined;
  return withCalendarFile(usual);
}

function isAttached(part: RawPart): boolean {
  return isFilePart(part) && (part.disposition === "attachment" || !SLOTS.includes(part.type));
}

function isFilePart(part: RawPart): boolean {
  return !part.type.startsWith("multipart/");
}

function takeReadable(bytes: Uint8Array, part: RawPart, usual: Usual, isRoot: boolean): boolean {
  if (!isRoot && !hasOnlyContentFields(part)) return false;
  if (part.type === "multipart/alternative") return takeAlternatives(bytes, part, usual);
  if (part.type === "multipart/related") return takeRelated(bytes, part, usual);
  if (isFilePart(part) && !SLOTS.includes(part.type)) return isRoot && takeFile(bytes, part, usual);
  return takeText(bytes, part, usual);
}

// RFC 2387 s3.2: `start` names another root than the first part.
function takeRelated(bytes: Uint8Array, { parts, parameters }: RawPart, usual: Usual): boolean {
  const [first, ...files] = parts;
  if (first === undefined || parameters.has("start") || first.type === "multipart/related") return false;
  if (!takeReadable(bytes, first, usual, false)) return false;
  return files.every((file) => contentIdOf(file) !== undefined && takeFile(bytes, file, usual));
}

// RFC 2046 s5.1.4: from plain to rich, each form once.
function takeAlternatives(bytes: Uint8Array, { parts }: RawPart, usual: Usual): boolean {
  let last = -1;
  for (const part of parts) {
    const shown = part.type === "multipart/related" ? part.parts[0]?.type : part.type;
    const slot = SLOTS.indexOf(shown ?? "");
    if (slot <= last || !takeReadable(bytes, part, usual, false)) return false;
    last = slot;
  }
  return parts.length > 0;
}

function takeText(bytes: Uint8Array, part: RawPart, usual: Usual): boolean {
  const { type, parameters, disposition, filename } = part;
  if (disposition === "attachment" || filename !== undefined || contentIdOf(part) !== undefined) return false;
  const known = type === "text/calendar" ? ["charset", "method"] : ["charset"];
  if ([...parameters.keys()].some((name) => !known.includes(name))) return false;
  const text = exactText(bytes, part);
  if (text === undefined) return false;
  if (type === "text/plain") usual.text = text;
  else if (type === "text/html") usual.html = text;
  else if (type === "text/x-amp-html") usual.amp = text;
  else if (type === "text/watch-html") usual.watch = text;
  else {
    const method = parameters.get("method");
    if (method === undefined) return false;
    usual.calendar = { method, content: text };
  }
  return true;
}

// undefined for octets that are not text in the charset of their label, and for text with a CR that ends no line, which
// message() takes for a line end: they stay octets.
function exactText(bytes: Uint8Array, part: RawPart): string | undefined {
  if (!isKnownEncoding(part.encoding)) return undefined;
  const content = decodedBody(bytes, part);
  const label = part.parameters.get("charset") ?? "us-ascii";
  if (/^(?:us-)?ascii$/i.test(label)) {
    if (content.some((octet) => octet > 0x7f)) return undefined;
  } else {
    try {
      new TextDecoder(label, { fatal: true }).decode(content);
    } catch {
      return undefined;
    }
  }
  const text = textIn(content, part);
  return text.includes("\r") ? undefined : text;
}

const CONTENT_FIELDS = /^(?:mime-version|content-(?:type|transfer-encoding|disposition|id|description))$/i;

function hasOnlyContentFields({ fields }: RawPart): boolean {
  return fields.every(({ name }) => CONTENT_FIELDS.test(name));
}

function takeFile(bytes: Uint8Array, part: RawPart, usual: Usual): boolean {
  const isShown = part.type === "text/plain" || part.type === "text/html";
  const isNamed = part.filename !== undefined || part.disposition === "attachment";
  if (!isFilePart(part) || (isShown && !isNamed) || !isKnownEncoding(part.encoding)) return false;
  if (part.fields.some(({ name }) => !CONTENT_FIELDS.test(name)) && !isMessageRoot(part)) return false;
  // Text that says nothing else is shown, with a name too.
  const { disposition = isShown ? "inline" : "attachment", description, details } = detailsOf(part);
  const cid = contentIdOf(part);
  usual.attachments.push({
    content: decodedBody(bytes, part),
    contentType: contentTypeOf(part),
    disposition: disposition === "inline" ? "inline" : "attachment",
    ...(part.filename === undefined ? {} : { filename: part.filename }),
    ...(cid === undefined ? {} : { cid }),
    ...(description === undefined ? {} : { description }),
    ...details,
  });
  return true;
}

// The head of the whole message has the fields of the message beside those of its one part.
function isMessageRoot({ headStart }: RawPart): boolean {
  return headStart === 0;
}

interface Details {
  readonly disposition?: string;
  readonly description?: string;
  readonly details: Pick<AttachmentInput, "size"> & { modificationDate?: Date; creationDate?: Date };
}

// RFC 2183 s2: size, and the dates of a file.
function detailsOf(part: RawPart): Details {
  const field = findField(part.fields, "content-disposition");
  const about = findField(part.fields, "content-description");
  const parameters = field === undefined ? undefined : readParameters(field.value).parameters;
  const size = parameters?.get("size");
  const dateOf = (name: string) => readDate(parameters?.get(name) ?? "").date;
  const [modified, created] = [dateOf("modification-date"), dateOf("creation-date")];
  return {
    ...(part.disposition === undefined ? {} : { disposition: part.disposition }),
    ...(about === undefined ? {} : { description: decodedValue(about) }),
    details: {
      ...(size !== undefined && /^\d{1,15}$/.test(size) ? { size: Number(size) } : {}),
      ...(modified === undefined ? {} : { modificationDate: new Date(modified.time) }),
      ...(created === undefined ? {} : { creationDate: new Date(created.time) }),
    },
  };
}

function parametersOf({ parameters, filename }: RawPart): Readonly<Record<string, string>> {
  const own = [...parameters].filter(
    ([name, value]) => name !== "boundary" && !(name === "name" && value === filename),
  );
  return Object.fromEntries(own);
}

function contentTypeOf(part: RawPart): string {
  const pairs = Object.entries(parametersOf(part)).map(
    ([name, value]) => `; ${name}="${value.replace(/["\\]/g, "\\$&")}"`,
  );
  return part.type + pairs.join("");
}

// `message()` writes a calendar object with a name twice: as an alternative, and as a file.
function withCalendarFile({ attachments, calendar, ...rest }: Usual): ContentInput {
  const text = (content: unknown): string | undefined =>
    content instanceof Uint8Array ? new TextDecoder().decode(content).replaceAll("\r\n", "\n") : undefined;
  const at = attachments.findIndex(({ contentType, content, filename }) => {
    return (
      calendar !== undefined &&
      filename !== undefined &&
      contentType?.startsWith("text/calendar") &&
      text(content) === calendar.content
    );
  });
  const filename = attachments[at]?.filename;
  const files = at < 0 ? attachments : attachments.filter((_, index) => index !== at);
  return {
    ...rest,
    ...(calendar === undefined ? {} : { calendar: filename === undefined ? calendar : { ...calendar, filename } }),
    ...(files.length === 0 ? {} : { attachments: files }),
  };
}

// What is signed or encrypted travels octet for octet. RFC 1847 s2.1.
function isSealed({ type }: RawPart): boolean {
  return type === "multipart/signed" || type === "multipart/encrypted";
}

// The outline is bounded in depth, so that recursion is.
function partInput(bytes: Uint8Array, part: RawPart, where: "root" | "inside"): PartInput {
  const { description, details, disposition } = detailsOf(part);
  const id = contentIdOf(part);
  const fields = where === "root" ? [] : part.fields.filter(({ name }) => !CONTENT_FIELDS.test(name));
  const isKnown = isKnownEncoding(part.encoding) || !isLeaf(part);
  return {
    type: isKnown ? part.type : "application/octet-stream",
    ...(isKnown ? { parameters: parametersOf(part) } : {}),
    ...(fields.length === 0
      ? {}
      : { fields: fields.map((field) => ({ name: field.name, value: decodedValue(field) })) }),
    ...(disposition === undefined ? {} : { disposition: disposition === "inline" ? "inline" : "attachment" }),
    ...(part.filename === undefined ? {} : { filename: part.filename }),
    ...(id === undefined ? {} : { id }),
    ...(description === undefined ? {} : { description }),
    ...details,
    ...heldBy(bytes, part),
  };
}

function heldBy(bytes: Uint8Array, part: RawPart): Pick<PartInput, "content" | "parts"> {
  if (!part.type.startsWith("multipart/")) return { content: decodedBody(bytes, part) };
  if (!isSealed(part)) return { parts: part.parts.map((child) => partInput(bytes, child, "inside")) };
  const written = ({ headStart, bodyEnd }: RawPart): WrittenPartInput => ({ written: bytes.slice(headStart, bodyEnd) });
  return { parts: part.parts.map(written) };
}

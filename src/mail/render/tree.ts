// From a message to its tree of parts: mixed > related > alternative, and the fields of the head.
// RFC 2046 s5.1, RFC 2387, RFC 6047.

import type { Path } from "../../issues.ts";
import type { Address } from "../headers/address.ts";
import type { Field } from "../headers/field.ts";
import { keepFields } from "../message/given-headers.ts";
import { bytesContent, fromPlace, originOf, requireMessage } from "../message/seal.ts";
import type { Attachment, Message, Part, RenderOptions } from "../message/types.ts";
import { findCharset, utf8, wireName } from "../octets/charset.ts";
import { isBytes } from "../octets/kinds.ts";
import { digest } from "./boundary.ts";
import { type Rendering, resolveOptions } from "./render-options.ts";

/**
 * The message as a tree of MIME parts: what the bytes will hold, before anything is encoded. A tree can be changed
 * (by copies: it is frozen) and given to `toBytes` again.
 *
 * @throws OptionError for unusable options; MessageError `input.type` when `m` is not a message.
 * @example
 * const tree = toTree(m);
 * toBytes({ type: "multipart/mixed", fields: tree.fields, parts: [{ ...tree, fields: [] }, { type: "text/plain", content: "-- sent by us" }] });
 */
export function toTree(m: Message, options?: RenderOptions): Part {
  return describedTree(requireMessage(m), treeOf(m, resolveOptions(options)));
}

/** The tree of a message, frozen through and through, that says its charset and transport itself. */
export function describedTree(m: Message, tree: Part): Part {
  keepFields(tree.fields);
  // UTF-8 and 7bit are what a tree has that says nothing.
  const own = {
    ...(m.charset === utf8.name ? {} : { charset: m.charset }),
    ...(m.transport === "7bit" ? {} : { transport: m.transport }),
  };
  return Object.keys(own).length === 0 ? tree : fromPlace({ ...tree, ...own }, originOf(tree));
}

/** As {@link toTree}, with options that are complete. */
export function treeOf(m: Message, rendering: Rendering): Part {
  const content = contentOf(m);
  const fields = headFields(m, rendering);
  for (const field of content.fields) fields.push(field);
  Object.freeze(fields);
  return fromPlace({ ...content, fields }, originOf(content));
}

const NO_FIELDS: readonly Field[] = Object.freeze([]);

/** The whole content: what there is to read, then what is attached. */
function contentOf(m: Message): Part {
  const attached = m.attachments.flatMap((item, index) => (item.related ? [] : [attachmentPart(item, index)]));
  if (m.calendar?.filename !== undefined) attached.push(calendarFile(m, m.calendar.filename));
  const readable = m.body ?? readablePart(m);
  if (readable === undefined) return multipart("mixed", attached) ?? textPart(m, "plain", { text: "", path: ["text"] });
  return multipart("mixed", [readable, ...attached]) ?? readable;
}

function readablePart(m: Message): Part | undefined {
  const alternative = multipart("alternative", alternatives(m));
  const related = m.attachments.flatMap((item, index) => (item.related ? [attachmentPart(item, index)] : []));
  if (alternative === undefined || related.length === 0) return alternative;
  // RFC 2387 s3.1: `type` names the type of the root, which is the first part.
  return multipart("related", [alternative, ...related], { type: alternative.type });
}

// RFC 2046 s5.1.4: the plainest first, since a reader shows the last that it can.
function alternatives(m: Message): readonly Part[] {
  const parts: Part[] = [];
  if (m.text !== undefined) parts.push(textPart(m, "plain", { text: m.text, path: ["text"] }));
  if (m.watch !== undefined) parts.push(textPart(m, "watch-html", { text: m.watch, path: ["watch"] }));
  if (m.amp !== undefined) parts.push(textPart(m, "x-amp-html", { text: m.amp, path: ["amp"] }));
  if (m.html !== undefined) parts.push(textPart(m, "html", { text: m.html, path: ["html"] }));
  if (m.calendar !== undefined) parts.push(calendarPart(m, m.calendar.content, m.calendar.method));
  return parts;
}

// A multipart of one part is that part.
function multipart(kind: string, parts: readonly Part[], parameters: Part["parameters"] = {}): Part | undefined {
  if (parts.length < 2) return parts[0];
  const values = { type: `multipart/${kind}`, fields: NO_FIELDS, parts: Object.freeze(parts) };
  return fromPlace({ ...values, parameters: Object.freeze(parameters) }, undefined);
}

/** A text of the message and the option that it was given as. */
interface GivenText {
  readonly text: string;
  readonly path: Path;
}

function textPart(m: Message, subtype: string, { text, path }: GivenText, parameters?: Part["parameters"]): Part {
  const { textEncoding } = m;
  const charset = wireName(findCharset(m.charset) ?? utf8);
  const values = {
    type: `text/${subtype}`,
    parameters: Object.freeze(parameters === undefined ? { charset } : { ...parameters, charset }),
    fields: NO_FIELDS,
    content: bytesContent(encoded(m, text)),
  };
  return fromPlace(textEncoding === undefined ? values : { ...values, encoding: textEncoding }, path);
}

// The text passed the check of its charset at the door.
function encoded(m: Message, text: string): Uint8Array {
  const bytes = (findCharset(m.charset) ?? utf8).encode(text);
  if (isBytes(bytes)) return bytes;
  throw new TypeError(`the charset ${m.charset} no longer encodes what it did`);
}

function calendarPart(m: Message, content: string, method: string): Part {
  return textPart(m, "calendar", { text: content, path: ["calendar", "content"] }, { method });
}

function calendarFile(m: Message, filename: string): Part {
  const { content = "", method = "" } = m.calendar ?? {};
  return fromPlace({ ...calendarPart(m, content, method), disposition: "attachment", filename }, ["calendar"]);
}

function attachmentPart({ cid, related: _, ...rest }: Attachment, index: number): Part {
  return fromPlace({ ...rest, fields: NO_FIELDS, ...(cid === undefined ? {} : { id: cid }) }, ["attachments", index]);
}

/** The fields of the message's head, without those that describe its content. */
function headFields(m: Message, rendering: Rendering): Field[] {
  const fields: Field[] = [];
  const people = (name: string, addresses: readonly Address[] | undefined) => {
    if (addresses !== undefined)
      fields.push({ name, value: { kind: "addresses", addresses: Object.freeze(addresses) } });
  };
  const ids = (name: string, list: readonly string[] | undefined) => {
    if (list !== undefined && list.length > 0) fields.push({ name, value: { kind: "ids", ids: Object.freeze(list) } });
  };
  people("From", m.from);
  people("Sender", m.sender && [m.sender]);
  people("Reply-To", m.replyTo);
  people("To", m.to);
  people("Cc", m.cc);
  if (m.subject !== undefined) fields.push({ name: "Subject", value: { kind: "text", text: m.subject } });
  const time = m.date ?? rendering.time;
  ids("Message-ID", [m.messageId ?? messageIdFor(m, rendering, time)]);
  ids("In-Reply-To", m.inReplyTo);
  ids("References", m.references);
  const zone = m.date === undefined || m.dateZone === undefined ? {} : { zone: m.dateZone };
  fields.push({ name: "Date", value: { kind: "date", time, ...zone } }, ...m.headers);
  return fields;
}

// RFC 5322 s3.6.4: the left side is unique on the right side. Whatever sets messages of one given seed apart goes into
// it, save for what must not show (blind copies); a seed that was drawn is unique without.
function messageIdFor(m: Message, { seed, unique, idDomain }: Rendering, time: number): string {
  const left = unique ? digest(seed, "message-id") : digest(seed, "message-id", ...traits(m, time));
  const from = m.from[0]?.address ?? "";
  return `<${left}@${idDomain ?? from.slice(from.lastIndexOf("@") + 1)}>`;
}

function traits(m: Message, time: number): readonly string[] {
  const people = JSON.stringify([m.from, m.to, m.cc]);
  const lengths = `${m.text?.length} ${m.html?.length} ${m.attachments.length}`;
  return [String(time), people, m.subject ?? "", lengths];
}

/** The same tree with some nodes replaced; where they come from stays known. */
export function rebuild(part: Part, replaced: ReadonlyMap<Part, Part>): Part {
  const other = replaced.get(part);
  const parts = part.parts?.map((child) => rebuild(child, replaced));
  const message = part.message && rebuild(part.message, replaced);
  const same =
    other === undefined &&
    message === part.message &&
    parts?.every((child, at) => child === part.parts?.[at]) !== false;
  if (same) return part;
  const copy = { ...part, ...other, ...(parts && { parts: Object.freeze(parts) }), ...(message && { message }) };
  return fromPlace(copy, originOf(part));
}

// From a message to its tree: mixed > related > alternative, and the fields of the head.
// RFC 2046 s5.1, RFC 2387, RFC 6047.

import type { Path } from "../../issues.ts";
import type { Address } from "../headers/address.ts";
import type { Field } from "../headers/field.ts";
import { NO_PARAMETERS } from "../message/content-type.ts";
import { bytesContent, fromPlace, requireMessage } from "../message/seal.ts";
import type { Attachment, Message, Part, RenderOptions } from "../message/types.ts";
import { findCharset, utf8, wireName } from "../octets/charset.ts";
import { canonicalLength } from "../octets/line-ends.ts";
import { digest } from "./boundary.ts";
import { copyOf, type Entity, isPart, NewEntity, octetsOf } from "./entity.ts";
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
  return describedTree(requireMessage(m), entityOf(m, resolveOptions(options)));
}

/** The tree of a message, frozen through and through, that says its charset and transport itself. */
export function describedTree(m: Message, root: Entity): Part {
  const tree = copyOf(root);
  // UTF-8 and 7bit are what a tree has that says nothing.
  if (m.charset !== utf8.name) tree.charset = m.charset;
  if (m.transport !== "7bit") tree.transport = m.transport;
  return partOf(tree);
}

/** The part that someone gets: what an entity does not say is left out of it, and its text is octets. */
export function partOf(entity: Entity): Part {
  if (isPart(entity)) return entity;
  const { path, content, parts, message, ...rest } = entity;
  for (const field of rest.fields) {
    Object.freeze(field);
    for (const list of Object.values(Object.freeze(field.value))) Object.freeze(list);
  }
  Object.freeze(rest.fields);
  Object.freeze(rest.parameters);
  const inner = {
    ...(content && { content: content.kind === "text" ? bytesContent(octetsOf(content)) : content }),
    ...(parts && { parts: Object.freeze(parts.map(partOf)) }),
    ...(message && { message: partOf(message) }),
  };
  return fromPlace({ ...said(rest), ...inner }, path);
}

// Absent instead of undefined.
function said<T extends object>(values: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  for (const key in values) if (values[key] === undefined) delete values[key];
  return values as never;
}

/** What is written of a message, with options that are complete. */
export function entityOf(m: Message, rendering: Rendering): Entity {
  const whole = contentOf(m);
  const root = whole instanceof NewEntity ? whole : copyOf(whole);
  const fields = headFields(m, rendering);
  for (const field of whole.fields) fields.push(field);
  root.fields = fields;
  return root;
}

// The whole content: what there is to read, then what is attached.
function contentOf(m: Message): Entity {
  const attached: Entity[] = [];
  const related: Entity[] = [];
  for (let index = 0; index < m.attachments.length; index++) {
    const item = m.attachments[index];
    if (item !== undefined) (item.related ? related : attached).push(attachmentOf(item, index));
  }
  const file = m.calendar?.filename;
  if (file !== undefined) attached.push(calendarFile(m, file));
  const readable = m.body ?? readableOf(m, related);
  if (readable === undefined) return multipart("mixed", attached) ?? textOf(m, "plain", "", TEXT);
  if (attached.length > 0) attached.unshift(readable);
  return multipart("mixed", attached) ?? readable;
}

function readableOf(m: Message, related: Entity[]): Entity | undefined {
  const alternative = multipart("alternative", alternatives(m));
  if (alternative === undefined || related.length === 0) return alternative;
  related.unshift(alternative);
  // RFC 2387 s3.1: `type` names the type of the root, which is the first part.
  return multipart("related", related, { type: alternative.type });
}

// RFC 2046 s5.1.4: the plainest first, since a reader shows the last that it can.
function alternatives(m: Message): readonly Entity[] {
  const parts: Entity[] = [];
  if (m.text !== undefined) parts.push(textOf(m, "plain", m.text, TEXT));
  if (m.watch !== undefined) parts.push(textOf(m, "watch-html", m.watch, ["watch"]));
  if (m.amp !== undefined) parts.push(textOf(m, "x-amp-html", m.amp, ["amp"]));
  if (m.html !== undefined) parts.push(textOf(m, "html", m.html, HTML));
  if (m.calendar !== undefined) parts.push(calendarOf(m));
  return parts;
}

const TEXT: Path = ["text"];
const HTML: Path = ["html"];

// A multipart of one part is that part.
function multipart(kind: string, parts: readonly Entity[], parameters = NO_PARAMETERS): Entity | undefined {
  if (parts.length < 2) return parts[0];
  const whole = new NewEntity(`multipart/${kind}`, parameters);
  whole.parts = parts;
  return whole;
}

function textOf(m: Message, subtype: string, text: string, path: Path, method?: string): NewEntity {
  const charset = findCharset(m.charset) ?? utf8;
  const label = wireName(charset);
  const entity = new NewEntity(
    `text/${subtype}`,
    method === undefined ? { charset: label } : { method, charset: label },
  );
  entity.content = { kind: "text", text, charset };
  entity.encoding = m.textEncoding;
  entity.path = path;
  return entity;
}

function calendarOf(m: Message): NewEntity {
  return textOf(m, "calendar", m.calendar?.content ?? "", ["calendar", "content"], m.calendar?.method ?? "");
}

function calendarFile(m: Message, filename: string): Entity {
  const entity = calendarOf(m);
  entity.disposition = "attachment";
  entity.filename = filename;
  entity.path = ["calendar"];
  return entity;
}

function attachmentOf(item: Attachment, index: number): Entity {
  const entity = new NewEntity(item.type, item.parameters);
  entity.content = item.content;
  entity.encoding = item.encoding;
  entity.path = ["attachments", index];
  entity.disposition = item.disposition;
  entity.filename = item.filename;
  if (item.cid !== undefined) entity.id = item.cid;
  if (item.description !== undefined) entity.description = item.description;
  if (item.size !== undefined) entity.size = item.size;
  if (item.modificationDate !== undefined) entity.modificationDate = item.modificationDate;
  if (item.creationDate !== undefined) entity.creationDate = item.creationDate;
  return entity;
}

/** The fields of the message's head, without those that describe its content. */
function headFields(m: Message, rendering: Rendering): Field[] {
  const fields: Field[] = [];
  addPeople(fields, "From", m.from);
  if (m.sender !== undefined) addPeople(fields, "Sender", [m.sender]);
  addPeople(fields, "Reply-To", m.replyTo);
  addPeople(fields, "To", m.to);
  addPeople(fields, "Cc", m.cc);
  if (m.subject !== undefined) fields.push({ name: "Subject", value: { kind: "text", text: m.subject } });
  const time = m.date ?? rendering.time;
  addIds(fields, "Message-ID", [m.messageId ?? messageIdFor(m, rendering, time)]);
  addIds(fields, "In-Reply-To", m.inReplyTo);
  addIds(fields, "References", m.references);
  const zone = m.date === undefined ? undefined : m.dateZone;
  fields.push({ name: "Date", value: zone === undefined ? { kind: "date", time } : { kind: "date", time, zone } });
  for (const field of m.headers) fields.push(field);
  return fields;
}

function addPeople(fields: Field[], name: string, addresses: readonly Address[] | undefined): void {
  if (addresses !== undefined) fields.push({ name, value: { kind: "addresses", addresses } });
}

function addIds(fields: Field[], name: string, ids: readonly string[] | undefined): void {
  if (ids !== undefined && ids.length > 0) fields.push({ name, value: { kind: "ids", ids } });
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
  const lengths = `${lengthOf(m.text)} ${lengthOf(m.html)} ${m.attachments.length}`;
  return [String(time), people, m.subject ?? "", lengths];
}

// As it is written, so that texts which differ in their line ends alone have the same id.
function lengthOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : canonicalLength(text);
}

/** The same entity with some of those inside it replaced; where they come from stays known. */
export function rebuild(entity: Entity, replaced: ReadonlyMap<Entity, Entity>): Entity {
  const other = replaced.get(entity);
  if (other !== undefined) return other;
  const parts = entity.parts?.map((child) => rebuild(child, replaced));
  const message = entity.message && rebuild(entity.message, replaced);
  const same = message === entity.message && parts?.every((child, at) => child === entity.parts?.[at]) !== false;
  if (same) return entity;
  const copy = copyOf(entity);
  copy.parts = parts;
  copy.message = message;
  return copy;
}

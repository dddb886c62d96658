// What a reader shows of a message: its texts and its files. RFC 2046 s5.1, RFC 2183 s2, RFC 2387.
import { decodedBody } from "./body.ts";
import { readContentId } from "./message-ids.ts";
import { findField, type RawPart } from "./outline.ts";
import { decodeLabelled } from "./text.ts";
import type { RawVisit } from "./walk.ts";

/**
 * What a file is to the message: `attached` beside it, `related` to its html (RFC 2387), or an `alternative` to its text
 * that is neither plain text nor html, such as an invitation.
 */
export type FileRole = "attached" | "related" | "alternative";

/** A part that is not shown as the text of the message. */
export interface FilePart {
  readonly part: RawPart;
  /** Indices from the outermost part down. */
  readonly path: readonly number[];
  readonly filename: string | undefined;
  /** Lower-case `type/subtype`. */
  readonly type: string;
  /** Lower case. */
  readonly disposition: string | undefined;
  /** Content-ID without angle brackets. */
  readonly cid: string | undefined;
  readonly role: FileRole;
  /** The octets, decoded at the first call; those of an enclosed message as they are. */
  content(): Uint8Array;
}

/** A calendar object that comes with the message. RFC 6047. */
export interface ReadCalendar {
  /** The `method` of its Content-Type; undefined where that has none. */
  readonly method: string | undefined;
  /** LF between lines. */
  readonly content: string;
}

/** The value, made at the first call. */
export function lazy<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** True for text that is shown with the message. Text with a name of a file is a file, unless it is the whole message. */
export function isShownText({ part, parent }: RawVisit): boolean {
  const { type, disposition, filename } = part;
  if (type !== "text/plain" && type !== "text/html") return false;
  return disposition !== "attachment" && (filename === undefined || parent === undefined);
}

/** True for a part that holds neither parts nor a message that was taken apart. */
export function isLeaf(part: RawPart): boolean {
  return part.message === undefined && !part.type.startsWith("multipart/");
}

/** The octets of a part as text in its charset; UTF-8, else one character an octet, where it names none. */
export function decodedText(bytes: Uint8Array, part: RawPart): string {
  return textIn(decodedBody(bytes, part), part);
}

/** Content of a part as text, LF between lines. */
export function textIn(content: Uint8Array, { parameters }: RawPart): string {
  return decodeLabelled(content, parameters.get("charset") ?? "utf-8").replaceAll("\r\n", "\n");
}

/** The texts of one type, one after the other; undefined when there is none. */
export function shownText(bytes: Uint8Array, visits: readonly RawVisit[], type: string): string | undefined {
  const shown = visits.filter((visit) => visit.part.type === type && isShownText(visit));
  return shown.length === 0 ? undefined : shown.map(({ part }) => decodedText(bytes, part)).join("\n");
}

/** The first calendar object that is an alternative to the text or the text itself. */
export function calendarIn(bytes: Uint8Array, visits: readonly RawVisit[]): ReadCalendar | undefined {
  const found = visits.find(({ part }) => part.type === "text/calendar" && part.disposition !== "attachment");
  if (found === undefined) return undefined;
  return { method: found.part.parameters.get("method"), content: decodedText(bytes, found.part) };
}

/** True for a part that is a file of the message: a leaf or an enclosed message that is not shown as text. */
export function isFile(visit: RawVisit): boolean {
  return !visit.part.type.startsWith("multipart/") && !isShownText(visit);
}

/** What a file is to the message, by the multipart that it is in. */
export function roleOf({ part, index, parent }: RawVisit): FileRole {
  if (part.disposition === "attachment" && part.type.startsWith("text/")) return "attached";
  if (parent?.part.type === "multipart/alternative") return "alternative";
  return parent?.part.type === "multipart/related" && index > 0 ? "related" : "attached";
}

/** Content-ID of a part without angle brackets; undefined where it has none. */
export function contentIdOf(part: RawPart): string | undefined {
  const field = findField(part.fields, "content-id");
  return field === undefined ? undefined : readContentId(field.value);
}

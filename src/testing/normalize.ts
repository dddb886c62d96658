// A message with what changes from run to run replaced: boundaries, Date, Message-ID. The result is a message still,
// which any mail reader opens.
import { readOptionsOf, shapeOf, valueFrom } from "../given.ts";
import { formatDate } from "../mail/headers/date.ts";
import { findField, outlineRaw, type RawField, type RawPart } from "../mail/read/outline.ts";
import { lineEnd, nextLine } from "../mail/read/text.ts";
import { walkRaw } from "../mail/read/walk.ts";
import type { MailInput } from "./mail.ts";
import { type Received, received } from "./received.ts";

/** What to leave as it is. */
export interface NormalizeOptions {
  /** Fields that are kept though they are masked otherwise: `Date`, `Message-ID`. A message's own are kept anyway. */
  readonly keep?: readonly string[] | undefined;
}

/** A reader of a list of names of fields. */
export const fieldNames = valueFrom(isListOfNames, 'a list of names of fields, such as ["Date"]');

function isListOfNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((name) => typeof name === "string");
}

const OPTIONS = shapeOf<NormalizeOptions>({ keep: fieldNames });

/**
 * Masks what changes from run to run: boundaries become `boundary-001` and so on; Date and Message-ID become fixed
 * values, unless the message was given them or `keep` names them. Everything else stays octet for octet. Normalising
 * twice gives the same bytes as once.
 *
 * @throws OptionError (as a rejection) when the value holds no mail or an option is unusable
 * @example
 * await writeFile("test/welcome.eml", await normalizeEml(m));
 */
export async function normalizeEml(mail: MailInput, options: NormalizeOptions = {}): Promise<Uint8Array> {
  const { keep } = readOptionsOf(options, OPTIONS);
  const from = await received(mail);
  return normalized(from.bytes, maskedFields([from], keep));
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const masks: ReadonlyMap<string, string> = new Map([
  ["date", formatDate(0)],
  ["message-id", "<masked@invalid>"],
]);

/** The bytes with boundaries and these fields (lower-case names) masked. */
export function normalized(bytes: Uint8Array, masked: ReadonlySet<string>): Uint8Array {
  const root = outlineRaw(bytes);
  const edits: Edit[] = [];
  for (const field of root.fields) {
    const name = field.name.toLowerCase();
    const text = masked.has(name) ? masks.get(name) : undefined;
    if (text === undefined) continue;
    edits.push({ start: field.valueStart, end: lineEnd(bytes, field.end, field.valueStart), text: ` ${text}` });
  }
  const multiparts = [...walkRaw(root)].map(({ part }) => part).filter((part) => part.parts.length > 0);
  const prefix = freePrefix(bytes, multiparts);
  for (const [index, part] of multiparts.entries()) {
    edits.push(...boundaryEdits(bytes, part, `${prefix}-${String(index + 1).padStart(3, "0")}`));
  }
  return applied(bytes, edits);
}

function boundaryEdits(bytes: Uint8Array, part: RawPart, boundary: string): readonly Edit[] {
  const field = findField(part.fields, "content-type");
  const parameter = field === undefined ? undefined : boundaryParameter(bytes, field);
  if (parameter === undefined) return [];
  const lines = delimiterLines(bytes, part);
  // Replaced everywhere or nowhere: half of it would be another message.
  if (lines.length < part.parts.length || !isBoundary(bytes, parameter, part)) return [];
  return [{ ...parameter, text: `"${boundary}"` }, ...lines.map((line) => ({ ...line, text: boundary }))];
}

// Octets as characters, one for one: offsets in the text are offsets in the bytes.
function octets(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString("latin1");
}

// The value of the parameter where it is in one piece; what RFC 2231 cut or encoded stays as it is.
function boundaryParameter(bytes: Uint8Array, { valueStart, end }: RawField) {
  const found = /;\s*boundary\s*=\s*("[^"\\]*"|[^\s;"]+)/i.exec(octets(bytes, valueStart, end));
  const [whole = "", value = ""] = found ?? [];
  if (found === null) return undefined;
  const start = valueStart + found.index + whole.length - value.length;
  return { start, end: start + value.length };
}

// What looks like the parameter may be in a comment.
function isBoundary(bytes: Uint8Array, { start, end }: Omit<Edit, "text">, part: RawPart): boolean {
  const value = octets(bytes, start, end).replace(/^"|"$/g, "");
  return value.replace(/[ \t]+$/, "") === contentOf(part);
}

// Where the boundary is on the delimiter lines of a multipart: before each part, and at the end.
function delimiterLines(bytes: Uint8Array, part: RawPart): readonly Omit<Edit, "text">[] {
  const boundary = contentOf(part);
  const places = part.parts.flatMap((child) => {
    const lineStart = bytes.lastIndexOf(LF, child.headStart - 2) + 1;
    return startsWith(bytes, lineStart, boundary) ? [lineStart + 2] : [];
  });
  const last = part.parts.at(-1);
  const closing = last === undefined ? 0 : nextLine(bytes, last.bodyEnd, bytes.length);
  // A part without content ends where its delimiter line starts.
  const ends = [last?.bodyEnd ?? 0, closing].find((at) => startsWith(bytes, at, `${boundary}--`));
  if (ends !== undefined) places.push(ends + 2);
  return places.map((start) => ({ start, end: start + boundary.length }));
}

const LF = 0x0a;

function contentOf(part: RawPart): string {
  return (part.parameters.get("boundary") ?? "").replace(/[ \t]+$/, "");
}

function startsWith(bytes: Uint8Array, at: number, boundary: string): boolean {
  return octets(bytes, at, Math.min(bytes.length, at + 2 + boundary.length)) === `--${boundary}`;
}

// No line of the content may look like a new delimiter. The old ones may: they are replaced.
function freePrefix(bytes: Uint8Array, multiparts: readonly RawPart[]): string {
  const delimiters = new Set(multiparts.flatMap((part) => delimiterLines(bytes, part)).map(({ start }) => start));
  let longest = -1;
  for (const found of octets(bytes, 0, bytes.length).matchAll(/(?<=^|\n)--boundary(x{0,60})-/g)) {
    if (!delimiters.has(found.index + 2)) longest = Math.max(longest, found[1]?.length ?? 0);
  }
  return `boundary${"x".repeat(longest + 1)}`;
}

function applied(bytes: Uint8Array, edits: readonly Edit[]): Uint8Array {
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (const { start, end, text } of [...edits].sort((one, other) => one.start - other.start)) {
    pieces.push(bytes.subarray(at, start), new TextEncoder().encode(text));
    at = end;
  }
  pieces.push(bytes.subarray(at));
  return new Uint8Array(Buffer.concat(pieces));
}

/** The names as they are compared. */
export function lowered(names: readonly string[] = []): ReadonlySet<string> {
  return new Set(names.map((name) => name.toLowerCase()));
}

/** Lower-case names of the fields to mask when these mails are compared or written. */
export function maskedFields(mails: readonly Received[], keep: readonly string[] = []): ReadonlySet<string> {
  const kept = lowered(keep);
  const masked = new Set<string>();
  if (!isGiven(mails, "date")) masked.add("date");
  if (!isGiven(mails, "messageId")) masked.add("message-id");
  return new Set([...masked].filter((name) => !kept.has(name)));
}

// Bytes do not show whether the caller chose the value; a message does.
function isGiven(mails: readonly Received[], key: "date" | "messageId"): boolean {
  const messages = mails.flatMap(({ message }) => (message === undefined ? [] : [message]));
  return messages.length > 0 && messages.every((m) => m[key] !== undefined);
}

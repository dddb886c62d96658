// Reads messages that are in the inbox, when they are looked at. Only the last readings are kept.

import { decodeWords } from "../../read/encoded-words.ts";
import { isDecoded } from "../../read/word-places.ts";
import type { StoredMessage } from "../model/message.ts";
import { deliveredBytes } from "./delivered.ts";
import { type MimePart, mimeParts, mimeRoot, partContent, partText, tooComplex } from "./mime.ts";

/** One field of a message's head. */
export interface ParsedHeader {
  readonly name: string;
  /** Unfolded, encoded-words decoded where a field may have them. */
  readonly value: string;
}

/** What a reader makes of the delivered copy. */
export interface ParsedMail {
  readonly headers: readonly ParsedHeader[];
  /** The text/plain parts that are shown with the message, LF between lines; undefined when there are none. */
  readonly text: string | undefined;
  /** The text/html parts, likewise. */
  readonly html: string | undefined;
  readonly attachments: readonly AttachedFile[];
  /** Why the parts are missing. */
  readonly problem: string | undefined;
}

// Readings are kept for the next look at the same message, up to so many bytes of raw messages.
const keptBytes = 16 * 1_024 * 1_024;
const kept = new WeakMap<StoredMessage, ParsedMail>();
let recent: readonly StoredMessage[] = [];

/** The message, read. Never throws: `problem` says why a message was not taken apart. */
export function parsedMail(message: StoredMessage): ParsedMail {
  const found = kept.get(message);
  if (found !== undefined) return found;
  const reading = readMail(deliveredBytes(message));
  kept.set(message, reading);
  keepRecent(message);
  return reading;
}

function keepRecent(message: StoredMessage): void {
  const stay: StoredMessage[] = [message];
  let bytes = message.raw.length;
  for (const other of recent) {
    bytes += other.raw.length;
    if (bytes <= keptBytes) stay.push(other);
    else kept.delete(other);
  }
  recent = stay;
}

function readMail(bytes: Uint8Array): ParsedMail {
  const root = mimeRoot(bytes);
  const headers = root.fields.map(({ name, value }) => {
    return { name, value: isDecoded(name, value) ? decodeWords(value) : value };
  });
  const problem = tooComplex(root);
  if (problem !== undefined) return { headers, text: undefined, html: undefined, attachments: [], problem };
  return {
    headers,
    text: shownText(bytes, root, "text/plain"),
    html: shownText(bytes, root, "text/html"),
    attachments: attachedFiles(bytes, root),
    problem,
  };
}

function shownText(bytes: Uint8Array, root: MimePart, type: string): string | undefined {
  const texts: string[] = [];
  // An enclosed message is a file: its text is not that of the message around it.
  for (const { part } of mimeParts(root, { enclosed: "as files" })) {
    if (part.type === type && !isFile(part)) texts.push(partText(bytes, part));
  }
  return texts.length === 0 ? undefined : texts.join("\n");
}

/** A file in a message. */
export interface AttachedFile {
  readonly filename: string | undefined;
  /** Lower-case `type/subtype`. */
  readonly type: string;
  readonly disposition: string | undefined;
  /** Content-ID without angle brackets. */
  readonly cid: string | undefined;
  readonly content: Uint8Array;
}

/** Every part that is no text to be shown with the message; an enclosed message is one file. */
export function attachedFiles(bytes: Uint8Array, root: MimePart): readonly AttachedFile[] {
  const files: AttachedFile[] = [];
  for (const { part } of mimeParts(root, { enclosed: "as files" })) {
    if (isFile(part)) files.push(fileOf(bytes, part));
  }
  return files;
}

/** True for a part that is not text to be shown with the message, and holds no parts. */
function isFile({ type, disposition, filename }: MimePart): boolean {
  if (type.startsWith("multipart/")) return false;
  // RFC 2183 s2.1: an inline part is shown in its place; one with a file name is a file as well.
  if (disposition === "attachment" || (disposition === "inline" && filename !== undefined)) return true;
  return type !== "text/plain" && type !== "text/html";
}

function fileOf(bytes: Uint8Array, part: MimePart): AttachedFile {
  const { filename, type, disposition } = part;
  const cid = part.fields.find(({ name }) => name.toLowerCase() === "content-id")?.value;
  return {
    filename,
    type,
    disposition,
    cid: cid?.trim().replace(/^</, "").replace(/>$/, ""),
    content: partContent(bytes, part),
  };
}

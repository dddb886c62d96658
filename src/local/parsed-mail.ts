// Reads the parts of a message when somebody wants to see them. The bytes are untrusted: time and memory are linear
// in their number, what is too deep or has too many parts is not taken apart, and only the last readings are kept.

import { decodedBody } from "../read/body.ts";
import { decodeWords } from "../read/encoded-words.ts";
import { outlineRaw, type RawCaps, type RawPart } from "../read/outline.ts";
import { decodeLabelled } from "../read/text.ts";
import { walkRaw } from "../read/walk.ts";
import { isDecoded } from "../read/word-places.ts";
import { type AttachedFile, attachedFiles, isFile } from "./attached-files.ts";
import { deliveredBytes } from "./delivered.ts";
import type { StoredMessage } from "./model.ts";

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

/** How much of a message is read: far above what mail needs, far below what would fill the memory. */
export const viewCaps: RawCaps = { parts: 1_000, depth: 50, headBytes: 1_048_576, fields: 10_000 };

// Readings are kept for the next look at the same message, up to so many bytes of raw messages.
const keptBytes = 16 * 1_024 * 1_024;
const kept = new WeakMap<StoredMessage, ParsedMail>();
let recent: readonly StoredMessage[] = [];

/** The message, read. Never throws: what cannot be read is told in `problem`. */
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
  const root = outlineRaw(bytes, viewCaps);
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

/** What keeps a message from being taken apart; undefined when nothing does. */
export function tooComplex(root: RawPart): string | undefined {
  for (const { part } of walkRaw(root)) {
    for (const { kind } of part.defects) {
      if (kind === "parts") return `This message has more than ${viewCaps.parts} parts. It is not taken apart.`;
      if (kind === "depth") {
        return `The parts of this message are nested deeper than ${viewCaps.depth}. It is not taken apart.`;
      }
    }
  }
  return undefined;
}

function shownText(bytes: Uint8Array, root: RawPart, type: string): string | undefined {
  const texts: string[] = [];
  // An enclosed message is a file: its text is not that of the message around it.
  for (const { part } of walkRaw(root, (one) => one.message === undefined)) {
    if (part.type !== type || isFile(part)) continue;
    const charset = part.parameters.get("charset") ?? "utf-8";
    texts.push(decodeLabelled(decodedBody(bytes, part), charset).replaceAll("\r\n", "\n"));
  }
  return texts.length === 0 ? undefined : texts.join("\n");
}

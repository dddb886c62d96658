// Reads the parts of a message when somebody wants to see them. The bytes are untrusted: what is too deep or has too
// many parts is not read at all, and only the last few readings are kept.
import PostalMime, { type Attachment, decodeWords, type Email } from "postal-mime";
import { readHead } from "../raw/head.ts";
import { outlineRaw, type RawCaps, type RawPart } from "../raw/outline.ts";
import { walkRaw } from "../raw/walk.ts";
import { deliveredBytes } from "./delivered.ts";
import type { StoredMessage } from "./model.ts";

/** One field of a message's head. */
export interface ParsedHeader {
  readonly name: string;
  /** Unfolded, encoded-words decoded. */
  readonly value: string;
}

/** A file in a message. */
export interface ParsedAttachment {
  readonly filename: string | undefined;
  /** Lower-case `type/subtype`. */
  readonly type: string;
  readonly disposition: string | undefined;
  /** Content-ID without angle brackets. */
  readonly cid: string | undefined;
  readonly content: Uint8Array;
}

/** What a reader makes of the delivered copy. */
export interface ParsedMail {
  readonly headers: readonly ParsedHeader[];
  readonly text: string | undefined;
  readonly html: string | undefined;
  readonly attachments: readonly ParsedAttachment[];
  /** Why the parts are missing. */
  readonly problem: string | undefined;
}

/** How much of a message is read: far above what mail needs, far below what would fill the memory. */
export const viewCaps: RawCaps = { parts: 1_000, depth: 50, headBytes: 1_048_576, fields: 10_000 };

// Readings are kept for the next look at the same message, up to so many bytes of raw messages.
const keptBytes = 16 * 1_024 * 1_024;
const kept = new WeakMap<StoredMessage, Promise<ParsedMail>>();
let recent: StoredMessage[] = [];

/** The message, read. Never rejects: what cannot be read is told in `problem`. */
export function parsedMail(message: StoredMessage): Promise<ParsedMail> {
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

/**
 * Reads bytes of unknown origin with a MIME parser; an enclosed message counts as a file.
 *
 * @throws Error (as a rejection) for more parts or deeper nesting than any mail has
 */
export async function readEmail(bytes: Uint8Array): Promise<Email> {
  const problem = tooComplex(outlineRaw(bytes, viewCaps));
  if (problem !== undefined) throw new Error(problem);
  return PostalMime.parse(bytes, {
    forceRfc822Attachments: true,
    maxNestingDepth: viewCaps.depth * 2,
    maxHeadersSize: viewCaps.headBytes * 2,
  });
}

async function readMail(bytes: Uint8Array): Promise<ParsedMail> {
  try {
    const { headers, text, html, attachments } = await readEmail(bytes);
    return {
      headers: headers.map(({ originalKey, value }) => ({ name: originalKey, value: decodeWords(value) })),
      text,
      html,
      attachments: attachments.map(asAttachment),
      problem: undefined,
    };
  } catch (error) {
    return unread(bytes, error instanceof Error ? error.message : String(error));
  }
}

function tooComplex(root: RawPart): string | undefined {
  for (const { part } of walkRaw(root)) {
    for (const { kind } of part.defects) {
      if (kind === "parts") return `This message has more than ${viewCaps.parts} parts. It is not taken apart.`;
      if (kind === "depth")
        return `The parts of this message are nested deeper than ${viewCaps.depth}. It is not taken apart.`;
    }
  }
  return undefined;
}

function unread(bytes: Uint8Array, problem: string): ParsedMail {
  const { headBytes, fields } = viewCaps;
  const head = readHead({ bytes, start: 0, line: 1, headBytes, fields, endsAt: () => false });
  const headers = head.fields.map(({ name, value }) => ({ name, value: decodeWords(value) }));
  return { headers, text: undefined, html: undefined, attachments: [], problem };
}

function asAttachment(attachment: Attachment): ParsedAttachment {
  const { filename, mimeType, disposition, contentId } = attachment;
  return {
    filename: filename ?? undefined,
    type: mimeType,
    disposition: disposition ?? undefined,
    cid: contentId?.replace(/^\s*</, "").replace(/>\s*$/, ""),
    content: contentBytes(attachment.content),
  };
}

function contentBytes(content: Attachment["content"]): Uint8Array {
  if (typeof content === "string") return Buffer.from(content);
  return content instanceof Uint8Array ? content : new Uint8Array(content);
}

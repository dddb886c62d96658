// Reads messages that are in the inbox, when they are looked at. Only the last readings are kept.
import { decodedValue, type ReadFile } from "../../mail/read/message.ts";
import type { StoredMessage } from "../model/message.ts";
import { deliveredBytes } from "./delivered.ts";
import { readView, tooComplex } from "./view.ts";

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
  /** Every part other than text to be shown with the message; an enclosed message is one file. */
  readonly attachments: readonly ReadFile[];
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
  const mail = readView(bytes);
  const headers = mail.fields.map((field) => ({ name: field.name, value: decodedValue(field) }));
  const problem = tooComplex(mail);
  if (problem !== undefined) return { headers, text: undefined, html: undefined, attachments: [], problem };
  return { headers, text: mail.text(), html: mail.html(), attachments: mail.attachments, problem };
}

// A message as a file that any mail reader opens: the delivered copy, with one more field at the top that holds what
// the copy does not say: the envelope, and the head as it was sent. RFC 5322 s2.2, s2.2.3.
import { decodeBase64 } from "../../mail/octets/base64.ts";
import { type DeliveryNote, MESSAGE_KINDS, NOTE_CODES, type StoredMessage } from "../model/message.ts";
import {
  type JsonObject,
  memberAt,
  numberAt,
  objectOf,
  objectsAt,
  optionalTextAt,
  textAt,
  textsAt,
} from "./saved-state.ts";

const FIELD = "X-Mimewright-Message:";

/** The content of a file, in pieces. */
export function messageFile(message: StoredMessage): readonly Uint8Array[] {
  const { raw, head, bodyAt, ...details } = message;
  const kept = {
    ...details,
    sentHead: Buffer.from(raw.buffer, raw.byteOffset, bodyAt).toString("base64"),
    headBytes: head.length,
    bodyBytes: raw.length - bodyAt,
  };
  const field = Buffer.from(`${FIELD}${folded(Buffer.from(JSON.stringify(kept)).toString("base64"))}\r\n`);
  return [field, head, raw.subarray(bodyAt)];
}

// RFC 5322 s2.1.1: lines of at most 78 characters.
function folded(base64: string): string {
  const lines: string[] = [];
  for (let at = 0; at < base64.length; at += 76) lines.push(`\r\n ${base64.slice(at, at + 76)}`);
  return lines.join("");
}

/**
 * Reads a file back.
 *
 * @throws Error that says why it is not a file of an endpoint, or what is missing of it
 */
export function readMessageFile(bytes: Uint8Array): StoredMessage {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.toString("latin1", 0, FIELD.length) !== FIELD) throw new Error("it was not written by this endpoint");
  const end = fieldEnd(view);
  const encoded = decodeBase64(view.toString("latin1", FIELD.length, end));
  if (encoded === undefined) throw new Error(`its field ${FIELD.slice(0, -1)} is damaged`);
  const kept = objectOf(JSON.parse(Buffer.from(encoded).toString()), "message");
  const head = view.subarray(end, end + numberAt(kept, "headBytes"));
  const body = view.subarray(end + head.length);
  const missing = numberAt(kept, "headBytes") + numberAt(kept, "bodyBytes") - head.length - body.length;
  if (missing !== 0)
    throw new Error(missing > 0 ? `its last ${missing} bytes are missing` : `${-missing} bytes were added`);
  const sentHead = Buffer.from(textAt(kept, "sentHead"), "base64");
  return {
    ...detailsOf(kept),
    raw: Buffer.concat([sentHead, body]),
    head: Uint8Array.from(head),
    bodyAt: sentHead.length,
  };
}

// Where the field's last folded line ends.
function fieldEnd(view: Buffer): number {
  let end = view.indexOf("\n") + 1;
  while (end > 0 && view[end] === 0x20) end = view.indexOf("\n", end) + 1;
  return end === 0 ? view.length : end;
}

function detailsOf(kept: JsonObject): Omit<StoredMessage, "raw" | "head" | "bodyAt"> {
  return {
    id: textAt(kept, "id"),
    kind: memberAt(kept, "kind", MESSAGE_KINDS),
    region: textAt(kept, "region"),
    at: numberAt(kept, "at"),
    action: textAt(kept, "action"),
    accessKeyId: optionalTextAt(kept, "accessKeyId"),
    source: textAt(kept, "source"),
    feedbackTo: textAt(kept, "feedbackTo"),
    recipients: textsAt(kept, "recipients"),
    to: textsAt(kept, "to"),
    cc: textsAt(kept, "cc"),
    bcc: textsAt(kept, "bcc"),
    subject: textAt(kept, "subject"),
    from: textAt(kept, "from"),
    tags: objectsAt(kept, "tags").map((tag) => ({ name: textAt(tag, "name"), value: textAt(tag, "value") })),
    configurationSet: optionalTextAt(kept, "configurationSet"),
    sourceArn: optionalTextAt(kept, "sourceArn"),
    fromArn: optionalTextAt(kept, "fromArn"),
    returnPathArn: optionalTextAt(kept, "returnPathArn"),
    // Files of earlier versions have none.
    notes: kept.values.has("notes") ? objectsAt(kept, "notes").map(noteOf) : [],
  };
}

function noteOf(note: JsonObject): DeliveryNote {
  return {
    code: memberAt(note, "code", NOTE_CODES),
    severity: memberAt(note, "severity", ["error", "warning"]),
    message: textAt(note, "message"),
    place: textAt(note, "place"),
    hint: optionalTextAt(note, "hint"),
  };
}

// The copy a recipient sees: what the service strips, overwrites and adds in the head; the body stays as it is. And the
// messages that the endpoint itself writes: verification mails, feedback mails, automatic answers.

import type { RawField } from "../../mail/read/head.ts";
import { messageIdHost, stableBytes } from "../model/ids.ts";
import type { MessageKind, StoredMessage } from "../model/message.ts";
import { readView } from "./view.ts";

const STRIPPED = new Set(["bcc", "return-path", "message-id", "date"]);

/** What the new head is made of. */
export interface Delivery {
  readonly id: string;
  readonly region: string;
  /** In ms. */
  readonly at: number;
  /** Values of fields that parameters of the request take the place of. */
  readonly replaced?: ReplacedFields | undefined;
}

/** Fields that SES v2 writes anew in a raw message; values in 7-bit ASCII. */
export interface ReplacedFields {
  readonly from?: string | undefined;
  readonly replyTo?: string | undefined;
}

/** The head of the delivered copy, with the blank line that ends it. */
export function deliveredHead(raw: Uint8Array, fields: readonly RawField[], delivery: Delivery): Uint8Array {
  const { id, region, at, replaced = {} } = delivery;
  const hash = stableBytes("feedback", id).toString("base64");
  const added = [
    `Return-Path: <${id}@amazonses.com>`,
    `Date: ${new Date(at).toUTCString().replace("GMT", "+0000")}`,
    `Message-ID: <${id}@${messageIdHost(region)}>`,
    `Feedback-ID: 1.${region}.${hash}:AmazonSES`,
    "X-SES-Outgoing: 2021.01.15-54.240.11.100",
  ];
  const kept = fields.filter((field) => !isStripped(field.name.toLowerCase()));
  const written = rewritten(raw, kept, replaced);
  const pieces = [added.slice(0, 1), written, added.slice(1)].flat();
  return Buffer.concat([
    ...pieces.map((piece) => (typeof piece === "string" ? Buffer.from(`${piece}\r\n`) : piece)),
    CRLF,
  ]);
}

// Each in the place of the field it replaces; one that the message lacks is added.
function rewritten(raw: Uint8Array, kept: readonly RawField[], { from, replyTo }: ReplacedFields) {
  const values = new Map([
    ["from", from === undefined ? undefined : `From: ${from}`],
    ["reply-to", replyTo === undefined ? undefined : `Reply-To: ${replyTo}`],
  ]);
  const names = new Set(kept.map(({ name }) => name.toLowerCase()));
  const missing = [...values].flatMap(([name, value]) => (names.has(name) || value === undefined ? [] : [value]));
  return [...missing, ...kept.map((field) => values.get(field.name.toLowerCase()) ?? fieldBytes(raw, field))];
}

function isStripped(name: string): boolean {
  return STRIPPED.has(name) || name.startsWith("x-ses-") || name === "feedback-id";
}

const CRLF = Buffer.from("\r\n");

function fieldBytes(raw: Uint8Array, field: RawField): Buffer {
  const bytes = withCrlf(raw.subarray(field.start, field.end));
  return bytes.at(-1) === 0x0a ? bytes : Buffer.concat([bytes, CRLF]);
}

/** The whole message as the recipient sees it: SMTP knows no line end but CRLF (RFC 5321 s2.3.8). */
export function deliveredBytes(message: StoredMessage): Uint8Array {
  return Buffer.concat([message.head, withCrlf(message.raw.subarray(message.bodyAt))]);
}

/** Every CR, LF and CRLF as CRLF; the same bytes when there is nothing else. */
function withCrlf(bytes: Uint8Array): Buffer {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  let bare = 0;
  for (let at = 0; at < view.length; at++) if (isBareBreak(view, at)) bare++;
  if (bare === 0) return view;
  const out = Buffer.alloc(view.length + bare);
  let length = 0;
  for (let at = 0; at < view.length; at++) {
    const broken = isBareBreak(view, at);
    if (broken) length += CRLF.copy(out, length);
    else out[length++] = view[at] ?? 0;
  }
  return out;
}

function isBareBreak(bytes: Uint8Array, at: number): boolean {
  if (bytes[at] === 0x0a) return at === 0 || bytes[at - 1] !== 0x0d;
  return bytes[at] === 0x0d && bytes[at + 1] !== 0x0a;
}

/** What such a message is made of; every text is ASCII. */
export interface SystemMessage {
  readonly id: string;
  readonly kind: Exclude<MessageKind, "sent">;
  readonly region: string;
  /** In ms. */
  readonly at: number;
  /** Bare addresses that were checked before. */
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: readonly string[];
  /** More fields, as `Name: value`, before the ones written here. */
  readonly fields?: readonly string[];
}

/** Builds the message as it is stored. */
export function systemMessage(given: SystemMessage): StoredMessage {
  const { id, kind, region, at, from, to, subject } = given;
  const lines = [
    ...(given.fields ?? []),
    `From: ${from}`,
    `To: ${to}`,
    `Subject: ${subject}`,
    "MIME-Version: 1.0",
    ...(given.fields?.some((field) => /^content-type:/i.test(field))
      ? []
      : ["Content-Type: text/plain; charset=us-ascii"]),
    "",
    ...given.text,
  ];
  const raw = Buffer.from(`${lines.map((line) => line.replace(/[\r\n]/g, " ")).join("\r\n")}\r\n`);
  const { fields: written, root } = readView(raw);
  return {
    id,
    kind,
    region,
    at,
    action: kind,
    accessKeyId: undefined,
    source: from,
    feedbackTo: "",
    recipients: [to],
    to: [to],
    cc: [],
    bcc: [],
    subject,
    from,
    tags: [],
    configurationSet: undefined,
    sourceArn: undefined,
    fromArn: undefined,
    returnPathArn: undefined,
    notes: [],
    raw,
    head: deliveredHead(raw, written, { id, region, at }),
    bodyAt: root.bodyStart,
  };
}

// What stands in Redis for one message: its options as JSON, kept small. Contents stand elsewhere, by name.
import { createHash } from "node:crypto";
import type { SendingFields, V2Fields } from "../deliver/core/call-fields.ts";
import type { AttachmentInput, MessageInput } from "../message/types.ts";

/** An attachment of a message in a queue: content that fits into Redis, or a name that a worker can resolve. */
export interface QueueAttachment extends Omit<AttachmentInput, "content"> {
  /** Text stays in the job. Bytes are kept once for all messages that hold the same, up to `attachmentBytes`. */
  readonly content?: string | Uint8Array | ArrayBuffer | ArrayBufferView | Blob | undefined;
  /** Where the content is, such as `s3://bucket/report.pdf`: a worker's `resolve` opens it. */
  readonly ref?: string | undefined;
}

/** A message as it can be queued: everything that `message()` takes but a tree of one's own. */
export interface QueueMessage extends Omit<MessageInput, "attachments" | "body"> {
  readonly attachments?: readonly QueueAttachment[] | undefined;
}

/** Fields of the service that travel with the message. */
export type QueueFields = SendingFields & V2Fields;

/** The layout of a job. */
export interface JobData {
  /** Of this layout. */
  readonly v: 1;
  /** The message as JSON; times as ISO 8601, contents as {@link JsonAttachment}. */
  readonly m: Readonly<Record<string, unknown>>;
  /** Recipients of the envelope. */
  readonly n: number;
  /** The campaign. */
  readonly c?: string;
  /** Fields of the service. */
  readonly f?: QueueFields;
  /** Seed of boundaries and Message-ID, where the id of the job could come again. The last key of the text. */
  readonly s?: string;
}

/** What is left of a job whose message is sent: addresses and bodies are gone, which message it was can still be told. */
export interface SentJobData extends Pick<JobData, "v" | "n" | "c"> {
  /** {@link digestOf} the job as it was, where it had a key. */
  readonly h?: string;
}

/** SHA-256 in hex of what was enqueued, without the seed that differs each time. */
export function digestOf({ s: _, ...data }: JobData): string {
  return createHash("sha256").update(JSON.stringify(data)).digest("hex");
}

/** What stays in Redis when the message is sent. */
export function remainder({ v, n, c, s }: JobData, digest: () => string): SentJobData {
  return { v, n, ...(c === undefined ? {} : { c }), ...(s === undefined ? {} : { h: digest() }) };
}

/** Where the content of an attachment is: one of three. */
export interface JsonAttachment {
  readonly content?: string;
  readonly ref?: string;
  /** SHA-256 in hex of bytes in Redis. */
  readonly blob?: string;
}

/** Times of a message and of its attachments: the only options that JSON cannot hold. */
export const ATTACHMENT_TIMES = ["modificationDate", "creationDate"] as const;

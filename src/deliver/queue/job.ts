// What Redis holds for one message: its options as JSON, kept small. Contents are elsewhere, by name. And the way
// back from the job to the message: times are dates again, contents are opened by name.
import { createHash } from "node:crypto";
import { errorIssue, MessageError } from "../../issues.ts";
import { message } from "../../mail/message/check.ts";
import type { AttachmentInput, ContentInput, Message, MessageInput } from "../../mail/message/types.ts";
import type { CallFields } from "../core/call-fields.ts";

/** An attachment of a message in a queue: content that fits into Redis, or a name that a worker can resolve. */
export interface QueueAttachment extends Omit<AttachmentInput, "content"> {
  /** Text stays in the job. Bytes are kept once for all messages that hold the same, up to `attachmentBytes`. */
  readonly content?: string | Uint8Array | ArrayBuffer | ArrayBufferView | Blob | undefined;
  /** Where the content is, such as `s3://bucket/report.pdf`: a worker's `resolve` opens it. */
  readonly ref?: string | undefined;
}

/** A message as it can be queued: everything that `message()` takes but a custom tree of parts. */
export interface QueueMessage extends Omit<MessageInput, "attachments" | "body"> {
  readonly attachments?: readonly QueueAttachment[] | undefined;
}

/** Fields of the service that travel with the message. */
export type QueueFields = CallFields;

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

/** What is left of a job whose message is sent: addresses and bodies are gone, which message it was is still known. */
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

/** Opens contents that are kept outside the job. */
export interface Contents {
  /** By the name that was enqueued. */
  ref(ref: string): Promise<ContentInput>;
  /** By SHA-256 in hex. */
  blob(hash: string): Promise<Uint8Array>;
}

/** A content could not be had: the store is away, or the object is gone. */
export class ContentError extends Error {
  override readonly name = "ContentError";
}

/** The layout of a job, or undefined for a job that no queue of this library made. */
export function readJobData(value: unknown): JobData | undefined {
  return isJobData(value) ? value : undefined;
}

function isJobData(value: unknown): value is JobData {
  if (!isRecord(value) || value.v !== 1) return false;
  return isRecord(value.m) && typeof value.n === "number" && (value.c === undefined || typeof value.c === "string");
}

/**
 * Makes the message again.
 *
 * @throws MessageError for a message that is wrong, ContentError when a content cannot be had.
 */
export async function decodeMessage({ m }: JobData, contents: Contents): Promise<Message> {
  const { attachments, ...rest } = m;
  const input = {
    ...rest,
    ...(Array.isArray(attachments)
      ? { attachments: await Promise.all(attachments.map((one) => open(one, contents))) }
      : {}),
  };
  if (isInput(input)) return message(input);
  throw new MessageError([errorIssue("input.type", [], "the job holds no message")]);
}

/** What a message is rendered with. */
export interface JobRendering {
  readonly now: () => Date;
  readonly seed: string;
}

/**
 * What makes every attempt give the same bytes: the time at which the message was due, and its own seed.
 *
 * @param due milliseconds since 1970
 */
export function renderingOf(id: string, { s = id }: JobData, due: number): JobRendering {
  return { now: () => new Date(due), seed: s };
}

async function open(one: unknown, contents: Contents): Promise<unknown> {
  if (!isRecord(one)) return one;
  const { ref, blob, ...rest } = one;
  const details = { ...rest, ...dates(rest, ATTACHMENT_TIMES) };
  if (typeof ref === "string") return { ...details, content: await contents.ref(ref) } satisfies AttachmentInput;
  if (typeof blob === "string") return { ...details, content: await contents.blob(blob) } satisfies AttachmentInput;
  return details;
}

function dates(from: Readonly<Record<string, unknown>>, keys: readonly string[]): Record<string, Date> {
  const found: Record<string, Date> = {};
  for (const key of keys) {
    const value = Object.hasOwn(from, key) ? from[key] : undefined;
    if (typeof value === "string") found[key] = new Date(value);
  }
  return found;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

// Every key and value is for `message` to look at: it takes what people write, and what it refuses it says.
function isInput(value: unknown): value is MessageInput {
  return isRecord(value);
}

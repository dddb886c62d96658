// From the job back to the message: times are dates again, contents are opened by name.
import { errorIssue, MessageError } from "../issues.ts";
import { message } from "../message/check.ts";
import type { AttachmentInput, ContentInput, Message, MessageInput } from "../message/types.ts";
import { ATTACHMENT_TIMES, type JobData } from "./job-data.ts";

/** Opens contents that stand outside the job. */
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
 * What makes every attempt give the same bytes: the time at which the message was due, and a seed of its own.
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

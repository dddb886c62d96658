// From a message to the job: checked as the worker will check it, so that the caller who enqueues learns what is wrong.

import { createHash } from "node:crypto";
import { errorIssue, hasError, type Issue, IssueList, MessageError, type Path } from "../../issues.ts";
import { formatIsoTime } from "../../mail/headers/date.ts";
import type { Limits } from "../../mail/limits/profiles.ts";
import { checkInput } from "../../mail/message/check.ts";
import { readZonedDate } from "../../mail/message/date-input.ts";
import { envelope } from "../../mail/message/envelope.ts";
import type { MessageInput, Source } from "../../mail/message/types.ts";
import { isArrayBuffer, isBlob, isDate, isFile } from "../../mail/octets/kinds.ts";
import { sendingIssues } from "../core/send-checks.ts";
import {
  ATTACHMENT_TIMES,
  type JobData,
  type JsonAttachment,
  type QueueAttachment,
  type QueueFields,
  type QueueMessage,
} from "./job.ts";

/** How large jobs and contents in Redis may be, and what messages are checked against. */
export interface EncodeLimits {
  /** Bytes of JSON. */
  readonly payloadBytes: number;
  /** Bytes of one attachment in Redis. */
  readonly attachmentBytes: number;
  readonly limits: Limits;
}

/** What is enqueued for one message. */
export interface Encoded {
  readonly data: Omit<JobData, "s">;
  /** Contents to be put into Redis, by SHA-256 in hex. */
  readonly blobs: ReadonlyMap<string, Uint8Array>;
}

/** Says what becomes of a message besides its options. */
export interface EncodeOptions {
  readonly fields: QueueFields;
  readonly campaign?: string | undefined;
}

/** @throws MessageError with every issue, for a message that cannot be queued or could not be sent. */
export async function encodeJob(input: QueueMessage, options: EncodeOptions, bounds: EncodeLimits): Promise<Encoded> {
  const issues: Issue[] = [];
  const blobs = new Map<string, Uint8Array>();
  if (Object.hasOwn(input, "body")) issues.push(noTree());
  const attachments = await encodeAttachments(input.attachments, { most: bounds.attachmentBytes, blobs, issues });
  const recipients = recipientsOf(input, options.fields, bounds.limits, issues);
  const m = { ...input, ...dateOf(input), ...(attachments === undefined ? {} : { attachments }) };
  const { campaign, fields } = options;
  const data: Omit<JobData, "s"> = {
    ...{ v: 1, m, n: recipients },
    ...(campaign === undefined ? {} : { c: campaign }),
    ...(Object.keys(fields).length === 0 ? {} : { f: fields }),
  };
  if (!hasError(issues)) checkSize(data, bounds.payloadBytes, issues);
  const [first, ...rest] = issues.filter(({ severity }) => severity === "error");
  if (first !== undefined) throw new MessageError([first, ...rest]);
  return { data, blobs };
}

function noTree(): Issue {
  const hint = "queue text, html and attachments, or send the tree without a queue";
  return errorIssue("part.body", ["body"], "a custom tree of parts cannot be queued", { hint });
}

/** Where contents and issues go. */
interface Encoding {
  /** Bytes of one attachment. */
  readonly most: number;
  readonly blobs: Map<string, Uint8Array>;
  readonly issues: Issue[];
}

async function encodeAttachments(
  list: readonly QueueAttachment[] | undefined,
  encoding: Encoding,
): Promise<readonly unknown[] | undefined> {
  if (!isList(list)) return undefined;
  const made: unknown[] = [];
  for (const [index, one] of list.entries()) {
    made.push(await encodeAttachment(one, ["attachments", index], encoding));
  }
  return made;
}

async function encodeAttachment(
  { content, ref, ...rest }: QueueAttachment,
  path: Path,
  { most, blobs, issues }: Encoding,
): Promise<unknown> {
  const details = { ...nameOf(content, rest), ...rest, ...times(rest, ATTACHMENT_TIMES) };
  if (ref !== undefined) {
    if (typeof ref !== "string" || ref === "") issues.push(badRef(path));
    if (content !== undefined) issues.push(errorIssue("input.type", path, "content or ref, not both"));
    return { ...details, ref };
  }
  if (typeof content === "string") return { ...details, content };
  const bytes = await bytesOf(content, most);
  if (bytes === undefined) issues.push(notQueueable(content, [...path, "content"]));
  else if (typeof bytes === "number") issues.push(tooLarge([...path, "content"], bytes, most));
  else {
    const blob = createHash("sha256").update(bytes).digest("hex");
    blobs.set(blob, bytes);
    return { ...details, blob } satisfies JsonAttachment;
  }
  return details;
}

// A File says its own name and type; in Redis there are only its bytes.
function nameOf(content: QueueAttachment["content"], { filename, contentType }: QueueAttachment) {
  if (!isBlob(content)) return {};
  const named = isFile(content) && content.name !== "" ? content.name : undefined;
  return {
    ...(filename === undefined && named !== undefined ? { filename: named } : {}),
    ...(contentType === undefined && content.type !== "" ? { contentType: content.type } : {}),
  };
}

/** The bytes; their number when there are too many; undefined for what is not in memory. */
async function bytesOf(content: unknown, most: number): Promise<Uint8Array | number | undefined> {
  if (isBlob(content)) {
    return content.size > most ? content.size : new Uint8Array(await content.arrayBuffer());
  }
  const view = viewOf(content);
  return view !== undefined && view.length > most ? view.length : view;
}

function viewOf(content: unknown): Uint8Array | undefined {
  if (ArrayBuffer.isView(content)) return new Uint8Array(content.buffer, content.byteOffset, content.byteLength);
  return isArrayBuffer(content) ? new Uint8Array(content) : undefined;
}

function notQueueable(content: unknown, path: Path): Issue {
  const hint = "give text or bytes, or a ref that a worker resolves";
  const message = content === undefined ? "there is no content" : "what is opened here cannot be opened by a worker";
  return errorIssue("attachment.content", path, message, { hint });
}

function tooLarge(path: Path, bytes: number, most: number): Issue {
  const hint = "put it into a store and give its ref, or raise attachmentBytes";
  return errorIssue("limit.bytes", path, `an attachment of ${bytes} bytes; Redis holds up to ${most}`, { hint });
}

function badRef(path: Path): Issue {
  return errorIssue("input.type", [...path, "ref"], "a ref is a text that is not empty");
}

// The Date as text, which keeps its zone. What is wrong with it is an issue of the message.
function dateOf(input: QueueMessage): { readonly date?: string } {
  const read = input.date === undefined ? undefined : readZonedDate(input.date, new IssueList().root);
  return read === undefined ? {} : { date: formatIsoTime(read) };
}

// JSON would write an invalid date as null, which is another message.
function times(input: object, keys: readonly string[]): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const key of keys) {
    const value: unknown = Object.hasOwn(input, key) ? Reflect.get(input, key) : undefined;
    if (isDate(value) && !Number.isNaN(value.getTime())) found[key] = value.toISOString();
  }
  return found;
}

/** Recipients of the message, which is checked with empty contents where they are kept elsewhere. */
function recipientsOf(input: QueueMessage, fields: QueueFields, limits: Limits, issues: Issue[]): number {
  const { attachments, ...rest } = input;
  const own: Record<string, unknown> = { ...rest };
  delete own.body;
  const standIn: MessageInput = {
    ...own,
    from: rest.from,
    ...(isList(attachments) ? { attachments: placeholders(attachments) } : {}),
  };
  if (attachments !== undefined && !isList(attachments)) issues.push(noAttachments());
  const checked = checkInput(standIn);
  issues.push(...(checked.ok ? sendingIssues(checked.value, fields, limits) : checked.issues));
  return checked.ok ? envelope(checked.value).to.length : 0;
}

function isList(value: unknown): value is readonly QueueAttachment[] {
  return Array.isArray(value) && value.every((one) => typeof one === "object" && one !== null);
}

function noAttachments(): Issue {
  return errorIssue("input.type", ["attachments"], "attachments are a list of objects with content or ref");
}

const EMPTY: Source = { size: 0, open: () => [] };

function placeholders(list: readonly QueueAttachment[]): NonNullable<MessageInput["attachments"]> {
  return list.map(({ ref, content, ...details }) => ({ ...details, content: isHere(content) ? content : EMPTY }));
}

function isHere(content: unknown): content is string | Uint8Array | ArrayBuffer | Blob {
  return typeof content === "string" || isBlob(content) || viewOf(content) !== undefined;
}

function checkSize(data: object, most: number, issues: Issue[]): void {
  const bytes = Buffer.byteLength(JSON.stringify(data));
  if (bytes <= most) return;
  const hint = "leave large contents by reference, or raise payloadBytes";
  issues.push(errorIssue("limit.bytes", [], `the job takes ${bytes} bytes, the queue takes ${most}`, { hint }));
}

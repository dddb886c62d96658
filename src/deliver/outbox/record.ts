// What the outbox knows of a message besides its bytes, and the reading of it.

import { argumentError, kindOf, oneOf, readOptionsOf, shapeOf, wholeNumber } from "../../given.ts";
import type { Envelope } from "../../mail/message/types.ts";
import type { CallFields } from "../core/call-fields.ts";
import type { GroupResult, SendResult } from "../core/result.ts";
import { OutboxError } from "./error.ts";
import { type Connection, jsonOf, numberOf, optionalTextOf, type Row, textOf } from "./sqlite.ts";

/** The state of a message. `sent`, `unknown` and `dead` are final until a retry is requested. */
export type OutboxState = "queued" | "inflight" | "sent" | "unknown" | "dead";

/** Every state, in the order in which a message comes through them. */
export const outboxStates: readonly OutboxState[] = ["queued", "inflight", "sent", "unknown", "dead"];

/** A message by its id, or by the key that its caller gave. */
export type OutboxRef = number | string;

/** A message in the outbox. Times are milliseconds since 1970. */
export interface OutboxRecord {
  readonly id: number;
  readonly key?: string;
  readonly state: OutboxState;
  readonly envelope: Envelope;
  readonly fields: CallFields;
  /** Recipients that are still to be sent to, when some groups of a split message are done. */
  readonly pending?: readonly string[];
  /** Bytes of the message. */
  readonly bytes: number;
  /** SHA-256 of the message, in hex. */
  readonly sha256: string;
  /** The Message-ID in the message, which SES replaces. */
  readonly ownMessageId?: string;
  /** How often it was handed to the sender. */
  readonly attempts: number;
  /** How often the process ended while it was in flight. */
  readonly crashes: number;
  readonly createdAt: number;
  readonly changedAt: number;
  /** When it goes out at the earliest; of use while it is queued. */
  readonly dueAt: number;
  /** The last outcome; absent while there is none. */
  readonly result?: SendResult;
}

/** How many messages are in each state. */
export type OutboxCounts = Readonly<Record<OutboxState, number>>;

/** Which records are listed. */
export interface ListOptions {
  /** All states when absent. */
  readonly state?: OutboxState;
  /** 100 when absent. */
  readonly limit?: number;
  /** The id of the last record of the page before. */
  readonly after?: number;
}

const LIST = shapeOf<ListOptions>({ state: oneOf(...outboxStates), limit: wholeNumber(1), after: wholeNumber(0) });

const COLUMNS =
  "id, key, state, due, attempts, crashes, created, changed, bytes, sha256, own_id, terms, pending, result";

/** The records, the oldest first. */
export function listRecords(db: Connection, options: ListOptions): readonly OutboxRecord[] {
  const { state, limit = 100, after = 0 } = readOptionsOf(options, LIST);
  const rows =
    state === undefined
      ? db.all(`SELECT ${COLUMNS} FROM message WHERE id > ? ORDER BY id LIMIT ?`, after, limit)
      : db.all(`SELECT ${COLUMNS} FROM message WHERE state = ? AND id > ? ORDER BY id LIMIT ?`, state, after, limit);
  return rows.map(readRecord);
}

/** One record. @throws OptionError `input.option` for what is neither an id nor a key */
export function findRecord(db: Connection, ref: OutboxRef): OutboxRecord | undefined {
  if (typeof ref !== "number" && typeof ref !== "string") {
    throw argumentError(["ref"], `expected the id or the key of a message; got ${kindOf(ref)}`);
  }
  const column = typeof ref === "number" ? "id" : "key";
  const row = db.get(`SELECT ${COLUMNS} FROM message WHERE ${column} = ?`, ref);
  return row === undefined ? undefined : readRecord(row);
}

/** @throws OutboxError `outbox.record` when there is none */
export function recordOf(db: Connection, ref: OutboxRef): OutboxRecord {
  const found = findRecord(db, ref);
  if (found === undefined) throw new OutboxError("outbox.record", "the outbox has no such message");
  return found;
}

export function countRecords(db: Connection): OutboxCounts {
  const counts = { queued: 0, inflight: 0, sent: 0, unknown: 0, dead: 0 };
  for (const row of db.all("SELECT state, count(*) AS n FROM message GROUP BY state")) {
    counts[checkState(textOf(row, "state"))] = numberOf(row, "n");
  }
  return counts;
}

/** @throws TypeError for a word that is not a state */
export function checkState(word: string): OutboxState {
  const state = outboxStates.find((one) => one === word);
  if (state === undefined) throw new TypeError(`a state is one of ${outboxStates.join(", ")}`);
  return state;
}

/** The result of a final state. */
export function finalResult({ state, result }: OutboxRecord): SendResult | undefined {
  return state === "queued" || state === "inflight" ? undefined : result;
}

/** What a message is sent with, as it is stored: two messages with the same bytes may differ in this. */
export interface RecordTerms {
  readonly envelope: Envelope;
  readonly fields: CallFields;
}

/** The same terms give the same text, whatever the order in which they were written down. */
export function writeTerms({ envelope: { from, to }, fields }: RecordTerms): string {
  const { tags, ...rest } = fields;
  const sorted = Object.fromEntries(Object.entries(rest).sort(byName));
  const sortedTags = tags === undefined ? {} : { tags: Object.fromEntries(Object.entries(tags).sort(byName)) };
  return JSON.stringify({ envelope: { from, to }, fields: { ...sorted, ...sortedTags } });
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : Number(a > b);
}

function readRecord(row: Row): OutboxRecord {
  const key = optionalTextOf(row, "key");
  const ownMessageId = optionalTextOf(row, "own_id");
  const { envelope, fields } = readTerms(row);
  return Object.freeze({
    id: numberOf(row, "id"),
    ...(key === undefined ? {} : { key }),
    state: checkState(textOf(row, "state")),
    ...{ envelope, fields },
    ...(row.pending === null ? {} : { pending: readPending(row) }),
    bytes: numberOf(row, "bytes"),
    sha256: textOf(row, "sha256"),
    ...(ownMessageId === undefined ? {} : { ownMessageId }),
    attempts: numberOf(row, "attempts"),
    crashes: numberOf(row, "crashes"),
    createdAt: numberOf(row, "created"),
    changedAt: numberOf(row, "changed"),
    dueAt: numberOf(row, "due"),
    ...(row.result === null ? {} : { result: readResult(row) }),
  });
}

// What is in these columns was written by this module from values of these types; the shape is checked as far as
// damage could change it without making the JSON unreadable, the rest is trusted.
function readTerms(row: Row): RecordTerms {
  const value = jsonOf(row, "terms");
  if (isTerms(value)) return value;
  throw new OutboxError("outbox.damaged", "a record cannot be read: it has no envelope");
}

function isTerms(value: unknown): value is RecordTerms {
  if (typeof value !== "object" || value === null || !("envelope" in value) || !("fields" in value)) return false;
  const { envelope, fields } = value;
  if (typeof envelope !== "object" || envelope === null || typeof fields !== "object" || fields === null) return false;
  return "from" in envelope && typeof envelope.from === "string" && "to" in envelope && isTextList(envelope.to);
}

function readPending(row: Row): readonly string[] {
  const value = jsonOf(row, "pending");
  if (isTextList(value)) return value;
  throw new OutboxError("outbox.damaged", "a record cannot be read: its open recipients are not a list");
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

function readResult(row: Row): SendResult {
  const value = jsonOf(row, "result");
  if (isResult(value)) return value;
  throw new OutboxError("outbox.damaged", "a record cannot be read: its result has no status");
}

/** Whether a value can be stored as a result. */
export function isResult(value: unknown): value is SendResult {
  if (typeof value !== "object" || value === null || !("status" in value)) return false;
  return ["sent", "failed", "unknown", "partial"].some((status) => status === value.status);
}

/** The outcomes by group: of a message that went out in one call, one group with everybody. */
export function groupsOf(result: SendResult, recipients: readonly string[]): readonly GroupResult[] {
  if (result.status === "partial") return result.groups;
  return result.groups ?? [{ recipients, result }];
}

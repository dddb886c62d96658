// What a caller gets for a message: where it stands, and whether it was there already.
import type { SendResult } from "../deliver/core/result.ts";
import type { Entry } from "./changes.ts";
import { OutboxError } from "./error.ts";
import { finalResult, type OutboxRecord, type OutboxState, writeTerms } from "./record.ts";

/** The promise that a message is in the outbox. */
export interface Receipt {
  readonly id: number;
  readonly key?: string;
  /** `queued`; for a message that was there already, where it stands. */
  readonly state: OutboxState;
  /** Whether the message was there already, under the same key. */
  readonly replayed: boolean;
  /** Its outcome, when it was there already and has one. */
  readonly result?: SendResult;
}

/** For a message that was stored just now. */
export function stored(id: number, key: string | undefined): Receipt {
  return Object.freeze({ id, ...(key === undefined ? {} : { key }), state: "queued", replayed: false });
}

/**
 * For a message under a key that is taken.
 *
 * @throws OutboxError `outbox.conflict` when it is another message
 */
export function replayed(record: OutboxRecord, { sha256, terms }: Pick<Entry, "sha256" | "terms">): Receipt {
  if (record.sha256 !== sha256 || writeTerms(record) !== terms) throw conflict();
  const { id, key, state } = record;
  const result = finalResult(record);
  const detail = { ...(key === undefined ? {} : { key }), ...(result === undefined ? {} : { result }) };
  return Object.freeze({ id, state, replayed: true, ...detail });
}

/** The error for another message under a key. */
export function conflict(): OutboxError {
  return new OutboxError("outbox.conflict", "another message, or other recipients, stand under this key");
}

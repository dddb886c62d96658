// One message handed to the sender: its bytes out of the file, proved to be what they were, and an outcome in any case.

import { MessageError } from "../../issues.ts";
import type { SendOptions } from "../core/options.ts";
import { blot, type SendResult } from "../core/result.ts";
import { SenderClosedError } from "../core/sender.ts";
import { loadBody } from "./bodies.ts";
import { doubtOf } from "./changes.ts";
import { refused } from "./disposition.ts";
import type { SendingPermit } from "./holds.ts";
import type { OutboxSender } from "./options.ts";
import { isResult, type OutboxRecord } from "./record.ts";
import type { Connection } from "./sqlite.ts";

/** A message that the sender has. */
export interface Flight {
  readonly id: number;
  readonly bytes: number;
  readonly abort: AbortController;
  readonly permit: SendingPermit;
  /** `waiting` for its turn at the sender; its mark is being written; or it is `inflight`, durably. */
  stage: "waiting" | "marking" | "inflight";
  /** Resolves when the mark is durable. */
  mark: Promise<void> | undefined;
}

/** A message that has been let go, and is not marked. */
export function newFlight(id: number, bytes: number, permit: SendingPermit): Flight {
  return { id, bytes, permit, abort: new AbortController(), stage: "waiting", mark: undefined };
}

/**
 * Whether a sender calls `beforeFirstByte`: all senders of this library do, and these say what they send over. Of any other
 * it is not known when its first byte leaves.
 */
export function callsBeforeFirstByte(sender: OutboxSender): boolean {
  return typeof sender.transport === "object" && sender.transport !== null;
}

/** Sends a message to the recipients that are still open. Never rejects. */
export async function handOver(
  db: Connection,
  record: OutboxRecord,
  sender: OutboxSender,
  hooks: Pick<SendOptions, "signal" | "beforeFirstByte">,
): Promise<SendResult> {
  const { id, envelope, pending, fields, sha256 } = record;
  const raw = load(db, id, sha256);
  if (raw === undefined) return refused("outbox.damaged", "the bytes of the message are not what they were");
  const mail = { raw, envelope: { from: envelope.from, to: pending ?? envelope.to } };
  try {
    const result = await sender.sendRaw(mail, { ...fields, ...hooks });
    // What cannot be written down would leave the message in flight for ever.
    return isStorable(result) ? result : doubtOf(record, "send.client", "the sender gave no result");
  } catch (error) {
    return refusal(record, error);
  }
}

function isStorable(result: SendResult): boolean {
  try {
    return isResult(JSON.parse(JSON.stringify(result)));
  } catch {
    return false;
  }
}

function load(db: Connection, id: number, sha256: string): Uint8Array | undefined {
  try {
    return loadBody(db, id, sha256);
  } catch {
    return undefined;
  }
}

// What never was a send is a definite no. A sender rejects with nothing else: it is unknown when another error came.
function refusal(record: OutboxRecord, error: unknown): SendResult {
  if (error instanceof SenderClosedError) return { ...refused(error.code, error.message), retryable: true };
  if (error instanceof MessageError) return refused(error.code, blot(error.message));
  return doubtOf(record, "send.client", "the sender failed with an error of its own");
}

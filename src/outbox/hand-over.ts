// One message handed to the sender: its bytes out of the file, proved to be what they were, and an outcome in any case.

import type { SendResult } from "../deliver/core/result.ts";
import { blot } from "../deliver/core/result.ts";
import { type Sender, SenderClosedError } from "../deliver/core/sender.ts";
import { MessageError } from "../issues.ts";
import { loadBody } from "./bodies.ts";
import { doubtOf } from "./changes.ts";
import type { Connection } from "./connection.ts";
import { isResult, type OutboxRecord } from "./record.ts";
import { refused } from "./verdict.ts";

/** Sends a message to the recipients that are still open. Never rejects. */
export async function handOver(
  db: Connection,
  record: OutboxRecord,
  sender: Pick<Sender, "sendRaw">,
  signal: AbortSignal | undefined,
): Promise<SendResult> {
  const { id, envelope, pending, fields, sha256 } = record;
  const raw = load(db, id, sha256);
  if (raw === undefined) return refused("outbox.damaged", "the bytes of the message are not what they were");
  const mail = { raw, envelope: { from: envelope.from, to: pending ?? envelope.to } };
  try {
    const result = await sender.sendRaw(mail, { ...fields, ...(signal === undefined ? {} : { signal }) });
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

// What never was a send is a definite no. A sender rejects with nothing else: of another error nobody knows when it came.
function refusal(record: OutboxRecord, error: unknown): SendResult {
  if (error instanceof SenderClosedError) return { ...refused(error.code, error.message), retryable: true };
  if (error instanceof MessageError) return refused(error.code, blot(error.message));
  return doubtOf(record, "send.client", "the sender broke off with an error of its own");
}

// Two brakes: one call a second for each action but the sending ones, and a bucket of recipients for sending.

import type { Account } from "../model/model.ts";
import { SesError } from "../protocol/errors.ts";

const SECOND = 1_000;

/** Refuses an action within a second of its last call; a refused call does not count as one. */
export function throttleAction(account: Account, action: string, now: number): void {
  const last = account.lastCalls.get(action);
  if (last !== undefined && now >= last && now - last < SECOND) throw new SesError("Throttling", "Rate exceeded");
  account.lastCalls.set(action, now);
}

/**
 * Takes recipients out of the bucket. It holds one second's worth and may go negative: at 1 recipient a second a
 * send to 5 passes, then sending fails for 5 seconds.
 */
export function takeSendRate(account: Account, recipients: number, now: number): void {
  const rate = account.limits.maxSendRate;
  if (rate < 0) return;
  const { bucket } = account;
  // In thousandths, that is rate times milliseconds: whole numbers add up without error.
  const capacity = Math.max(1, rate) * SECOND;
  const gained = Math.max(0, now - bucket.at) * rate;
  // A rate that was lowered since then leaves no more than the new capacity.
  bucket.thousandths = Math.min(capacity, bucket.thousandths + gained);
  bucket.at = now;
  if (rate === 0 || bucket.thousandths < SECOND) throw new SesError("Throttling", "Maximum sending rate exceeded.");
  bucket.thousandths -= recipients * SECOND;
}

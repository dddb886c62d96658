// The sending quota: recipients in a rolling 24 hours. Refused sends and simulator mail do not count.

import type { Account } from "../model/model.ts";
import { SesError } from "../protocol/errors.ts";

const DAY = 24 * 60 * 60 * 1_000;
const SECOND = 1_000;

/** What the service says when the day is used up. */
const DAILY_QUOTA_TEXT = "Daily message quota exceeded.";

/** Recipients sent to in the 24 hours before `now`. */
function sentLast24Hours(account: Account, now: number): number {
  dropOlder(account, now);
  return account.quota.reduce((sum, entry) => sum + entry.recipients, 0);
}

// What is reported where no rate is enforced: a number, since clients pace themselves by it.
const unenforcedRate = 1_000;

/** The quota as clients are told it; -1 means unlimited. */
export function quotaView(account: Account, now: number) {
  const { max24HourSend, maxSendRate } = account.limits;
  return {
    sentLast24Hours: sentLast24Hours(account, now),
    max24HourSend,
    maxSendRate: maxSendRate < 0 ? unenforcedRate : maxSendRate,
  };
}

/** Refuses when nothing of the quota is left. A send that is larger than the rest passes and overdraws it. */
export function checkQuota(account: Account, now: number): void {
  const { max24HourSend } = account.limits;
  if (max24HourSend < 0 || sentLast24Hours(account, now) < max24HourSend) return;
  throw quotaExceeded();
}

/** The answer when the quota of 24 hours is used up: the two APIs have different codes for it. */
export function quotaExceeded(): SesError {
  return new SesError("Throttling", DAILY_QUOTA_TEXT, {
    v2: { name: "LimitExceededException", status: 400 },
  });
}

/** Counts recipients that were accepted. */
export function countQuota(account: Account, recipients: number, now: number): void {
  if (recipients === 0) return;
  dropOlder(account, now);
  const last = account.quota.at(-1);
  if (last !== undefined && now >= last.at && now - last.at < SECOND) last.recipients += recipients;
  else account.quota.push({ at: now, recipients });
}

function dropOlder(account: Account, now: number): void {
  const kept = account.quota.findIndex((entry) => entry.at > now - DAY);
  account.quota.splice(0, kept < 0 ? account.quota.length : kept);
}

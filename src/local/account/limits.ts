// What an account may send and has sent: recipients in a rolling 24 hours, the rate of sending and of calls, and the
// statistics on a grid of 15 minutes.
import type { Account, StatisticsPoint } from "../model/account.ts";
import { quotaExceeded, rateExceeded, sendRateExceeded } from "../protocol/errors.ts";

const DAY = 24 * 60 * 60 * 1_000;

const SECOND = 1_000;

/** Recipients sent to in the 24 hours before `now`. */
function sentLast24Hours(account: Account, now: number): number {
  dropBefore(account.quota, now - DAY);
  return account.quota.reduce((sum, entry) => sum + entry.recipients, 0);
}

// What is reported where no rate is enforced: a number, since clients pace themselves by it.
const unenforcedRate = 1_000;

/** The quota as it is reported to clients; -1 means unlimited. */
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

/** Counts recipients that were accepted. */
export function countQuota(account: Account, recipients: number, now: number): void {
  if (recipients === 0) return;
  dropBefore(account.quota, now - DAY);
  const last = account.quota.at(-1);
  if (last !== undefined && now >= last.at && now - last.at < SECOND) last.recipients += recipients;
  else account.quota.push({ at: now, recipients });
}

/** Removes the entries of a list, oldest first, that are not of after `start`. */
function dropBefore(entries: { readonly at: number }[], start: number): void {
  const kept = entries.findIndex((entry) => entry.at > start);
  entries.splice(0, kept < 0 ? entries.length : kept);
}

/** Refuses an action within a second of its last call; a refused call does not count as one. */
export function throttleAction(account: Account, action: string, now: number): void {
  const last = account.lastCalls.get(action);
  if (last !== undefined && now >= last && now - last < SECOND) throw rateExceeded();
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
  if (rate === 0 || bucket.thousandths < SECOND) throw sendRateExceeded();
  bucket.thousandths -= recipients * SECOND;
}

const INTERVAL = 15 * 60 * 1_000;

const KEPT = 14 * 24 * 60 * 60 * 1_000;

/** What is counted. */
export type Count = Exclude<keyof StatisticsPoint, "at">;

/** Adds to a count of the quarter of an hour that `now` lies in. */
export function count(account: Account, what: Count, amount: number, now: number): void {
  if (amount === 0) return;
  pointAt(account, now)[what] += amount;
}

/** The points of the last 14 days, oldest first. */
export function statisticsOf(account: Account, now: number): readonly Readonly<StatisticsPoint>[] {
  dropBefore(account.statistics, now - KEPT);
  return account.statistics;
}

function pointAt(account: Account, now: number): StatisticsPoint {
  const at = Math.floor(now / INTERVAL) * INTERVAL;
  const found = account.statistics.findLast((point) => point.at === at);
  if (found !== undefined) return found;
  dropBefore(account.statistics, now - KEPT);
  const point: StatisticsPoint = { at, deliveryAttempts: 0, bounces: 0, complaints: 0, rejects: 0 };
  // Almost always the newest; a clock that was set back finds its place all the same.
  const after = account.statistics.findIndex((other) => other.at > at);
  account.statistics.splice(after < 0 ? account.statistics.length : after, 0, point);
  return point;
}

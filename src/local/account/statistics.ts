// Sending statistics: counts on a grid of 15 minutes, kept for 14 days; a quarter of an hour without mail has no point.
import type { Account, StatisticsPoint } from "../model/model.ts";

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
  dropOlder(account, now);
  return account.statistics;
}

function pointAt(account: Account, now: number): StatisticsPoint {
  const at = Math.floor(now / INTERVAL) * INTERVAL;
  const found = account.statistics.findLast((point) => point.at === at);
  if (found !== undefined) return found;
  dropOlder(account, now);
  const point: StatisticsPoint = { at, deliveryAttempts: 0, bounces: 0, complaints: 0, rejects: 0 };
  // Almost always the newest; a clock that was set back finds its place all the same.
  const after = account.statistics.findIndex((other) => other.at > at);
  account.statistics.splice(after < 0 ? account.statistics.length : after, 0, point);
  return point;
}

function dropOlder(account: Account, now: number): void {
  const kept = account.statistics.findIndex((point) => point.at > now - KEPT);
  account.statistics.splice(0, kept < 0 ? account.statistics.length : kept);
}

// How far a queue or a campaign is: counts as they stand in Redis, and what follows from them.
import type { Redis } from "ioredis";
import { script } from "./connection.ts";
import type { QueueKeys } from "./keys.ts";
import { COUNTING } from "./progress-scripts.ts";

/** How far a queue, or a campaign in it, is. */
export interface QueueProgress {
  /** Absent for the whole queue. */
  readonly campaign?: string;
  /** Messages that were enqueued. */
  readonly messages: number;
  readonly sent: number;
  readonly failed: number;
  readonly unknown: number;
  readonly partial: number;
  /** Messages without an outcome: waiting, delayed or on their way. */
  readonly queued: number;
  /** Recipients of all messages, and of those without an outcome. */
  readonly recipients: number;
  readonly recipientsLeft: number;
  /** Recipients per second, over about the last ten seconds. */
  readonly rate: number;
  /** Milliseconds until nothing is queued, at this rate; absent when nothing moves. */
  readonly timeLeft?: number;
}

// As in the scripts.
const FORGETS_SECONDS = 10;

/** Counts of Redis, as text by name. */
export type RawCounts = Readonly<Record<string, string | undefined>>;

/**
 * What counts come to.
 *
 * @param now seconds since 1970, by the clock of Redis
 */
export function progressOf(counts: RawCounts, now: number, campaign?: string): QueueProgress {
  const number = (name: string) => Number(counts[name] ?? 0);
  const [messages, sent, failed] = [number("messages"), number("sent"), number("failed")];
  const [unknown, partial, recipients] = [number("unknown"), number("partial"), number("recipients")];
  const queued = Math.max(0, messages - sent - failed - unknown - partial);
  const recipientsLeft = queued === 0 ? 0 : Math.max(0, recipients - number("settled"));
  const rate = rateOf(counts, now);
  const timeLeft = recipientsLeft === 0 ? 0 : (recipientsLeft / rate) * 1_000;
  return {
    ...(campaign === undefined ? {} : { campaign }),
    ...{ messages, sent, failed, unknown, partial, queued, recipients, recipientsLeft, rate },
    ...(Number.isFinite(timeLeft) ? { timeLeft } : {}),
  };
}

const LEAST_RATE = 0.05;

function rateOf({ weight, at, first }: RawCounts, now: number): number {
  if (weight === undefined || at === undefined || first === undefined) return 0;
  const left = Number(weight) * Math.exp((Number(at) - now) / FORGETS_SECONDS);
  // The first second has no past to be divided by.
  const seconds = Math.max(1, now - Number(first));
  const rate = left / (FORGETS_SECONDS * (1 - Math.exp(-seconds / FORGETS_SECONDS)));
  return rate < LEAST_RATE ? 0 : rate;
}

/** Reads the progress of the queue, or of a campaign. */
export async function readProgress(client: Redis, keys: QueueKeys, campaign?: string): Promise<QueueProgress> {
  const key = campaign === undefined ? keys.totals : keys.campaign(campaign);
  const [counts, [seconds, micros]] = await Promise.all([client.hgetall(key), client.time()]);
  return progressOf(counts, Number(seconds) + Number(micros) / 1_000_000, campaign);
}

// ARGV: recipients of each job, then the campaign. KEYS from 6 on: the jobs. A place for the campaign's key is always
// there; where there is no campaign it holds the queue's own, and is not counted twice.
const ENTER = script(`
local plain = ARGV[#ARGV] == ''
local keep = KEYS[5]
if plain then KEYS[5] = nil end
${COUNTING}
local found = {}
for at = 6, #KEYS do
  local job = KEYS[at]
  found[#found + 1] = redis.call('EXISTS', job)
  if found[#found] == 1 then enter(job, ARGV[at - 5]) end
end
return found
`);

/** A job that was enqueued. */
export interface Entered {
  readonly id: string;
  readonly recipients: number;
  readonly campaign: string | undefined;
}

/** Counts jobs as enqueued: each once, however often it is told. What has its outcome already was counted with it. */
export async function enter(client: Redis, keys: QueueKeys, jobs: readonly Entered[]): Promise<void> {
  const byCampaign = new Map<string, Entered[]>();
  for (const job of jobs) {
    const { campaign = "" } = job;
    const own = byCampaign.get(campaign);
    if (own === undefined) byCampaign.set(campaign, [job]);
    else own.push(job);
  }
  for (const [campaign, own] of byCampaign) {
    const scope = campaign === "" ? keys.totals : keys.campaign(campaign);
    const names = own.map(({ id }) => keys.job(id));
    const numbers = own.map(({ recipients }) => recipients);
    await ENTER(
      client,
      [keys.totals, keys.totals, keys.totals, keys.campaigns, scope, ...names],
      [...numbers, campaign],
    );
  }
}

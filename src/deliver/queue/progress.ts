// How far a queue or a campaign is. Messages are counted in Lua, each once when it is enqueued and once when it has an
// outcome, in the same step in which that is written, so that counts are right whoever dies when.
import type { Redis } from "ioredis";
import { script } from "./connection.ts";
import type { QueueKeys } from "./keys.ts";

/**
 * Functions over KEYS[3] (the whole queue), KEYS[4] (campaigns) and KEYS[5] (one campaign, or absent).
 *
 * The rate is an average that forgets: what went t seconds ago weighs exp(-t / 10), divided by the weight of the time
 * since the first one, so that it is right from the start.
 */
export const COUNTING = `
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local FORGETS = 10
local KEPT = 2592000

local function scopes()
  if not KEYS[5] then return { KEYS[3] } end
  redis.call('ZADD', KEYS[4], now, ARGV[#ARGV])
  redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', now - KEPT)
  redis.call('EXPIRE', KEYS[5], KEPT)
  return { KEYS[3], KEYS[5] }
end

-- Counts a job as enqueued, once; false when it was counted before.
local function enter(job, recipients)
  if redis.call('HSETNX', job, 'mw:counted', 1) == 0 then return false end
  for _, scope in ipairs(scopes()) do
    redis.call('HINCRBY', scope, 'messages', 1)
    redis.call('HINCRBY', scope, 'recipients', recipients)
  end
  return true
end

local function settle(status, recipients)
  for _, scope in ipairs(scopes()) do
    redis.call('HINCRBY', scope, status, 1)
    redis.call('HINCRBY', scope, 'settled', recipients)
    local flow = redis.call('HMGET', scope, 'weight', 'at')
    local before = tonumber(flow[1] or 0) * math.exp((tonumber(flow[2] or now) - now) / FORGETS)
    redis.call('HSETNX', scope, 'first', string.format('%.3f', now))
    redis.call('HSET', scope, 'weight', string.format('%.6f', before + recipients), 'at', string.format('%.3f', now))
  end
end

local function move(from, to)
  for _, scope in ipairs(scopes()) do
    redis.call('HINCRBY', scope, from, -1)
    redis.call('HINCRBY', scope, to, 1)
  end
end
`;

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

/** Counts jobs as enqueued: each once, however often it is reported. What has its outcome already was counted with it. */
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

/** What is watched, and how often. */
export interface WatchOptions {
  /** The whole queue when absent. */
  readonly campaign?: string;
  /** Milliseconds between two looks. 1,000 when absent. */
  readonly every?: number;
}

/** Looks until the returned function is called. A look that fails is made again. */
export function watchProgress(
  look: () => Promise<QueueProgress>,
  listener: (progress: QueueProgress) => void,
  every = 1_000,
): () => void {
  let last = "";
  let isOver = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const step = async () => {
    const progress = await look().catch(() => undefined);
    if (isOver) return;
    timer = setTimeout(step, every);
    const text = JSON.stringify(progress);
    if (progress === undefined || text === last) return;
    last = text;
    listener(progress);
  };
  void step();
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}

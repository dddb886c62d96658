// A queue as a whole: what BullMQ counts, the campaigns, and what a crash of Redis would cost.
import type { Queue } from "bullmq";
import type { Redis } from "ioredis";
import { type QueueHold, readHolds } from "./holds.ts";
import type { QueueKeys } from "./keys.ts";
import { type QueueProgress, readProgress } from "./progress.ts";

/**
 * What Redis keeps through its own crash: `always` everything it confirmed; `everysec` all but the last second,
 * so that what was sent in it may be sent again; `no` whatever the system had written; `none` nothing. `unknown` where
 * Redis does not tell.
 */
export type Durability = "always" | "everysec" | "no" | "none" | "unknown";

/** The state of a queue. */
export interface QueueStatus {
  readonly progress: QueueProgress;
  /** Campaigns of the last 30 days, the latest first; 100 at most. */
  readonly campaigns: readonly string[];
  readonly paused: boolean;
  /** What holds up the workers: refusals that every message would get. Empty when all go out. */
  readonly held: readonly QueueHold[];
  /** Messages without an outcome, by where their jobs are. */
  readonly jobs: { readonly waiting: number; readonly active: number; readonly delayed: number };
  /** Workers that are connected. */
  readonly workers: number;
  readonly durability: Durability;
  /** What Redis does when its memory is full, `unknown` where it does not tell. Only `noeviction` loses nothing. */
  readonly eviction: string;
}

const CAMPAIGNS = 100;
const PENDING = ["waiting", "prioritized", "active", "delayed"] as const;

/** Whether BullMQ has no job without an end: then nothing more happens, whatever the counts say. */
export async function isEmpty(queue: Queue): Promise<boolean> {
  const counts = Object.values(await queue.getJobCounts(...PENDING));
  return counts.every((count) => count === 0);
}

/** Of which queue the status is. */
export interface QueueFrame {
  readonly queue: Queue;
  readonly client: Redis;
  readonly keys: QueueKeys;
  readonly settings: { readonly prefix: string };
}

/** Reads the status of a queue. */
export async function readStatus({ queue, client, keys, settings: { prefix } }: QueueFrame): Promise<QueueStatus> {
  const [progress, campaigns, paused, counts, workers, config, held] = await Promise.all([
    readProgress(client, keys),
    client.zrevrange(keys.campaigns, 0, CAMPAIGNS - 1),
    queue.isPaused(),
    queue.getJobCounts(...PENDING),
    queue.getWorkersCount().catch(() => 0),
    readConfig(client),
    readHolds(client, keys, prefix),
  ]);
  const { waiting = 0, prioritized = 0, active = 0, delayed = 0 } = counts;
  const jobs = { waiting: waiting + prioritized, active, delayed };
  const eviction = config.get("maxmemory-policy") ?? "unknown";
  return { progress, campaigns, paused, held, jobs, workers, durability: durabilityOf(config), eviction };
}

// Hosts of Redis often refuse CONFIG; what is not reported is absent.
async function readConfig(client: Redis): Promise<ReadonlyMap<string, string>> {
  const values = new Map<string, string>();
  for (const pattern of ["append*", "maxmemory-policy"]) {
    const pairs: unknown = await client.config("GET", pattern).catch(() => undefined);
    if (!Array.isArray(pairs)) continue;
    for (let at = 0; at + 1 < pairs.length; at += 2) values.set(String(pairs[at]), String(pairs[at + 1]));
  }
  return values;
}

function durabilityOf(settings: ReadonlyMap<string, string>): Durability {
  if (settings.get("appendonly") === "no") return "none";
  const sync = settings.get("appendfsync");
  return sync === "always" || sync === "everysec" || sync === "no" ? sync : "unknown";
}

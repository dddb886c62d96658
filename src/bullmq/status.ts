// A queue as a whole: what BullMQ counts, the campaigns, and what a crash of Redis would cost.
import type { Queue } from "bullmq";
import type { Redis } from "ioredis";
import type { QueueKeys } from "./keys.ts";
import { type QueueProgress, readProgress } from "./progress.ts";

/**
 * What Redis keeps through a crash of its own: `always` everything it confirmed; `everysec` all but the last second,
 * so that what was sent in it may be sent again; `no` whatever the system had written; `none` nothing. `unknown` where
 * Redis does not tell.
 */
export type Durability = "always" | "everysec" | "no" | "none" | "unknown";

/** How a queue stands. */
export interface QueueStatus {
  readonly progress: QueueProgress;
  /** Campaigns of the last 30 days, the latest first; 100 at most. */
  readonly campaigns: readonly string[];
  readonly paused: boolean;
  /** Messages without an outcome, by where their jobs are. */
  readonly jobs: { readonly waiting: number; readonly active: number; readonly delayed: number };
  /** Workers that are connected. */
  readonly workers: number;
  readonly durability: Durability;
}

const CAMPAIGNS = 100;

/** Reads the status of a queue. */
export async function readStatus(queue: Queue, client: Redis, keys: QueueKeys): Promise<QueueStatus> {
  const [progress, campaigns, paused, counts, workers, durability] = await Promise.all([
    readProgress(client, keys),
    client.zrevrange(keys.campaigns, 0, CAMPAIGNS - 1),
    queue.isPaused(),
    queue.getJobCounts("waiting", "prioritized", "active", "delayed"),
    queue.getWorkersCount().catch(() => 0),
    durabilityOf(client),
  ]);
  const { waiting = 0, prioritized = 0, active = 0, delayed = 0 } = counts;
  const jobs = { waiting: waiting + prioritized, active, delayed };
  return { progress, campaigns, paused, jobs, workers, durability };
}

// Hosts of Redis often refuse CONFIG.
async function durabilityOf(client: Redis): Promise<Durability> {
  const told = await client.config("GET", "append*").catch(() => undefined);
  if (!Array.isArray(told)) return "unknown";
  const values = new Map<unknown, unknown>();
  for (let at = 0; at + 1 < told.length; at += 2) values.set(told[at], told[at + 1]);
  if (values.get("appendonly") === "no") return "none";
  const sync = values.get("appendfsync");
  return sync === "always" || sync === "everysec" || sync === "no" ? sync : "unknown";
}

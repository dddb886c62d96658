// A key whose job failed for a reason that was the account's: enqueued again, the same job runs again.
import type { Queue } from "bullmq";
import type { Redis } from "ioredis";
import type { SendResult } from "../deliver/core/result.ts";
import { scopeOf } from "../deliver/ses/refusals.ts";
import { script } from "./connection.ts";
import type { QueueKeys } from "./keys.ts";
import { parseResult } from "./ledger.ts";
import { COUNTING } from "./progress-scripts.ts";

// The outcome goes, and is counted no more. ARGV: the outcome, recipients, campaign.
const FORGET = script(`${COUNTING}
if redis.call('HGET', KEYS[1], 'mw:status') ~= 'failed' then return 0 end
if redis.call('HGET', KEYS[1], 'mw:result') ~= ARGV[1] then return 0 end
redis.call('HDEL', KEYS[1], 'mw:status', 'mw:result', 'mw:attempt', 'mw:doubt', 'mw:runs', 'mw:tries')
for _, scope in ipairs(scopes()) do
  redis.call('HINCRBY', scope, 'failed', -1)
  redis.call('HINCRBY', scope, 'settled', -ARGV[2])
end
return 1
`);

/** A job that may run again. */
export interface Failed {
  readonly id: string;
  readonly recipients: number;
  readonly campaign: string | undefined;
}

/** @returns whether the job failed for a reason of the account, and waits again now */
export async function revive(queue: Queue, client: Redis, keys: QueueKeys, failed: Failed): Promise<boolean> {
  const { id, recipients, campaign } = failed;
  const text = await client.hget(keys.job(id), "mw:result");
  if (typeof text === "string" && !isOfAccount(parseResult(text))) return false;
  const job = await queue.getJob(id);
  if (job === undefined || !(await job.isFailed())) return false;
  if (typeof text === "string") {
    const scope = campaign === undefined ? [] : [keys.campaign(campaign)];
    const names = [keys.job(id), keys.lock(id), keys.totals, keys.campaigns, ...scope];
    if ((await FORGET(client, names, [text, recipients, campaign ?? ""])) !== 1) return false;
  }
  await job.retry("failed");
  return true;
}

function isOfAccount(result: SendResult): boolean {
  const all = result.groups?.map((group) => group.result) ?? [result];
  return all.every((one) => one.status === "failed") && all.some((one) => one.status === "failed" && scopeOf(one));
}

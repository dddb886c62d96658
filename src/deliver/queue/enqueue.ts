// How messages come into Redis: all at once, again after an error because the same ids add nothing twice, and reported to be
// there when Redis has said so. A key whose job failed for a reason of the account runs again.
import type { Queue } from "bullmq";
import type { Redis } from "ioredis";
import type { SendResult } from "../core/result.ts";
import { type Confirmations, QueueError, script } from "./connection.ts";
import { storeBlobs } from "./contents.ts";
import { type Encoded, encodeJob } from "./encode-job.ts";
import { digestOf, type JobData, type SentJobData } from "./job.ts";
import { idOfKey, type QueueKeys } from "./keys.ts";
import { parseResult } from "./ledger.ts";
import { COUNTING, enter } from "./progress.ts";
import { type QueueItem, type QueueSettings, readEnqueueOptions } from "./queue-options.ts";

/** A message that Redis has. */
export interface Enqueued {
  readonly id: string;
  /**
   * False when the key was used before, for the same message: nothing was added. True again for a message that failed
   * for a reason of the account (see `scope` of its result): the same job runs again.
   */
  readonly added: boolean;
}

/** What became of one item of `enqueueAll`; `index` is its place, from 0. */
export type EnqueueResult =
  | ({ readonly index: number } & Enqueued)
  /** Refused: nothing was enqueued. A MessageError, a QueueError, or an error about an option. */
  | { readonly index: number; readonly error: Error };

/** A message ready to be added. */
export interface Ready {
  readonly index: number;
  readonly id: string;
  readonly isKeyed: boolean;
  /** As it will be in the job; of keyed ones without the seed that differs each time. */
  readonly encoded: Encoded;
  readonly priority: number;
  readonly delay: number;
}

/** Where messages go. */
export interface QueueIntake {
  readonly settings: QueueSettings;
  readonly client: Redis;
  readonly queue: Queue;
  readonly keys: QueueKeys;
  readonly confirmed: Confirmations;
}

/** @throws MessageError for a message that could not be sent; OptionError for options that cannot be used */
export async function makeReady(
  { message, ...options }: QueueItem,
  index: number,
  settings: QueueSettings,
): Promise<Ready> {
  const { key, campaign, priority, delay, fields } = readEnqueueOptions(options);
  const encoded = await encodeJob(message, { fields, campaign }, settings);
  const id = key === undefined ? crypto.randomUUID() : idOfKey(key);
  return { index, id, isKeyed: key !== undefined, encoded, priority, delay };
}

/** Adds messages; again after an error, because the same ids add nothing twice. */
export async function addAll(ready: readonly Ready[], intake: QueueIntake): Promise<readonly EnqueueResult[]> {
  if (ready.length === 0) return [];
  const { confirmed, client, queue, keys, settings } = intake;
  const seeds = ready.map(({ isKeyed }) => (isKeyed ? crypto.randomUUID() : undefined));
  const jobs = ready.map(({ id, encoded, priority, delay }, at) => {
    const seed = seeds[at];
    const data = seed === undefined ? encoded.data : { ...encoded.data, s: seed };
    return { name: "mail", data, opts: { jobId: id, priority, delay } };
  });
  const blobs = new Map(ready.flatMap(({ encoded }) => [...encoded.blobs]));
  await confirmed.wait(() =>
    again(confirmed, async () => {
      await storeBlobs(client, keys, blobs, settings.attachmentSeconds);
      await queue.addBulk(jobs);
      const entered = ready.map(({ id, encoded: { data } }) => ({ id, recipients: data.n, campaign: data.c }));
      await enter(client, keys, entered);
    }),
  );
  return Promise.all(ready.map((one, at) => addedOr(one, seeds[at], intake)));
}

// Of a key that was used before, the first message is in the job: with another seed.
async function addedOr(
  { index, id, encoded }: Ready,
  seed: string | undefined,
  intake: QueueIntake,
): Promise<EnqueueResult> {
  const { confirmed, client, queue, keys } = intake;
  if (seed === undefined) return { index, id, added: true };
  const storedData = await confirmed.wait(() => client.hget(keys.job(id), "data"));
  // Already sent, and not kept.
  if (storedData === null) return { index, id, added: true };
  if (storedData === JSON.stringify({ ...encoded.data, s: seed })) return { index, id, added: true };
  if (digestOfStored(storedData) === digestOf(encoded.data)) {
    const failed = { id, recipients: encoded.data.n, campaign: encoded.data.c };
    const added = await confirmed.wait(() => revive(queue, client, keys, failed));
    return { index, id, added };
  }
  return { index, error: new QueueError("queue.key", "the key was used before, for another message") };
}

function digestOfStored(text: string): string {
  const stored: JobData & SentJobData = JSON.parse(text);
  return stored.h ?? digestOf(stored);
}

const AGAIN_AFTER_MS = 200;
const TIMES = 5;

async function again(confirmations: Confirmations, work: () => Promise<void>): Promise<void> {
  for (let time = 1; ; time++) {
    try {
      return await work();
    } catch (error) {
      if (time === TIMES || confirmations.isOver) throw error;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS * time));
    }
  }
}

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
interface Revivable {
  readonly id: string;
  readonly recipients: number;
  readonly campaign: string | undefined;
}

/** @returns whether the job failed for a reason of the account, and waits again now */
async function revive(queue: Queue, client: Redis, keys: QueueKeys, failed: Revivable): Promise<boolean> {
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
  return (
    all.every((one) => one.status === "failed") && all.some((one) => one.status === "failed" && one.scope !== undefined)
  );
}

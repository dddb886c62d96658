import { Redis } from "ioredis";
import type { SendResult } from "mimewright/ses";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { digestOf, type JobData } from "../../src/deliver/queue/job.ts";
import { queueKeys } from "../../src/deliver/queue/keys.ts";
import { type Holder, RedisLedger } from "../../src/deliver/queue/ledger.ts";
import { enter, readProgress } from "../../src/deliver/queue/progress.ts";
import { type RedisServer, startRedis } from "./redis-server.ts";

let redis: RedisServer;
let client: Redis;
const keys = queueKeys("bull", "mail");

beforeAll(async () => {
  redis = await startRedis();
  client = new Redis(redis.url);
});
afterAll(async () => {
  client.disconnect();
  await redis.close();
});
beforeEach(async () => {
  await client.flushall();
  await client.hset(keys.job("1"), "name", "mail");
  await hold("first");
});

/** The lock of the job is that of this worker from now on. */
const hold = (lock: string) => client.set(keys.lock("1"), lock);
const holder = (name: string): Holder => ({ id: "1", lock: name, attempt: `${name}-0` });
const kept = { onAmbiguous: "report", holds: "bull:holds", account: "a", lease: 1_000 } as const;
const ledger = () => new RedisLedger(client, keys, kept);
const sent: SendResult = { status: "sent", messageId: "id", attempts: 1 };
const doubtful: SendResult = { status: "unknown", attempts: 1, cause: { code: "c", message: "m" }, sha256: "" };
const data: JobData = { v: 1, m: { to: "bob@example.com" }, n: 3, c: "spring", s: "seed" };
const outcome = (result: SendResult) => ({ result, data });
const [first, second] = [holder("first"), holder("second")];

describe("a mark", () => {
  it("is set once, and told again to who set it", async () => {
    expect(await ledger().begin(first, "set:s")).toBe("go");
    expect(await ledger().begin(first, "set:s")).toBe("go");
    expect(await ledger().look("1")).toEqual({ marked: "first-0", tries: 0 });
  });

  it("of somebody who is gone is a doubt, and stays", async () => {
    await ledger().begin(first, "set:s");
    await hold("second");
    expect(await ledger().begin(second, "set:s")).toBe("doubt");
    expect(await ledger().look("1")).toEqual({ marked: "first-0", tries: 0 });
  });

  it("of somebody who is gone is taken over at least once", async () => {
    await ledger().begin(first, "set:s");
    await hold("second");
    expect(await new RedisLedger(client, keys, { ...kept, onAmbiguous: "retry" }).begin(second, "set:s")).toBe("go");
    expect(await ledger().look("1")).toEqual({ marked: "second-0", tries: 0 });
  });

  it("is for the holder of the lock alone, and for a job that is there", async () => {
    await hold("second");
    expect(await ledger().begin(first, "set:s")).toBe("lost");
    await client.del(keys.lock("1"));
    expect(await ledger().begin(first, "set:s")).toBe("lost");
    await client.del(keys.job("1"));
    expect(await ledger().begin(first, "set:s")).toBe("gone");
  });

  it("is not set where there is an outcome", async () => {
    await ledger().begin(first, "set:s");
    await ledger().settle(first, "marked", outcome(sent));
    expect(await ledger().begin(first, "set:s")).toBe("done");
  });

  it("goes when it is certain that nothing was taken; runs are counted", async () => {
    await ledger().begin(first, "set:s");
    expect(await ledger().back(first, "free")).toBe(0);
    expect(await ledger().look("1")).toEqual({ tries: 0 });
    expect(await ledger().back(first, "counts")).toBe(1);
    expect(await ledger().back(first, "counts")).toBe(2);
  });
});

describe("a try", () => {
  it("is counted, and makes no job that is gone", async () => {
    for (let time = 0; time < 2; time++) await ledger().tried("1");
    expect(await ledger().look("1")).toEqual({ tries: 2 });
    await ledger().ready("1");
    expect(await ledger().look("1")).toEqual({ tries: 0 });
    await client.del(keys.job("1"));
    await ledger().tried("1");
    expect(await client.exists(keys.job("1"))).toBe(0);
  });
});

describe("an outcome", () => {
  it("is recorded and counted once, however often it is told", async () => {
    await ledger().begin(first, "set:s");
    for (let time = 0; time < 3; time++) {
      expect(await ledger().settle(first, "marked", outcome(sent))).toBe("done");
    }
    expect(await ledger().look("1")).toEqual({ result: sent, marked: "first-0", tries: 0 });
    for (const campaign of [undefined, "spring"]) {
      const progress = await readProgress(client, keys, campaign);
      expect(progress).toMatchObject({ messages: 1, sent: 1, queued: 0, recipients: 3, recipientsLeft: 0 });
    }
    expect(await client.zrange(keys.campaigns, 0, -1)).toEqual(["spring"]);
  });

  it("takes addresses and bodies out of the job when the message is sent, and not before", async () => {
    const stored = async () => JSON.parse((await client.hget(keys.job("1"), "data")) ?? "");
    await client.hset(keys.job("1"), "data", JSON.stringify(data));
    await ledger().begin(first, "set:s");
    await hold("second");
    await ledger().settle(second, "doubt", outcome(doubtful));
    expect(await stored()).toEqual(data);
    await ledger().settle(first, "marked", outcome(sent));
    expect(await stored()).toEqual({ v: 1, n: 3, c: "spring", h: digestOf(data) });
  });

  it("is counted whether the message was counted before or after it", async () => {
    const entered = [{ id: "1", recipients: 3, campaign: "spring" }];
    await enter(client, keys, entered);
    await enter(client, keys, entered);
    expect(await readProgress(client, keys)).toMatchObject({ messages: 1, queued: 1, recipientsLeft: 3 });
    await ledger().settle(first, "unmarked", outcome(sent));
    await enter(client, keys, entered);
    expect(await readProgress(client, keys, "spring")).toMatchObject({ messages: 1, sent: 1, queued: 0 });
  });

  it("of who lost the mark or the lock does not count", async () => {
    expect(await ledger().settle(first, "marked", outcome(sent))).toBe("superseded");
    await hold("second");
    expect(await ledger().settle(first, "unmarked", outcome(sent))).toBe("superseded");
    expect(await ledger().settle(second, "doubt", outcome(doubtful))).toBe("superseded");
    expect(await ledger().look("1")).toEqual({ tries: 0 });
    await client.del(keys.job("1"));
    expect(await ledger().settle(second, "unmarked", outcome(sent))).toBe("gone");
  });

  it("that somebody had to call unknown is corrected by who knows, once, and by nobody else", async () => {
    await ledger().begin(first, "set:s");
    await hold("second");
    expect(await ledger().settle(second, "doubt", outcome(doubtful))).toBe("done");
    expect(await readProgress(client, keys, "spring")).toMatchObject({ unknown: 1, sent: 0 });
    expect(await ledger().settle(second, "marked", outcome(sent))).toBe("superseded");
    expect(await ledger().back(first, "counts")).toBeUndefined();
    expect(await ledger().settle(first, "marked", outcome(sent))).toBe("corrected");
    expect(await ledger().settle(first, "marked", outcome(sent))).toBe("done");
    expect(await ledger().look("1")).toMatchObject({ result: sent });
    for (const campaign of [undefined, "spring"]) {
      expect(await readProgress(client, keys, campaign)).toMatchObject({ unknown: 0, sent: 1, messages: 1 });
    }
  });

  it("that is unknown for a reason of its own is not corrected", async () => {
    await ledger().begin(first, "set:s");
    await ledger().settle(first, "marked", outcome(doubtful));
    expect(await ledger().settle(first, "marked", outcome(sent))).toBe("superseded");
  });
});

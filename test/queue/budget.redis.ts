import { setMaxListeners } from "node:events";
import { Redis } from "ioredis";
import type { QuotaState } from "mimewright/ses";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/deliver/core/clock.ts";
import { Budget, type QueueRate } from "../../src/deliver/queue/budget.ts";
import { type RedisServer, startRedis } from "./redis-server.ts";

let redis: RedisServer;
let client: Redis;
let closing: (() => void)[] = [];
const never = new AbortController().signal;
// Ninety wait at once under this one signal.
setMaxListeners(0, never);

beforeAll(async () => {
  redis = await startRedis();
  client = new Redis(redis.url);
});
afterAll(async () => {
  client.disconnect();
  await redis.close();
});
beforeEach(() => client.flushall());
afterEach(() => {
  for (const close of closing) close();
  closing = [];
});

/** A budget as one worker has it, and how often it asked the service. */
async function open(
  rate: QueueRate | undefined,
  reserve?: number,
  answer: () => QuotaState | Promise<QuotaState> = () => ({}),
) {
  const own = new Redis(redis.url);
  const asked = { times: 0 };
  const budget = new Budget({
    ...{ client: own, clock: systemClock, prefix: "b", rate, reserve },
    askService: async () => {
      asked.times++;
      return answer();
    },
  });
  closing.push(() => {
    budget.close();
    own.disconnect();
  });
  return { budget, asked };
}

const state = async (name: string) => Number(await client.hget("b:budget", name));
const nowOfRedis = async () => {
  const [seconds, micros] = await client.time();
  return Number(seconds) * 1_000 + Number(micros) / 1_000;
};

describe("the rate", () => {
  it("is one for all workers: in no stretch of time more than it allows, and one message", async () => {
    const workers = await Promise.all([open(300), open(300), open(300)]);
    const gone: { at: number; recipients: number }[] = [];
    const sizes = Array.from({ length: 90 }, (_, index) => 1 + ((index * 7) % 20));
    await Promise.all(
      sizes.map(async (recipients, index) => {
        await workers[index % 3]?.budget.take(recipients, never);
        gone.push({ at: performance.now(), recipients });
      }),
    );
    gone.sort((a, b) => a.at - b.at);
    for (const [index, first] of gone.entries()) {
      let sum = 0;
      for (const { at, recipients } of gone.slice(index)) {
        sum += recipients;
        // Nobody speaks for more than 200 ms ahead, and a late timer makes up for no more than that.
        expect(sum).toBeLessThanOrEqual(300 * ((at - first.at) / 1_000 + 0.2) + 40);
      }
    }
  });

  it("is spoken for by exactly what was let through", async () => {
    const { budget } = await open(1_000);
    await budget.take(1, never);
    const start = await state("next");
    for (const size of [50, 1, 20]) await budget.take(size, never);
    expect((await state("next")) - start).toBeGreaterThanOrEqual((71 / 970) * 1_000 - 1);
    expect(await state("total")).toBe(72);
  });

  it("is halved once for all refusals of a second, comes back, and a new one does not undo that", async () => {
    const { budget } = await open(1_000);
    await budget.take(1, never);
    expect(await budget.halve()).toBe(true);
    expect(await budget.halve()).toBe(false);
    expect(await state("allowed")).toBeCloseTo(500, -1);
    expect(budget.state.rate).toBeCloseTo(500, -1);
    const other = await open(900);
    while ((await state("rate")) !== 900) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await state("allowed")).toBeLessThan(900);
    expect(other.budget.limited).toBe(true);
    // Four seconds later it is back: the clock of the budget is put back, nobody waits.
    await client.hset("b:budget", "at", (await nowOfRedis()) - 4_000);
    await budget.take(1, never);
    expect(await state("allowed")).toBe(900);
  });

  it("is none without a number, and costs Redis nothing", async () => {
    const { budget } = await open(undefined);
    expect(await budget.take(1_000_000, never)).toEqual({ kind: "go" });
    expect(await budget.take(1, AbortSignal.abort())).toEqual({ kind: "aborted" });
    expect(budget.limited).toBe(false);
    expect(await client.dbsize()).toBe(0);
  });
});

describe("the service", () => {
  it("is asked by one worker for all, and its numbers are everybody's", async () => {
    const answer = () => ({ maxRate: 500, max24Hour: 50_000, used: 100 });
    const workers = await Promise.all([open("quota", undefined, answer), open("quota", undefined, answer)]);
    await Promise.all(workers.map(({ budget }) => budget.take(2, never)));
    expect(workers.reduce((sum, { asked }) => sum + asked.times, 0)).toBe(1);
    expect(await client.hmget("b:budget", "rate", "max", "used")).toEqual(["500", "50000", "104"]);
  });

  it("that tells nothing leaves the rate that every account has", async () => {
    const { budget } = await open("quota");
    await budget.take(1, never);
    expect(await state("rate")).toBe(1);
  });

  it("that lifts its limits lifts ours", async () => {
    const infinite = Number.POSITIVE_INFINITY;
    const { budget } = await open("quota", undefined, () => ({ maxRate: infinite, max24Hour: infinite, used: 7 }));
    for (let count = 0; count < 100; count++) await budget.take(50, never);
    expect(await client.hexists("b:budget", "max")).toBe(0);
  });
});

describe("the day", () => {
  it("ends at the reserve, in recipients, counted on from what the service says", async () => {
    const answer = () => ({ maxRate: 10_000, max24Hour: 200, used: 100 });
    const { budget } = await open("quota", 10, answer);
    expect(await budget.take(50, never)).toMatchObject({ kind: "go" });
    expect(await budget.take(41, never)).toMatchObject({ kind: "day" });
    expect(await budget.take(40, never)).toMatchObject({ kind: "go" });
    expect(await budget.take(1, never)).toMatchObject({ kind: "day" });
  });

  it("counts what went out while the service was asked", async () => {
    const { budget } = await open("quota", 0, async () => {
      // Somebody else's five, after the service counted.
      await client.hincrby("b:budget", "total", 5);
      return { maxRate: 10_000, max24Hour: 1_000, used: 300 };
    });
    await budget.take(1, never);
    expect(await state("used")).toBe(306);
  });

  it("is not kept by numbers that are older than an hour", async () => {
    const { budget } = await open("quota", 0, () => ({ maxRate: 10_000, max24Hour: 10, used: 10 }));
    expect(await budget.take(1, never)).toMatchObject({ kind: "day" });
    await client.hset("b:budget", "known", (await nowOfRedis()) - 3_600_001);
    expect(await budget.take(1, never)).toMatchObject({ kind: "go" });
  });

  it("that the service ended is a rest for all workers", async () => {
    const [one, other] = await Promise.all([open(10_000), open(10_000)]);
    await one?.budget.take(1, never);
    await one?.budget.rest(60_000);
    const passage = await other?.budget.take(1, never);
    expect(passage).toMatchObject({ kind: "day" });
    expect(passage?.kind === "day" && passage.in > 50_000).toBe(true);
  });
});

// How many recipients a service sees in any one second, at the moment of writing, while the disk of Redis pauses.
import { Redis } from "ioredis";
import { sesV1 } from "mimewright";
import { mailQueue, mailWorker } from "mimewright/bullmq";
import type { MailTransport } from "mimewright/ses";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type RedisServer, startRedis } from "./redis-server.ts";

const RATE = 80;
const SECONDS = Number(process.env.MIMEWRIGHT_PEAK_SECONDS ?? 3);

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.close());

/** The most in any stretch of one second. */
function peakOf(times: readonly number[]): number {
  let peak = 0;
  let from = 0;
  for (const [index, at] of times.entries()) {
    while ((times[from] ?? at) <= at - 1_000) from++;
    peak = Math.max(peak, index - from + 1);
  }
  return peak;
}

it("is the rate and a little at most, though many messages waited for their mark together", async () => {
  const written: number[] = [];
  const transport: MailTransport = {
    ...{ name: "recorder", limits: sesV1, fields: new Set() },
    async send(_call, { beforeFirstByte }) {
      await beforeFirstByte();
      written.push(performance.now());
      await new Promise((resolve) => setTimeout(resolve, 20));
      return { kind: "sent", messageId: "1" };
    },
  };
  const queue = await mailQueue({ connection: redis.url });
  const letter = { from: "ann@example.com", to: "bob@example.com", text: "Hello.\n" };
  const items = Array.from({ length: RATE * SECONDS }, () => ({ message: letter }));
  for await (const result of queue.enqueueAll(items)) if ("error" in result) throw result.error;
  const workers = await Promise.all(
    [1, 2].map(() => mailWorker({ connection: redis.url, transport, rate: RATE, concurrency: 64 })),
  );
  const client = new Redis(redis.url);
  const pauses = setInterval(() => void client.call("CLIENT", "PAUSE", "700"), 2_000);
  await queue.drain();
  clearInterval(pauses);
  await Promise.all(workers.map((worker) => worker.close()));
  await queue.close();
  client.disconnect();
  written.sort((a, b) => a - b);
  const peak = peakOf(written);
  if (process.env.MIMEWRIGHT_PEAK_SECONDS !== undefined) console.log(`peak ${peak} in one second at ${RATE}`);
  expect(written).toHaveLength(items.length);
  expect(peak).toBeLessThanOrEqual(RATE * 1.1 + 2);
}, 120_000);

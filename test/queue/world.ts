// A Redis, a service behind the fault proxy and an empty queue for every test of a file that imports this.
import { Redis } from "ioredis";
import {
  type MailQueue,
  type MailQueueOptions,
  type MailWorkerOptions,
  mailQueue,
  mailWorker,
} from "mimewright/bullmq";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { clients } from "../faults/clients.ts";
import { type FaultProxy, startProxy } from "../faults/proxy.ts";
import { startUpstream, type Upstream } from "../faults/upstream.ts";
import { type RedisServer, startRedis } from "./redis-server.ts";

export let redis: RedisServer;
export let upstream: Upstream;
export let proxy: FaultProxy;
export let queue: MailQueue;
const closing: (() => Promise<unknown>)[] = [];

/** Has this done after the test, last things first. */
export const afterwards = (close: () => Promise<unknown>) => void closing.push(close);

beforeAll(async () => {
  redis = await startRedis();
  upstream = await startUpstream();
  proxy = await startProxy(upstream.url);
});
afterAll(async () => {
  await proxy.close();
  await upstream.close();
  await redis.close();
});
beforeEach(async () => {
  const client = new Redis(redis.url);
  await client.flushall();
  client.disconnect();
  proxy.plan = () => undefined;
  proxy.log.length = 0;
  upstream.taken.length = 0;
  upstream.quota = { max24Hour: 50_000, maxRate: 1_000, sent: 0 };
  queue = await openQueue();
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

export async function openQueue(options: MailQueueOptions = {}) {
  const own = await mailQueue({ connection: redis.url, ...options });
  afterwards(() => own.close());
  return own;
}

export async function openWorker(options: Partial<MailWorkerOptions> = {}) {
  const client = clients["http v1"](proxy.url);
  const worker = await mailWorker({ connection: redis.url, client, rate: "unlimited", lock: 1_000, ...options });
  afterwards(() => worker.close({ timeout: 0 }));
  return worker;
}

export const mail = (subject = "Hi") => ({ from: "ann@example.com", to: "bob@example.com", subject, text: "Hello\n" });
export const subjects = () => upstream.taken.map(({ raw }) => /^Subject: (.*)\r$/m.exec(raw.toString("latin1"))?.[1]);
export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await pause(20);
}

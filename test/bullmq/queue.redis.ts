import { type ChildProcess, fork } from "node:child_process";
import { type AddressInfo, connect, createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import {
  type MailQueue,
  type MailQueueOptions,
  type MailWorkerOptions,
  mailQueue,
  mailWorker,
} from "mimewright/bullmq";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { clients } from "../faults/clients.ts";
import { type FaultProxy, startProxy } from "../faults/proxy.ts";
import { startUpstream, type Upstream } from "../faults/upstream.ts";
import { type RedisServer, startRedis } from "./redis-server.ts";

let redis: RedisServer;
let upstream: Upstream;
let proxy: FaultProxy;
let queue: MailQueue;
let closing: (() => Promise<unknown>)[] = [];

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
  for (const close of closing.reverse()) await close();
  closing = [];
});

async function openQueue(options: MailQueueOptions = {}) {
  const own = await mailQueue({ connection: redis.url, ...options });
  closing.push(() => own.close());
  return own;
}

async function openWorker(options: Partial<MailWorkerOptions> = {}) {
  const client = clients["http v1"](proxy.url);
  const worker = await mailWorker({ connection: redis.url, client, rate: "unlimited", lock: 1_000, ...options });
  closing.push(() => worker.close({ timeout: 0 }));
  return worker;
}

const mail = (subject = "Hi") => ({ from: "ann@example.com", to: "bob@example.com", subject, text: "Hello\n" });
const subjects = () => upstream.taken.map(({ raw }) => /^Subject: (.*)\r$/m.exec(raw.toString("latin1"))?.[1]);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A line over which answers take so many milliseconds. */
async function slowLine(port: number, ms: number) {
  const server = createServer((near) => {
    const far = connect(port, "127.0.0.1");
    near.pipe(far);
    far.on("data", (chunk) => setTimeout(() => near.write(chunk), ms));
    for (const socket of [near, far]) socket.on("error", () => {});
    near.on("close", () => far.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port: own } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${own}`, close: async () => void server.close() };
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await pause(20);
}

describe("a message", () => {
  it("goes out as it was enqueued, with its tags, and has its result", async () => {
    const { id, added } = await queue.enqueue(mail(), { campaign: "spring", tags: { t: "one" } });
    expect(added).toBe(true);
    expect(await queue.result(id)).toBeUndefined();
    await openWorker();
    expect(await queue.drain()).toMatchObject({ messages: 1, sent: 1 });
    expect(await queue.result(id)).toEqual({
      ...{ status: "sent", attempts: 1, messageId: upstream.taken[0]?.id, requestId: expect.any(String) },
    });
    expect(upstream.taken[0]).toMatchObject({ tag: "one", source: "ann@example.com", recipients: ["bob@example.com"] });
    expect(await queue.progress("spring")).toMatchObject({ campaign: "spring", sent: 1, queued: 0 });
  });

  it("has its attachments from where they are", async () => {
    const attachments = [
      { filename: "a.txt", ref: "store:a" },
      { filename: "b.bin", content: new Uint8Array([1, 2, 3]) },
    ];
    const refs: string[] = [];
    await openWorker({
      resolve: async (ref) => {
        refs.push(ref);
        return new TextEncoder().encode("from the store");
      },
    });
    await queue.enqueue({ ...mail(), attachments });
    await queue.drain();
    const raw = upstream.taken[0]?.raw.toString("latin1") ?? "";
    expect(refs).toEqual(["store:a"]);
    expect(raw).toContain("\r\nfrom the store\r\n");
    expect(raw).toContain("AQID");
  });

  it("whose content is gone has failed, and was not sent", async () => {
    const { id } = await queue.enqueue({ ...mail(), attachments: [{ content: new Uint8Array([1]) }] });
    const client = new Redis(redis.url);
    for (const key of await client.keys("*:mw:blob:*")) await client.del(key);
    client.disconnect();
    await openWorker({ runs: 1 });
    await queue.drain();
    expect(await queue.result(id)).toMatchObject({ status: "failed", code: "send.content", attempts: 0 });
    expect(upstream.taken).toEqual([]);
  });

  it("that SES refuses has failed, and is not tried again", async () => {
    proxy.plan = () => "rejected";
    const { id } = await queue.enqueue(mail());
    await openWorker();
    expect(await queue.drain()).toMatchObject({ failed: 1, sent: 0 });
    expect(await queue.result(id)).toMatchObject({ status: "failed", code: "MessageRejected", retryable: false });
  });

  it("that fails in a way that can pass comes again later", async () => {
    proxy.plan = () => "503";
    const worker = await openWorker({ retries: { max: 1, base: 1 } });
    const again = new Promise((resolve) => worker.events.on(({ type, code }) => type === "again" && resolve(code)));
    await queue.enqueue(mail());
    expect(await again).toBe("ServiceUnavailable");
    await until(async () => (await queue.status()).jobs.delayed === 1);
    expect(await queue.progress()).toMatchObject({ queued: 1, failed: 0 });
  });
});

describe("a key", () => {
  it("enqueues once; the same key for another message is refused", async () => {
    expect(await queue.enqueue(mail(), { key: "welcome 4711" })).toMatchObject({ added: true });
    expect(await queue.enqueue(mail(), { key: "welcome 4711" })).toMatchObject({ added: false });
    await expect(queue.enqueue(mail("Other"), { key: "welcome 4711" })).rejects.toMatchObject({ code: "queue.key" });
    await openWorker();
    expect(await queue.drain()).toMatchObject({ messages: 1, sent: 1 });
    expect(await queue.enqueue(mail(), { key: "welcome 4711" })).toMatchObject({ added: false });
    expect(upstream.taken).toHaveLength(1);
  });
});

describe("a message that is sent", () => {
  it("leaves no address and no text in Redis, and its key still tells which message it was", async () => {
    await openWorker();
    const { id } = await queue.enqueue(mail(), { key: "k" });
    await queue.drain();
    const client = new Redis(redis.url);
    const left = JSON.stringify(await client.hgetall(`bull:mail:${id}`));
    client.disconnect();
    expect(left).toContain("sent");
    expect(left).not.toMatch(/@example\.com|Hello/);
    expect(await queue.enqueue(mail(), { key: "k" })).toEqual({ id, added: false });
    await expect(queue.enqueue(mail("Other"), { key: "k" })).rejects.toMatchObject({ code: "queue.key" });
  });

  it("is not sent again, though somebody puts its job back into the line", async () => {
    const worker = await openWorker();
    const { id } = await queue.enqueue(mail());
    await queue.drain();
    const bull = new Queue("mail", { connection: { host: "127.0.0.1", port: Number(new URL(redis.url).port) } });
    closing.push(() => bull.close());
    await until(async () => (await bull.getCompletedCount()) === 1);
    await (await bull.getJob(id))?.retry("completed");
    await until(async () => (await bull.getCompletedCount()) === 1);
    expect(upstream.taken).toHaveLength(1);
    expect(worker.counts.sent).toBe(1);
    expect(await queue.progress()).toMatchObject({ messages: 1, sent: 1 });
  });
});

describe("draining", () => {
  it("does not wait for what somebody else took out of the queue", async () => {
    const { id } = await queue.enqueue(mail());
    const bull = new Queue("mail", { connection: { host: "127.0.0.1", port: Number(new URL(redis.url).port) } });
    closing.push(() => bull.close());
    await (await bull.getJob(id))?.remove();
    expect(await queue.drain()).toMatchObject({ messages: 1, queued: 1 });
  });
});

describe("many", () => {
  it("are enqueued in order; one that is refused does not stop the others", async () => {
    const items = [mail("a"), { ...mail("b"), to: "b@@example.com" }, mail("c")].map((message) => ({ message }));
    const results = [];
    for await (const result of queue.enqueueAll(items)) results.push(result);
    expect(results).toMatchObject([
      { index: 0, added: true },
      { index: 1, error: { code: "address.syntax" } },
      { index: 2, added: true },
    ]);
    expect(await queue.progress()).toMatchObject({ messages: 2, queued: 2 });
  });

  it("go by priority, and not before their delay", async () => {
    const late = await queue.enqueue(mail("late"), { delay: 300 });
    for (const priority of [5, 0, 1]) await queue.enqueue(mail(`p${priority}`), { priority });
    await openWorker({ concurrency: 1 });
    await queue.drain();
    expect(subjects()).toEqual(["p0", "p1", "p5", "late"]);
    expect(await queue.result(late.id)).toMatchObject({ status: "sent" });
  });

  it("stay while the queue is paused; draining can be given up", async () => {
    await queue.pause();
    await openWorker();
    await queue.enqueue(mail());
    await expect(queue.drain({ signal: AbortSignal.timeout(300) })).rejects.toThrow();
    expect(await queue.status()).toMatchObject({ paused: true, workers: 1, durability: "always" });
    expect(upstream.taken).toEqual([]);
    await queue.resume();
    await queue.drain();
    expect(upstream.taken).toHaveLength(1);
  });

  it("are watched as they go", async () => {
    const seen: number[] = [];
    const end = queue.watch(({ sent }) => seen.push(sent), { campaign: "c", every: 20 });
    await queue.enqueue(mail(), { campaign: "c" });
    await openWorker();
    await until(() => seen.includes(1));
    end();
    expect(seen[0]).toBe(0);
  });
});

describe("the day", () => {
  it("that is used up gives the message back, and everybody rests", async () => {
    upstream.quota = { max24Hour: 3, maxRate: 1_000, sent: 1 };
    const worker = await openWorker({ rate: "quota", concurrency: 1 });
    const paused = new Promise((resolve) => worker.events.on(({ type, code }) => type === "paused" && resolve(code)));
    for (let count = 0; count < 4; count++) await queue.enqueue(mail());
    expect(await paused).toBe("send.quota");
    await until(async () => (await queue.status()).jobs.active === 0);
    expect(await queue.progress()).toMatchObject({ sent: 2, failed: 0, queued: 2 });
    expect(proxy.log).toHaveLength(2);
  });

  it("is over when the service says so, though nobody asked for the quota", async () => {
    proxy.plan = () => "throttle-daily";
    const worker = await openWorker({ concurrency: 1 });
    const paused = new Promise((resolve) => worker.events.on((event) => event.type === "paused" && resolve(event.in)));
    await queue.enqueue(mail());
    expect(await paused).toBe(300_000);
    await until(async () => (await queue.status()).jobs.waiting === 1);
    expect(proxy.log).toHaveLength(1);
  });
});

describe("while Redis is away", () => {
  it("an outcome waits for it, and is recorded as what it is", async () => {
    await openWorker();
    proxy.plan = () => "hang-before";
    const { id } = await queue.enqueue(mail());
    await until(() => proxy.sockets.size > 0 && proxy.log.length === 1);
    await redis.kill();
    for (const socket of proxy.sockets) socket.destroy();
    await pause(300);
    await redis.start();
    await until(async () => (await queue.result(id)) !== undefined);
    expect(await queue.result(id)).toMatchObject({
      status: "unknown",
      cause: { code: expect.not.stringContaining("send.") },
    });
    expect(proxy.log).toHaveLength(1);
  });

  it("a worker closes in time, and gives what it could not record", async () => {
    const worker = await openWorker();
    proxy.plan = () => "hang-before";
    const { id } = await queue.enqueue(mail());
    await until(() => proxy.log.length === 1);
    await redis.kill();
    const { unsaved } = await worker.close({ timeout: 500 });
    expect(unsaved).toMatchObject([{ id, result: { status: "unknown", cause: { code: "send.closed" } } }]);
    await redis.start();
    // In Redis the mark is all there is: the next worker says unknown too, and sends nothing.
    await openWorker();
    await until(async () => (await queue.result(id)) !== undefined);
    expect(await queue.result(id)).toMatchObject({ status: "unknown", cause: { code: "send.interrupted" } });
    expect(proxy.log).toHaveLength(1);
  });

  it("a worker waits for it, and begins when it is there", async () => {
    const { id } = await queue.enqueue(mail());
    await redis.kill();
    await openWorker({ rate: "quota" });
    await pause(500);
    await redis.start();
    await until(async () => (await queue.result(id)) !== undefined);
    expect(await queue.result(id)).toMatchObject({ status: "sent" });
  });

  it("enqueueing tells that it was not confirmed; the key makes it safe to try again", async () => {
    const quick = await openQueue({ timeout: 300 });
    await quick.progress();
    await redis.kill();
    await expect(quick.enqueue(mail(), { key: "k" })).rejects.toMatchObject({ code: "queue.timeout" });
    await redis.start();
    await until(async () => {
      const again = await quick.enqueue(mail(), { key: "k" }).catch(() => undefined);
      return again !== undefined;
    });
    await openWorker();
    await until(async () => (await queue.progress()).sent === 1);
    expect(await queue.progress()).toMatchObject({ messages: 1, sent: 1, queued: 0 });
    expect(upstream.taken).toHaveLength(1);
  });
});

describe("closing", () => {
  it("gives back what waits for the rate, and loses nothing", async () => {
    const worker = await openWorker({ rate: 1, concurrency: 8 });
    for (let count = 0; count < 6; count++) await queue.enqueue(mail());
    await until(() => proxy.log.length >= 1);
    expect(await worker.close({ timeout: 1_000 })).toEqual({ unsaved: [] });
    const { jobs, progress } = await queue.status();
    expect(jobs).toMatchObject({ waiting: 6 - progress.sent, active: 0, delayed: 0 });
    expect(proxy.log).toHaveLength(progress.sent);
  });

  it("is refused nothing twice, and a closed queue says that it is closed", async () => {
    await queue.close();
    await queue.close();
    await expect(queue.enqueue(mail())).rejects.toMatchObject({ code: "queue.closed" });
  });
});

describe("a worker whose event loop stands still", () => {
  it("is given up, says the truth afterwards, and nothing is sent twice", async () => {
    const script = fileURLToPath(new URL("worker-process.mjs", import.meta.url));
    const options = JSON.stringify({ rate: "unlimited", lock: 1_000 });
    const line = await slowLine(proxy.port, 500);
    const child: ChildProcess = fork(script, [redis.url, line.url, options]);
    closing.push(
      () => line.close(),
      async () => child.kill("SIGKILL"),
    );
    const told: { type: string; code?: string }[] = [];
    child.on("message", (event: { type: string }) => told.push(event));
    await until(() => told.some(({ type }) => type === "ready"));
    proxy.plan = ({ attempt }) => {
      // Its request is here, the answer is on its way: it stands still before it hears that.
      if (attempt === 0) child.send(6_000);
      return undefined;
    };
    const { id } = await queue.enqueue(mail(), { tags: { t: "still" } });
    await until(() => proxy.log.length === 1);
    await openWorker();
    await until(async () => (await queue.result(id)) !== undefined);
    expect(await queue.result(id)).toMatchObject({ status: "unknown", cause: { code: "send.interrupted" } });
    await until(() => told.some(({ type }) => type === "corrected"));
    expect(await queue.result(id)).toMatchObject({ status: "sent", messageId: upstream.taken[0]?.id });
    expect(await queue.progress()).toMatchObject({ messages: 1, sent: 1, unknown: 0 });
    expect(upstream.taken).toHaveLength(1);
  });
});

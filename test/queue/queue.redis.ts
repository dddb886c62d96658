import { readFileSync } from "node:fs";
import { inspect } from "node:util";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { describe, expect, it } from "vitest";
import { afterwards, mail, openQueue, openWorker, proxy, queue, redis, subjects, until, upstream } from "./world.ts";

/** The queue as BullMQ has it, for what its dashboards do. */
function openBullmq(): Queue {
  const bull = new Queue("mail", { connection: { host: "127.0.0.1", port: Number(new URL(redis.url).port) } });
  afterwards(() => bull.close());
  return bull;
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
    expect(raw).toContain(`\r\n${btoa("from the store")}\r\n`);
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
    const bull = openBullmq();
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
    const bull = openBullmq();
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
    const late = await queue.enqueue(mail("late"), { delay: 3_000 });
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

describe("a Redis that is full", () => {
  it("refuses, in an error that holds nothing of the message, and takes it when there is room again", async () => {
    const client = new Redis(redis.url);
    afterwards(async () => client.disconnect());
    await queue.progress();
    await client.config("SET", "maxmemory", "1");
    const refusal: unknown = await queue.enqueue(mail(), { key: "k" }).catch((error: unknown) => error);
    await client.config("SET", "maxmemory", "0");
    expect(refusal).toMatchObject({
      name: "QueueError",
      code: "queue.refused",
      message: expect.stringContaining("OOM"),
    });
    expect(inspect(refusal, { depth: 9 })).not.toMatch(/example\.com|Hello/);
    expect(await queue.enqueue(mail(), { key: "k" })).toMatchObject({ added: true });
    expect(await queue.progress()).toMatchObject({ messages: 1 });
  });
});

describe("an account of Redis", () => {
  it("with the rights that the guide names is enough for queue, worker and status", async () => {
    const guide = readFileSync(new URL("../../docs/security.md", import.meta.url), "utf8");
    const [, rights = ""] = /^user mail (.+)$/m.exec(guide) ?? [];
    const client = new Redis(redis.url);
    await client.call("ACL", "SETUSER", "mail", ...rights.split(" "));
    client.disconnect();
    const connection = redis.url.replace("//", "//mail:password@");
    const own = await openQueue({ connection });
    await openWorker({ connection, rate: "quota" });
    const { id } = await own.enqueue({ ...mail(), attachments: [{ content: new Uint8Array([1]) }] }, { campaign: "c" });
    expect(await own.drain()).toMatchObject({ sent: 1 });
    expect(await own.result(id)).toMatchObject({ status: "sent" });
    await own.pause();
    const status = await own.status();
    expect(status).toMatchObject({ paused: true, workers: 1, durability: "always", eviction: "noeviction" });
  });
});

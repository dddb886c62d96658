// A refusal that every message would get: no job fails for it, all workers wait, one message tries again for all.
import { Redis } from "ioredis";
import { type MailQueue, type MailWorkerEvent, type MailWorkerOptions, mailQueue, mailWorker } from "mimewright/bullmq";
import { sesHttpClient } from "mimewright/ses";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { run } from "../../src/cli/main.ts";
import { terminal } from "../cli/terminal.ts";
import { type AnswerServer, refusals, startAnswerServer } from "../faults/answer-server.ts";
import { type RedisServer, startRedis } from "./redis-server.ts";

let redis: RedisServer;
let client: Redis;
let server: AnswerServer;
let queue: MailQueue;
let events: MailWorkerEvent[] = [];
const closing: (() => Promise<unknown>)[] = [];

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
  server = await startAnswerServer();
  queue = await mailQueue({ connection: redis.url });
  events = [];
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await queue.close();
  await server.close();
});

const pauses = { refusal: 300, quota: 300, max: 600 };

async function openWorker(options: Partial<MailWorkerOptions> = {}) {
  const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" };
  const ses = sesHttpClient({ endpoint: server.url, region: "us-east-1", credentials, api: "v2" });
  const worker = await mailWorker({
    connection: redis.url,
    client: ses,
    rate: "unlimited",
    pauses,
    runs: 1,
    ...options,
  });
  worker.events.on((event) => events.push(event));
  closing.push(() => worker.close({ timeout: 0 }));
  return worker;
}

const mail = (subject: string) => ({ from: "ann@example.com", to: "bob@example.com", subject, text: "Hello\n" });
const until = async (isSo: () => boolean | Promise<boolean>) => {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 20));
};
const names = Array.from({ length: 300 }, (_, index) => `m${index}`);

async function enqueueAll(more: (index: number) => object = () => ({})) {
  for await (const result of queue.enqueueAll(
    names.map((name, at) => ({ message: mail(name), key: name, ...more(at) })),
  )) {
    expect(result).toMatchObject({ added: true });
  }
}

describe("a refusal of the account", () => {
  it.each(refusals)("%s (%i) fails none of 300 messages, and all go out afterwards: %s", async (code, status, text) => {
    server.refusal = { code, status, text };
    await enqueueAll();
    await openWorker();
    await until(async () => (await queue.status()).held.some(({ since, until: end }) => end - since > 300));
    const state = await queue.status();
    const told = text.startsWith("Daily") ? "send.quota" : code;
    expect(state.progress).toMatchObject({ sent: 0, failed: 0, unknown: 0, queued: 300 });
    expect(state.held).toMatchObject([{ code: told, message: text, scope: "account", account: "default" }]);
    expect(server.refused.length).toBeLessThan(32);
    server.refusal = undefined;
    expect(await queue.drain()).toMatchObject({ sent: 300, failed: 0, unknown: 0 });
    expect(server.taken).toHaveLength(300);
    expect(new Set(server.taken).size).toBe(300);
    expect((await queue.status()).held).toEqual([]);
    expect(events.find(({ type }) => type === "paused")).toMatchObject({ code: told, message: text, scope: "account" });
  });

  it.each([1, 2, 16])(
    "is asked about by one message at a time, by two workers of concurrency %i",
    async (concurrency) => {
      server.refusal = { code: "ExpiredToken", status: 403, text: "expired" };
      await enqueueAll();
      const start = Date.now();
      await Promise.all([openWorker({ concurrency }), openWorker({ concurrency })]);
      await until(async () => (await queue.status()).held.some(({ since, until: end }) => end - since > 1_000));
      // At most what was on its way at first, and one more for each wait since, of which none is shorter than 300 ms.
      expect(server.refused.length).toBeLessThanOrEqual(2 * concurrency + (Date.now() - start) / 300 + 1);
      server.refusal = undefined;
      expect(await queue.drain()).toMatchObject({ sent: 300, failed: 0 });
    },
  );

  it("is seen in the terminal: why, for whom, and until when", async () => {
    server.refusal = { code: "ExpiredToken", status: 403, text: "The token is expired" };
    await queue.enqueue(mail("one"));
    await openWorker({ pauses: { refusal: 60_000 } });
    await until(async () => (await queue.status()).held.length === 1);
    const { io, written } = terminal();
    expect(await run(["queue", "status", "--redis", redis.url], io)).toBe(0);
    expect(written.out).toMatch(
      /^held until \d{4}-\S+Z, then one is tried: all messages; ExpiredToken: The token is expired$/m,
    );
    const json = terminal();
    await run(["queue", "status", "--redis", redis.url, "--json"], json.io);
    const { held } = JSON.parse(json.written.out);
    expect(held).toMatchObject([{ code: "ExpiredToken", scope: "account" }]);
    expect(held[0].until - held[0].since).toBe(60_000);
    expect([held[0].until, held[0].since].every(Number.isSafeInteger)).toBe(true);
  });

  it("leaves the next try to another worker when the one that tries is gone", async () => {
    const now = Date.now();
    const hold = {
      code: "ExpiredToken",
      message: "",
      scope: "account",
      since: now,
      until: now,
      wait: 1,
      probe: "gone",
    };
    await client.hset("bull:mw-holds:default", "account", JSON.stringify({ ...hold, lease: now + 1_500 }));
    await client.sadd("bull:mail:mw:accounts", "default");
    await queue.enqueue(mail("one"));
    await openWorker();
    expect(await queue.drain()).toMatchObject({ sent: 1 });
    expect((await queue.status()).held).toEqual([]);
  });
});

describe("a refusal of one message", () => {
  it("ends that one only among 300", async () => {
    server.refuses = (subject) =>
      subject === "m77" ? { code: "MessageRejected", status: 400, text: "Email address is not verified." } : undefined;
    await enqueueAll();
    await openWorker();
    expect(await queue.drain()).toMatchObject({ sent: 299, failed: 1 });
    expect(events.some(({ type }) => type === "paused")).toBe(false);
    expect(await queue.enqueue(mail("m77"), { key: "m77" })).toMatchObject({ added: false });
  });
});

describe("a configuration set that is paused", () => {
  it("holds its own messages, and no others", async () => {
    const text = "Sending is paused for configuration set news";
    let isOver = false;
    server.refuses = (_, set) =>
      set === "news" && !isOver ? { code: "SendingPausedException", status: 400, text } : undefined;
    await enqueueAll((at) => ({ configurationSet: at % 2 === 0 ? "news" : "receipts" }));
    await openWorker();
    await until(async () => (await queue.progress()).sent === 150);
    expect(await queue.progress()).toMatchObject({ failed: 0, queued: 150 });
    expect((await queue.status()).held).toMatchObject([{ scope: "configuration-set", configurationSet: "news" }]);
    isOver = true;
    expect(await queue.drain()).toMatchObject({ sent: 300, failed: 0 });
    expect((await queue.status()).held).toEqual([]);
  });
});

describe("a key whose job failed", () => {
  // As a worker wrote it that did not wait for the account.
  async function failedBefore(code: string, message: string, scope?: "account" | "configuration-set") {
    server.refuses = () => ({ code: "MessageRejected", status: 400, text: "no" });
    const { id } = await queue.enqueue(mail("one"), { key: "k", campaign: "c" });
    await openWorker();
    await until(async () => (await queue.progress()).failed === 1);
    const result = { status: "failed", code, message, retryable: false, attempts: 1, scope };
    await client.hset(`bull:mail:${id}`, "mw:result", JSON.stringify(result));
    server.refuses = undefined;
    return id;
  }

  it.each([
    ["ExpiredToken", "The security token included in the request is expired"],
    ["LimitExceededException", "Daily message quota exceeded."],
    ["MessageRejected", "Sending paused for this account."],
  ])("for a reason of the account (%s) can be enqueued again, and runs", async (code, message) => {
    const id = await failedBefore(code, message, "account");
    expect(await queue.enqueue(mail("one"), { key: "k", campaign: "c" })).toEqual({ id, added: true });
    expect(await queue.drain()).toMatchObject({ messages: 1, sent: 1, failed: 0, recipientsLeft: 0 });
    expect(await queue.progress("c")).toMatchObject({ messages: 1, sent: 1, failed: 0 });
    expect(await queue.result(id)).toMatchObject({ status: "sent" });
    expect(await queue.enqueue(mail("one"), { key: "k", campaign: "c" })).toEqual({ id, added: false });
  });

  it("for a reason of its own stays failed", async () => {
    const id = await failedBefore("MessageRejected", "Email address is not verified.");
    expect(await queue.enqueue(mail("one"), { key: "k", campaign: "c" })).toEqual({ id, added: false });
    expect(await queue.progress()).toMatchObject({ failed: 1, sent: 0 });
  });
});

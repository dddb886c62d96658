import { Redis } from "ioredis";
import { type MailQueue, mailQueue, mailWorker } from "mimewright/bullmq";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { run } from "../../src/cli/main.ts";
import { terminal } from "../cli/terminal.ts";
import { clients } from "../faults/clients.ts";
import { startUpstream, type Upstream } from "../faults/upstream.ts";
import { type RedisServer, startRedis } from "./redis-server.ts";

let redis: RedisServer;
let upstream: Upstream;
let queue: MailQueue;

beforeAll(async () => {
  redis = await startRedis();
  upstream = await startUpstream();
});
afterAll(async () => {
  await upstream.close();
  await redis.close();
});
beforeEach(async () => {
  const client = new Redis(redis.url);
  await client.flushall();
  client.disconnect();
  queue = await mailQueue({ connection: redis.url, name: "news" });
  const message = { from: "ann@example.com", to: "bob@example.com", text: "x" };
  for (const campaign of ["spring", "spring", "summer"]) await queue.enqueue(message, { campaign });
});
afterEach(() => queue.close());

const status = (...args: string[]) => ["queue", "status", "--redis", redis.url, "--queue", "news", ...args];

async function sendAll() {
  const client = clients["http v1"](upstream.url);
  const worker = await mailWorker({ connection: redis.url, name: "news", client, rate: "unlimited" });
  await queue.drain();
  await worker.close();
}

describe("mimewright queue status", () => {
  it("tells the queue, its campaigns, and what Redis keeps", async () => {
    const { io, written } = terminal();
    expect(await run(status(), io)).toBe(0);
    expect(written.out).toBe(
      [
        "running, 0 workers",
        "waiting 3  on their way 0  delayed 0",
        "sent 0  failed 0  unknown 0  queued 3  0.0/s",
        "campaigns: summer, spring",
        "everything it confirmed survives a crash of Redis",
        "",
      ].join("\n"),
    );
  });

  it("warns of settings of Redis under which something can be lost", async () => {
    const client = new Redis(redis.url);
    const settings = { "maxmemory-policy": "allkeys-lru", appendfsync: "everysec" };
    for (const [name, value] of Object.entries(settings)) await client.config("SET", name, value);
    const { io, written } = terminal();
    await run(status(), io);
    await client.config("SET", "maxmemory-policy", "noeviction");
    await client.config("SET", "appendfsync", "always");
    client.disconnect();
    expect(written.out).toContain("a crash of Redis loses up to a second");
    expect(written.out).toContain("Redis drops keys when its memory is full (allkeys-lru)");
  });

  it("tells one campaign, and takes the address from the environment", async () => {
    const { io, written } = terminal({ env: { REDIS_URL: redis.url } });
    expect(await run(["queue", "status", "--queue", "news", "--campaign", "spring"], io)).toBe(0);
    expect(written.out).toBe("sent 0  failed 0  unknown 0  queued 2  0.0/s\n");
  });

  it("is JSON for programs", async () => {
    await queue.pause();
    const { io, written } = terminal();
    expect(await run(status("--json"), io)).toBe(0);
    expect(JSON.parse(written.out)).toMatchObject({
      ...{ paused: true, workers: 0, durability: "always", campaigns: ["summer", "spring"] },
      ...{ jobs: { waiting: 3, active: 0, delayed: 0 }, progress: { messages: 3, queued: 3, recipients: 3 } },
    });
  });

  it("goes on in a terminal, in one line, until nothing is queued", async () => {
    const { io, written } = terminal({ isTerminal: true, env: { NO_COLOR: "1" } });
    const watching = run(status("--watch"), io);
    while (!written.err.includes("queued 3")) await new Promise((resolve) => setTimeout(resolve, 10));
    await sendAll();
    expect(await watching).toBe(0);
    expect(written.err).toMatch(/^\r\u001b\[2K.*queued 3.*\r\u001b\[2K$/s);
    expect(written.out).toMatch(/^sent 3 {2}failed 0 {2}unknown 0 {2}queued 0 .*\n$/);
  });

  it("goes on without a terminal, a line for each change, without orders to one", async () => {
    const { io, written } = terminal();
    const watching = run(status("--watch", "--json"), io);
    while (written.out === "") await new Promise((resolve) => setTimeout(resolve, 10));
    await sendAll();
    expect(await watching).toBe(0);
    const told = written.out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).queued);
    expect(told.at(0)).toBe(3);
    expect(told.at(-1)).toBe(0);
    expect(written.out).not.toContain("\u001b");
  });

  it("is ended by Ctrl+C", async () => {
    const { io, ending, written } = terminal();
    const watching = run(status("--watch"), io);
    while (written.out === "") await new Promise((resolve) => setTimeout(resolve, 10));
    ending.abort();
    expect(await watching).toBe(0);
  });
});

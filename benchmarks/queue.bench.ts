// What the queue costs: a worker against the same sender without a queue, in turns, and what a message takes of Redis.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { message } from "mimewright";
import { mailQueue, mailWorker } from "mimewright/bullmq";
import { sesHttpClient, sesSender } from "mimewright/ses";
import type { Bench } from "./bench.ts";
import { printTable, quantile } from "./harness.ts";

const MESSAGES = 4_000;
const ROUNDS = 5;
// Calls in flight, and about what a call to SES takes within its region.
const CONCURRENCY = 64;
const LATENCY_MS = 20;

export const queue: Bench = {
  name: "queue",
  title: `${MESSAGES} letters of 4 KB through a queue, every write of Redis on disk; ${LATENCY_MS} ms a call`,
  async run() {
    const redis = await startRedis();
    if (redis === undefined) {
      console.log("  redis-server is not installed: nothing was measured");
      return true;
    }
    const sink = await startSink();
    try {
      await compare(redis.url, sink.url);
      await weigh(redis.url, sink.url);
      return true;
    } finally {
      sink.stop();
      await redis.stop();
    }
  },
};

function letter(index: number) {
  const line = "This is a line of a letter that says nothing at all.\n";
  return {
    ...{ from: "Ann <ann@example.com>", to: `r${index}@example.com`, subject: `Letter ${index}` },
    ...{ text: line.repeat(35), html: `<p>${line.repeat(35)}</p>` },
  };
}

function* letters() {
  for (let index = 0; index < MESSAGES; index++) yield letter(index);
}

const clientOf = (endpoint: string) =>
  sesHttpClient({ endpoint, region: "us-east-1", credentials: { accessKeyId: "LOCAL", secretAccessKey: "local" } });

/** Messages per second. */
async function plain(endpoint: string): Promise<number> {
  const sender = sesSender({ client: clientOf(endpoint), concurrency: CONCURRENCY });
  function* messages() {
    for (const input of letters()) yield message(input);
  }
  const start = performance.now();
  let sent = 0;
  for await (const { status } of sender.sendAll(messages())) if (status === "sent") sent++;
  const seconds = (performance.now() - start) / 1_000;
  await sender.close();
  if (sent !== MESSAGES) throw new Error(`${sent} were sent`);
  return MESSAGES / seconds;
}

/** Messages per second, from the first that a worker takes to the last; what is enqueued before is not timed. */
async function queued(connection: string, endpoint: string, name: string): Promise<number> {
  await fill(connection, name);
  const worker = await mailWorker({
    ...{ connection, name, client: clientOf(endpoint), concurrency: CONCURRENCY, rate: "unlimited" },
    keep: { sent: { count: 0 } },
  });
  const start = performance.now();
  let sent = 0;
  await new Promise<void>((resolve, reject) => {
    worker.events.on(({ type }) => {
      if (type !== "sent") reject(new Error(type));
      else if (++sent === MESSAGES) resolve();
    });
  });
  const seconds = (performance.now() - start) / 1_000;
  await worker.close();
  return MESSAGES / seconds;
}

async function fill(connection: string, name: string): Promise<number> {
  const own = await mailQueue({ connection, name });
  function* items() {
    for (const input of letters()) yield { message: input, campaign: "bench" };
  }
  const start = performance.now();
  for await (const result of own.enqueueAll(items())) if ("error" in result) throw result.error;
  const seconds = (performance.now() - start) / 1_000;
  await own.close();
  return MESSAGES / seconds;
}

async function compare(connection: string, endpoint: string): Promise<void> {
  await plain(endpoint);
  await queued(connection, endpoint, "warm");
  const rounds: { without: number; through: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    // Another one begins each round.
    const first = round % 2 === 0 ? await plain(endpoint) : 0;
    const through = await queued(connection, endpoint, `round${round}`);
    rounds.push({ without: first || (await plain(endpoint)), through });
  }
  const middle = (values: readonly number[]) => quantile(values, 0.5);
  printTable([
    ["", "messages/s", "of the sender"],
    ["sender without a queue", middle(rounds.map(({ without }) => without)).toFixed(0), "1.00"],
    [
      "worker of a queue",
      middle(rounds.map(({ through }) => through)).toFixed(0),
      middle(rounds.map(({ through, without }) => through / without)).toFixed(2),
    ],
  ]);
}

/** What a message takes of Redis: memory while it waits and when it is kept, commands, bytes. */
async function weigh(connection: string, endpoint: string): Promise<void> {
  const client = new Redis(connection);
  await client.flushall();
  const number = async (section: string, field: string) =>
    Number(new RegExp(`^${field}:(\\d+)`, "m").exec(await client.info(section))?.[1]);
  const memory = () => number("memory", "used_memory");
  const log = () => number("persistence", "aof_current_size");
  const [empty, before, logBefore] = [await memory(), await number("stats", "total_commands_processed"), await log()];
  const rate = await fill(connection, "weigh");
  const [full, filled] = [await memory(), await number("stats", "total_commands_processed")];
  const [input, output] = [
    await number("stats", "total_net_input_bytes"),
    await number("stats", "total_net_output_bytes"),
  ];
  const worker = await mailWorker({
    ...{ connection, name: "weigh", client: clientOf(endpoint), concurrency: CONCURRENCY, rate: 1e6 },
  });
  const own = await mailQueue({ connection, name: "weigh" });
  await own.drain();
  const after = await number("stats", "total_commands_processed");
  const [read, written] = [
    await number("stats", "total_net_input_bytes"),
    await number("stats", "total_net_output_bytes"),
  ];
  await Promise.all([worker.close(), own.close()]);
  const [kept, logAfter] = [await memory(), await log()];
  client.disconnect();
  const each = (value: number) => (value / MESSAGES).toFixed(value / MESSAGES < 100 ? 1 : 0);
  const job = JSON.stringify(letter(0)).length;
  printTable([
    ["of Redis, for a message", ""],
    ["message as JSON", `${job} bytes`],
    ["memory while it waits", `${each(full - empty)} bytes`],
    ["memory when it is kept with its result", `${each(kept - empty)} bytes`],
    ["enqueued, one producer", `${rate.toFixed(0)}/s`],
    ["commands to enqueue, scripts' own included", each(filled - before)],
    ["commands to send, scripts' own included", each(after - filled)],
    ["append-only file, enqueued and sent", `${each(logAfter - logBefore)} bytes`],
    ["network to send, into Redis and out of it", `${each(read - input)} + ${each(written - output)} bytes`],
  ]);
}

async function startSink() {
  const child = spawn(process.execPath, [join(import.meta.dirname, "queue.sink.js"), String(LATENCY_MS)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const port = await new Promise<string>((resolve) =>
    child.stdout.once("data", (data) => resolve(String(data).trim())),
  );
  return { url: `http://127.0.0.1:${port}`, stop: () => void child.kill() };
}

async function startRedis() {
  const port = await freePort();
  const dir = mkdtempSync(join(tmpdir(), "mimewright-bench-"));
  const options = ["--port", String(port), "--bind", "127.0.0.1", "--dir", dir, "--save", ""];
  const child = spawn("redis-server", [...options, "--appendonly", "yes", "--appendfsync", "always"], {
    stdio: "ignore",
  });
  const isMissing = await new Promise<boolean>((resolve) => {
    child.once("error", () => resolve(true));
    child.once("spawn", () => resolve(false));
  });
  if (isMissing) {
    rmSync(dir, { recursive: true });
    return undefined;
  }
  const url = `redis://127.0.0.1:${port}`;
  const client = new Redis(url, { maxRetriesPerRequest: null });
  client.on("error", () => {});
  await client.ping();
  client.disconnect();
  return { url, stop: () => end(child, dir) };
}

async function end(child: ChildProcess, dir: string): Promise<void> {
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill();
  await ended;
  rmSync(dir, { recursive: true, force: true });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address: AddressInfo | string | null = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

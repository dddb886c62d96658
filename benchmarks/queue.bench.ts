// What the queue costs in time: a worker against the same sender without a queue, in turns.
import { message } from "mimewright";
import { mailQueue, mailWorker } from "mimewright/bullmq";
import { sesSender } from "mimewright/ses";
import type { Bench } from "./bench.ts";
import { printTable, quantile } from "./harness.ts";
import { clientOf, startRedis, startSink } from "./queue.world.ts";

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
    if (redis === undefined) return true;
    const sink = await startSink(LATENCY_MS);
    try {
      await compare(redis.url, sink.url);
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

async function fill(connection: string, name: string): Promise<void> {
  const own = await mailQueue({ connection, name });
  function* items() {
    for (const input of letters()) yield { message: input, campaign: "bench" };
  }
  for await (const result of own.enqueueAll(items())) if ("error" in result) throw result.error;
  await own.close();
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

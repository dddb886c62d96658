// What a message takes of Redis, of a worker and of the network: the figures of docs/scale.md.
import { Redis } from "ioredis";
import { mailQueue, mailWorker, type QueueItem } from "mimewright/bullmq";
import type { Bench } from "./bench.ts";
import { collectGarbage, printTable } from "./harness.ts";
import { clientOf, type Sink, startRedis, startSink } from "./queue.world.ts";

// Calls in flight; the service answers at once, so that nothing waits but for work.
const CONCURRENCY = 64;
const RATE = 1e6;

const line = "This is a line of a letter that says nothing at all.\n";
const short = { text: line.repeat(6) };
const letter = { text: line.repeat(35), html: `<p>${line.repeat(35)}</p>` };
const attached = { ...letter, attachments: [{ filename: "a.bin", content: new Uint8Array(100_000).fill(65) }] };

interface Case {
  readonly name: string;
  readonly messages: number;
  readonly content: object;
  readonly service: "takes" | "refuses";
}

const cases: readonly Case[] = [
  { name: "short text", messages: 10_000, content: short, service: "takes" },
  { name: "short text", messages: 100_000, content: short, service: "takes" },
  { name: "letter", messages: 10_000, content: letter, service: "takes" },
  { name: "letter, refused", messages: 10_000, content: letter, service: "refuses" },
  { name: "100 KB attached", messages: 2_000, content: attached, service: "takes" },
];

export const queueScale: Bench = {
  name: "scale",
  title: "a message of the queue in Redis, in a worker and on the network; every write of Redis on disk",
  async run() {
    const columns: (readonly Row[])[] = [];
    for (const one of cases) {
      const redis = await startRedis();
      if (redis === undefined) return true;
      const sink = await startSink(0, one.service);
      try {
        columns.push(await weigh(one, redis.url, sink));
      } finally {
        sink.stop();
        await redis.stop();
      }
    }
    const [first = []] = columns;
    printTable([
      ["", ...cases.map(({ name }) => name)],
      ...first.map(([title], at) => [title, ...columns.map((column) => column[at]?.[1] ?? "")]),
    ]);
    return true;
  },
};

type Row = readonly [title: string, value: string];

function* itemsOf({ messages, content }: Case): Generator<QueueItem> {
  for (let index = 0; index < messages; index++) {
    const to = `reader${index}@example.com`;
    const message = { from: "Ann <ann@example.com>", to, subject: `Letter ${index}`, ...content };
    yield { message, key: `letter-${index}`, campaign: "scale" };
  }
}

/** What Redis says about itself, and what this process took. */
interface Reading {
  readonly memory: number;
  readonly commands: number;
  readonly cpu: number;
  readonly log: number;
  readonly into: number;
  readonly out: number;
  readonly own: number;
  readonly at: number;
}

async function read(client: Redis): Promise<Reading> {
  collectGarbage();
  const info = await client.info();
  const number = (field: string) => Number(new RegExp(`^${field}:([\\d.]+)`, "m").exec(info)?.[1]);
  const { user, system } = process.cpuUsage();
  return {
    memory: number("used_memory"),
    commands: number("total_commands_processed"),
    cpu: (number("used_cpu_user") + number("used_cpu_sys")) * 1e6,
    log: number("aof_current_size"),
    into: number("total_net_input_bytes"),
    out: number("total_net_output_bytes"),
    own: user + system,
    at: performance.now(),
  };
}

async function weigh(one: Case, connection: string, sink: Sink): Promise<readonly Row[]> {
  const client = new Redis(connection);
  const empty = await read(client);
  const own = await mailQueue({ connection });
  for await (const result of own.enqueueAll(itemsOf(one))) if ("error" in result) throw result.error;
  const full = await read(client);
  const worker = await mailWorker({
    ...{ connection, client: clientOf(sink.url), concurrency: CONCURRENCY, rate: RATE },
    keep: { sent: { count: one.messages }, unsent: { count: one.messages } },
  });
  await own.drain();
  const sent = await read(client);
  await Promise.all([worker.close(), own.close()]);
  const kept = await read(client);
  client.disconnect();
  const each = (value: number) => Math.round(value / one.messages).toLocaleString("en-US");
  const [item] = itemsOf(one);
  const perSecond = (from: Reading, to: Reading) => Math.round((one.messages / (to.at - from.at)) * 1_000);
  return [
    ["messages", one.messages.toLocaleString("en-US")],
    ["bytes of the message as JSON", String(JSON.stringify({ ...item?.message, attachments: undefined }).length)],
    ["memory while it waits, bytes", each(full.memory - empty.memory)],
    ["memory with its outcome, bytes", each(kept.memory - empty.memory)],
    ["log on disk, enqueue, bytes", each(full.log - empty.log)],
    ["log on disk, send, bytes", each(sent.log - full.log)],
    ["commands, enqueue", each(full.commands - empty.commands)],
    ["commands, send", each(sent.commands - full.commands)],
    ["CPU of Redis, enqueue, us", each(full.cpu - empty.cpu)],
    ["CPU of Redis, send, us", each(sent.cpu - full.cpu)],
    ["network of Redis, send, in", each(sent.into - full.into)],
    ["network of Redis, send, out", each(sent.out - full.out)],
    ["CPU of the producer, us", each(full.own - empty.own)],
    ["CPU of the worker, us", each(sent.own - full.own)],
    ["bytes of the call to SES", each(await sink.bytes())],
    ["enqueued a second, one producer", perSecond(empty, full).toLocaleString("en-US")],
    ["sent a second, one worker", perSecond(full, sent).toLocaleString("en-US")],
  ];
}

// The outbox: messages a second taken in durably, and sending through it against the same sender without it, in turns
// within one run. Twice: with the messages composed before on both sides, and composed within the time on both sides. The
// service is a separate process on loopback; it answers at once, or after 50 ms, as SES does.
import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { envelope, message, toBytes } from "mimewright";
import { type Outbox, openOutbox } from "mimewright/outbox";
import { type Sender, type SendResult, sesHttpClient, sesSender } from "mimewright/ses";
import type { Bench } from "./bench.ts";
import { printTable, quantile } from "./harness.ts";

const TAKEN_IN = 3_000;
const BATCH = 500;
const RUNS = 5;
const CONCURRENCY = 16;
/** How many messages are sent in a run, by the milliseconds that the service takes for one. */
const SENT: ReadonlyMap<number, number> = new Map([
  [0, 3_000],
  [50, 480],
]);

const letter = message({
  from: "ann@example.com",
  to: "bob@example.com",
  subject: "Your order has left the house",
  text: "It comes on Friday.\n".repeat(40),
});

export const outboxBench: Bench = {
  name: "outbox",
  title: "Outbox, messages of 1 KB",
  async run() {
    await takingIn();
    for (const [latency, count] of SENT) await sendingAt(latency, count);
    return true;
  },
};

const rates = (): number[] => [];

async function takingIn(): Promise<void> {
  const found = { "taken in, in batches": rates(), "taken in, all at once": rates() };
  for (let run = 0; run <= RUNS; run++) {
    const batches = await takenIn("batches");
    const atOnce = await takenIn("at once");
    // The first turn warms up.
    if (run === 0) continue;
    found["taken in, in batches"].push(batches);
    found["taken in, all at once"].push(atOnce);
  }
  printTable([
    ["", "a second (median)"],
    ...Object.entries(found).map(([name, all]) => [name, quantile(all, 0.5).toFixed(0)]),
  ]);
}

async function sendingAt(latency: number, count: number): Promise<void> {
  const service = fork(new URL("./outbox.service.js", import.meta.url), [String(latency)], { execArgv: [] });
  const port = await new Promise<unknown>((resolve) => service.once("message", resolve));
  const credentials = { accessKeyId: "LOCAL", secretAccessKey: "local" };
  const client = sesHttpClient({ endpoint: `http://127.0.0.1:${String(port)}`, region: "us-east-1", credentials });
  const sender = sesSender({ client, concurrency: CONCURRENCY });
  const pairs = [
    { name: "composed before", alone: rawAlone, through: storedBefore, rates: [rates(), rates()] },
    { name: "composed within", alone: composedAlone, through: composedThrough, rates: [rates(), rates()] },
  ] as const;
  for (let run = 0; run <= RUNS; run++) {
    for (const { alone, through, rates: found } of pairs) {
      const without = await alone(sender, count);
      const within = await through(sender, count);
      if (run === 0) continue;
      found[0].push(without);
      found[1].push(within);
    }
  }
  await sender.close();
  service.disconnect();
  console.log(`\nSending, ${latency} ms a call, ${CONCURRENCY} at once, ${count} messages a run`);
  printTable([
    ["a second (median)", "sender alone", "through the outbox", "ratio (median of pairs)"],
    ...pairs.map(({ name, rates: [alone, through] }) => [
      name,
      quantile(alone, 0.5).toFixed(0),
      quantile(through, 0.5).toFixed(0),
      `${(100 * ratioOf(through, alone)).toFixed(0)} %`,
    ]),
  ]);
}

function ratioOf(some: readonly number[], others: readonly number[]): number {
  return quantile(
    some.map((rate, run) => rate / (others[run] ?? Number.NaN)),
    0.5,
  );
}

async function inFolder<T>(work: (path: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(`${tmpdir()}/mimewright-bench-`);
  try {
    return await work(`${folder}/mail.outbox`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// A sender that takes nothing on: only the taking in is measured.
const noSender: Pick<Sender, "sendRaw"> = {
  sendRaw: (_, options) =>
    new Promise((resolve) => {
      options?.signal?.addEventListener("abort", () =>
        resolve({ status: "failed", code: "send.aborted", message: "", retryable: false, attempts: 0 }),
      );
    }),
};

function takenIn(how: "batches" | "at once"): Promise<number> {
  return inFolder(async (path) => {
    const outbox = await openOutbox({ path, sender: noSender, concurrency: 1 });
    const start = performance.now();
    if (how === "at once") await Promise.all(Array.from({ length: TAKEN_IN }, () => outbox.enqueue(letter)));
    else {
      const batch = Array.from({ length: BATCH }, () => ({ mail: letter }));
      for (let at = 0; at < TAKEN_IN; at += BATCH) await outbox.enqueueAll(batch);
    }
    const rate = perSecond(start, TAKEN_IN);
    await outbox.close({ timeout: 0 });
    return rate;
  });
}

async function rawAlone(sender: Sender, count: number): Promise<number> {
  const mail = { raw: toBytes(letter), envelope: envelope(letter) };
  const start = performance.now();
  return allSent(await Promise.all(Array.from({ length: count }, () => sender.sendRaw(mail))), start);
}

async function composedAlone(sender: Sender, count: number): Promise<number> {
  const start = performance.now();
  return allSent(await Promise.all(Array.from({ length: count }, () => sender.send(letter))), start);
}

function allSent(results: readonly SendResult[], start: number): number {
  if (results.some(({ status }) => status !== "sent")) throw new Error("not everything was sent");
  return perSecond(start, results.length);
}

function storedBefore(sender: Sender, count: number): Promise<number> {
  return inFolder(async (path) => {
    const filling = await openOutbox({ path, sender: noSender, concurrency: 1 });
    await filling.enqueueAll(Array.from({ length: count }, () => ({ mail: letter })));
    await filling.close({ timeout: 0 });
    const start = performance.now();
    return await emptied(await openOutbox({ path, sender, concurrency: CONCURRENCY }), start, count);
  });
}

function composedThrough(sender: Sender, count: number): Promise<number> {
  return inFolder(async (path) => {
    const start = performance.now();
    const outbox = await openOutbox({ path, sender, concurrency: CONCURRENCY });
    const end = emptied(outbox, start, count);
    await Promise.all(Array.from({ length: count }, () => outbox.enqueue(letter)));
    return await end;
  });
}

async function emptied(outbox: Outbox, start: number, count: number): Promise<number> {
  await new Promise<void>((resolve) => {
    outbox.events.on(({ type, counts }) => {
      if (type === "sent" && counts.sent === count) resolve();
    });
  });
  const rate = perSecond(start, count);
  await outbox.close();
  return rate;
}

function perSecond(start: number, count: number): number {
  return (1_000 * count) / (performance.now() - start);
}

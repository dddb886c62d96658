// The outbox: messages a second taken in durably, one by one and in batches, and sending through it against the same
// sender that is given the same bytes without it, in turns within one run. The service is a process of its own on loopback.
import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { envelope, message, toBytes } from "mimewright";
import { openOutbox } from "mimewright/outbox";
import { type Sender, sesHttpClient, sesSender } from "mimewright/ses";
import type { Bench } from "./bench.ts";
import { printTable, quantile } from "./harness.ts";

const MESSAGES = 3_000;
const BATCH = 500;
const RUNS = 5;
const CONCURRENCY = 16;

const letter = message({
  from: "ann@example.com",
  to: "bob@example.com",
  subject: "Your order has left the house",
  text: "It comes on Friday.\n".repeat(40),
});

export const outboxBench: Bench = {
  name: "outbox",
  title: `Outbox, messages of 1 KB, ${MESSAGES} a run`,
  async run() {
    const service = fork(new URL("./outbox.service.js", import.meta.url), { execArgv: [] });
    const port = await new Promise<unknown>((resolve) => service.once("message", resolve));
    const credentials = { accessKeyId: "LOCAL", secretAccessKey: "local" };
    const client = () =>
      sesHttpClient({ endpoint: `http://127.0.0.1:${String(port)}`, region: "us-east-1", credentials });
    const sender = sesSender({ client: client(), concurrency: CONCURRENCY });
    const found = {
      "taken in, in batches": rates(),
      "taken in, all at once": rates(),
      sender: rates(),
      outbox: rates(),
    };
    for (let run = 0; run <= RUNS; run++) {
      const keep = run === 0 ? rates() : undefined;
      (keep ?? found["taken in, in batches"]).push(await takingIn("batches"));
      (keep ?? found["taken in, all at once"]).push(await takingIn("at once"));
      (keep ?? found.sender).push(await sendingAlone(sender));
      (keep ?? found.outbox).push(await sendingThrough(sender));
    }
    await sender.close();
    service.disconnect();
    printTable([
      ["", "a second (median)"],
      ...Object.entries(found).map(([name, all]) => [name, quantile(all, 0.5).toFixed(0)]),
    ]);
    const ratio = quantile(
      found.outbox.map((rate, run) => rate / (found.sender[run] ?? Number.NaN)),
      0.5,
    );
    console.log(
      `  - sending through the outbox: ${(100 * ratio).toFixed(0)} % of the sender alone, median of ${RUNS} pairs`,
    );
    return true;
  },
};

const rates = (): number[] => [];

async function inFolder<T>(work: (path: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(`${tmpdir()}/mimewright-bench-`);
  try {
    return await work(`${folder}/mail.outbox`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// A sender that takes nothing on: only the taking in is measured.
const nobody: Pick<Sender, "sendRaw"> = {
  sendRaw: (_, options) =>
    new Promise((resolve) => {
      options?.signal?.addEventListener("abort", () =>
        resolve({ status: "failed", code: "send.aborted", message: "", retryable: false, attempts: 0 }),
      );
    }),
};

function takingIn(how: "batches" | "at once"): Promise<number> {
  return inFolder(async (path) => {
    const outbox = await openOutbox({ path, sender: nobody, concurrency: 1 });
    const start = performance.now();
    if (how === "at once") await Promise.all(Array.from({ length: MESSAGES }, () => outbox.enqueue(letter)));
    else {
      const batch = Array.from({ length: BATCH }, () => ({ mail: letter }));
      for (let at = 0; at < MESSAGES; at += BATCH) await outbox.enqueueAll(batch);
    }
    const rate = perSecond(start);
    await outbox.close({ timeout: 0 });
    return rate;
  });
}

async function sendingAlone(sender: Sender): Promise<number> {
  const raw = toBytes(letter);
  const to = envelope(letter);
  const start = performance.now();
  const results = await Promise.all(Array.from({ length: MESSAGES }, () => sender.sendRaw({ raw, envelope: to })));
  const rate = perSecond(start);
  if (results.some(({ status }) => status !== "sent")) throw new Error("not everything was sent");
  return rate;
}

function sendingThrough(sender: Sender): Promise<number> {
  return inFolder(async (path) => {
    const filling = await openOutbox({ path, sender: nobody, concurrency: 1 });
    await filling.enqueueAll(Array.from({ length: MESSAGES }, () => ({ mail: letter })));
    await filling.close({ timeout: 0 });
    const start = performance.now();
    const outbox = await openOutbox({ path, sender, concurrency: CONCURRENCY });
    await new Promise<void>((resolve) => {
      outbox.events.on(({ type, counts }) => {
        if (type === "sent" && counts.sent === MESSAGES) resolve();
      });
    });
    const rate = perSecond(start);
    await outbox.close();
    return rate;
  });
}

function perSecond(start: number): number {
  return (1_000 * MESSAGES) / (performance.now() - start);
}

// What the queue's benchmarks need: a separate Redis with every write on disk, and a service in a process of
// its own.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { sesHttpClient } from "mimewright/ses";

/** A client of the service. */
export const clientOf = (endpoint: string) =>
  sesHttpClient({ endpoint, region: "us-east-1", credentials: { accessKeyId: "LOCAL", secretAccessKey: "local" } });

/** A service that answers after a while. */
export interface Sink {
  readonly url: string;
  /** Bytes of all calls so far, without their heads. */
  bytes(): Promise<number>;
  stop(): void;
}

/** Starts a service that takes every message, or refuses every one. */
export async function startSink(latency: number, kind: "takes" | "refuses" = "takes"): Promise<Sink> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "queue.sink.js"), String(latency), kind], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const port = await new Promise<string>((resolve) =>
    child.stdout.once("data", (data) => resolve(String(data).trim())),
  );
  const url = `http://127.0.0.1:${port}`;
  return { url, bytes: async () => Number(await (await fetch(url)).text()), stop: () => void child.kill() };
}

/** A Redis. */
export interface OwnRedis {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a Redis; undefined, and a word about it, where there is none. Its log on disk is never rewritten. */
export async function startRedis(): Promise<OwnRedis | undefined> {
  const port = await freePort();
  const dir = mkdtempSync(join(tmpdir(), "mimewright-bench-"));
  const options = ["--port", String(port), "--bind", "127.0.0.1", "--dir", dir, "--save", ""];
  const log = ["--appendonly", "yes", "--appendfsync", "always", "--auto-aof-rewrite-percentage", "0"];
  const child = spawn("redis-server", [...options, ...log], { stdio: "ignore" });
  const isMissing = await new Promise<boolean>((resolve) => {
    child.once("error", () => resolve(true));
    child.once("spawn", () => resolve(false));
  });
  if (isMissing) {
    rmSync(dir, { recursive: true });
    console.log("  redis-server is not installed: nothing was measured");
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

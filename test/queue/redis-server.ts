// A Redis of a test's own: on loopback, on a free port, every write on disk before it is confirmed. MIMEWRIGHT_REDIS
// names another server that speaks as it does: valkey-server.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";

export interface RedisServer {
  readonly url: string;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
  /** Asks it to end, as a restart does. */
  stop(): Promise<void>;
  /** Starts it again, with what is on disk. */
  start(): Promise<void>;
  /** Ends it for good, and removes its files. */
  close(): Promise<void>;
}

export async function startRedis(): Promise<RedisServer> {
  const port = await freePort();
  const dir = mkdtempSync(join(tmpdir(), "mimewright-redis-"));
  let child: ChildProcess | undefined;
  const end = async (signal: "SIGKILL" | "SIGTERM") => {
    const running = child;
    child = undefined;
    if (running === undefined || running.exitCode !== null) return;
    const ended = new Promise((resolve) => running.once("exit", resolve));
    running.kill(signal);
    await ended;
  };
  const kill = () => end("SIGKILL");
  const stop = () => end("SIGTERM");
  const start = async () => {
    child = spawn(process.env.MIMEWRIGHT_REDIS ?? "redis-server", [
      ...["--port", String(port), "--bind", "127.0.0.1", "--dir", dir, "--save", ""],
      ...["--appendonly", "yes", "--appendfsync", "always", "--loglevel", "warning"],
    ]);
    child.on("error", () => {});
    await answering(port);
  };
  await start();
  const close = async () => {
    await kill();
    rmSync(dir, { recursive: true, force: true });
  };
  return { url: `redis://127.0.0.1:${port}`, kill, stop, start, close };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function answering(port: number): Promise<void> {
  const client = new Redis(port, "127.0.0.1", { retryStrategy: () => 50, maxRetriesPerRequest: null });
  client.on("error", () => {});
  const late = setTimeout(() => client.disconnect(), 20_000);
  try {
    await client.ping();
  } finally {
    clearTimeout(late);
    client.disconnect();
  }
}

import { fork } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FaultProxy, startProxy } from "./proxy.ts";
import { startUpstream, type Upstream } from "./upstream.ts";

let upstream: Upstream;
let proxy: FaultProxy;

beforeAll(async () => {
  upstream = await startUpstream();
  proxy = await startProxy(upstream.url);
});
afterAll(async () => {
  await proxy.close();
  await upstream.close();
});

const worker = new URL("./drain-worker.mjs", import.meta.url);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Ends the program in mid-traffic, and gives what it told and how it ended. */
async function ended(kind: "sdk" | "http", timeout: number) {
  const before = proxy.log.length;
  const child = fork(worker, [proxy.url, kind, String(timeout)], { execArgv: ["--no-warnings"] });
  const told = once(child, "message");
  const exit = once(child, "exit");
  while (proxy.log.length < before + 16) await pause(10);
  child.kill("SIGTERM");
  const [counts] = await told;
  const [code, signal] = await exit;
  return { counts, code, signal };
}

describe.each(["sdk", "http"] as const)("a program with a sender over %s that gets SIGTERM", (kind) => {
  it("gives back what was queued, knows what was in flight, and then ends by itself", async () => {
    proxy.plan = () => "hang-before";
    // Without the promise of the timeout the program would stay for the 10 minutes of its deadlines.
    const { counts, code, signal } = await ended(kind, 300);
    expect(counts).toMatchObject({ left: 500, unknown: 16, sent: 0, failed: 500, queued: 0, inFlight: 0 });
    expect([code, signal]).toEqual([0, null]);
  });

  it("lets what is in flight land when the service answers in time", async () => {
    proxy.plan = () => undefined;
    proxy.latency = 1_000;
    const { counts, code } = await ended(kind, 600_000);
    expect(counts).toMatchObject({ left: 500, sent: 16, unknown: 0, queued: 0, inFlight: 0 });
    expect(code).toBe(0);
  });
});

import { Agent, request } from "node:http";
import { describe, expect, it } from "vitest";
import { WireProgress } from "../../src/deliver/core/outcome.ts";
import { watchRequest } from "../../src/deliver/ses/node-http.ts";
import { startIdleServer } from "../faults/idle-process.ts";

/** Holds the event loop until something is so: what comes in meanwhile stays in the kernel. */
function holdUntil(isSo: () => boolean): void {
  const never = new Int32Array(new SharedArrayBuffer(4));
  while (!isSo()) Atomics.wait(never, 0, 0, 5);
}

interface Posted {
  readonly progress: WireProgress;
  readonly settled: Promise<"answered" | "failed">;
}

function post(url: string, agent: Agent, body: Uint8Array | string): Posted {
  const progress = new WireProgress();
  progress.started("whole");
  const made = request(url, { method: "POST", agent });
  watchRequest(made, progress);
  const settled = new Promise<"answered" | "failed">((resolve) => {
    made.on("error", () => resolve("failed"));
    made.on("response", (response) => response.on("end", () => resolve("answered")).resume());
  });
  made.end(body);
  return { progress, settled };
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

describe("what is known of a request on a kept connection", () => {
  it.each([
    ["small", "x"],
    ["large", new Uint8Array(8 * 1024 * 1024)],
  ])("is unsent when the kernel refuses the first write of a %s body whole", async (_, body) => {
    const server = await startIdleServer();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    expect(await post(server.url, agent, "first").settled).toBe("answered");
    await nextTurn();
    // The server resets the connection soon after its answer; nobody looks at it before the next write.
    holdUntil(() => server.resets() === 1);
    const { progress, settled } = post(server.url, agent, body);
    expect(await settled).toBe("failed");
    expect(progress.written).toBe("none");
    agent.destroy();
    server.stop();
  });

  it("is written once the kernel has taken a part of it, whatever comes after", async () => {
    const server = await startIdleServer();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    expect(await post(server.url, agent, "first").settled).toBe("answered");
    await nextTurn();
    const { progress, settled } = post(server.url, agent, "second");
    expect(await settled).toBe("answered");
    expect(progress.written).toBe("some");
    agent.destroy();
    server.stop();
  });

  it("stays written when a handler that writes twice has its second request refused", () => {
    const progress = new WireProgress();
    progress.started("whole");
    progress.found();
    progress.connected();
    progress.found();
    progress.refused();
    expect(progress.written).toBe("some");
  });
});

describe("a request that has not shown itself", () => {
  it("may be written at any time", () => {
    const progress = new WireProgress();
    expect(progress.written).toBe("none");
    progress.started("shown");
    expect(progress.written).toBe("unknown");
    progress.found();
    expect(progress.written).toBe("none");
  });
});

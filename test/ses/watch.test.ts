import { Agent, request } from "node:http";
import { describe, expect, it } from "vitest";
import { Sight } from "../../src/ses/wire/sight.ts";
import { watchRequest } from "../../src/ses/wire/watch.ts";
import { startIdleServer } from "../faults/idle-process.ts";

/** Holds the event loop: what comes in meanwhile stays in the kernel. */
function hold(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

interface Posted {
  readonly sight: Sight;
  readonly settled: Promise<"answered" | "failed">;
}

function post(url: string, agent: Agent, body: Uint8Array | string): Posted {
  const sight = new Sight();
  sight.started("whole");
  const made = request(url, { method: "POST", agent });
  watchRequest(made, sight);
  const settled = new Promise<"answered" | "failed">((resolve) => {
    made.on("error", () => resolve("failed"));
    made.on("response", (response) => response.on("end", () => resolve("answered")).resume());
  });
  made.end(body);
  return { sight, settled };
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
    // The server resets the connection within 50 ms of its answer; nobody looks at it before the next write.
    hold(200);
    const { sight, settled } = post(server.url, agent, body);
    expect(await settled).toBe("failed");
    expect(sight.written).toBe("none");
    agent.destroy();
    server.stop();
  });

  it("is written once the kernel has taken a part of it, whatever comes after", async () => {
    const server = await startIdleServer();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    expect(await post(server.url, agent, "first").settled).toBe("answered");
    await nextTurn();
    const { sight, settled } = post(server.url, agent, "second");
    expect(await settled).toBe("answered");
    expect(sight.written).toBe("some");
    agent.destroy();
    server.stop();
  });

  it("stays written when a handler that writes twice has its second request refused", () => {
    const sight = new Sight();
    sight.started("whole");
    sight.found();
    sight.connected();
    sight.found();
    sight.refused();
    expect(sight.written).toBe("some");
  });
});

describe("a request that has not shown itself", () => {
  it("may be written at any time", () => {
    const sight = new Sight();
    expect(sight.written).toBe("none");
    sight.started("shown");
    expect(sight.written).toBe("unknown");
    sight.found();
    expect(sight.written).toBe("none");
  });
});

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { inspectOutbox, openOutbox } from "mimewright/outbox";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FaultProxy, startProxy } from "../faults/proxy.ts";
import { startUpstream, type Upstream } from "../faults/upstream.ts";
import { start } from "./process.ts";
import { newPath, open, sending, until } from "./support.ts";

let upstream: Upstream;
let proxy: FaultProxy;

beforeEach(async () => {
  upstream = await startUpstream();
  proxy = await startProxy(upstream.url);
});
afterEach(async () => {
  await proxy.close();
  await upstream.close();
});

describe("an outbox that another process owns", () => {
  it("cannot be opened, and can as soon as that process is killed", async () => {
    const path = newPath();
    proxy.plan = () => "hang-before";
    const running = start({ path, endpoint: proxy.url, from: 0, to: 20 });
    await until(() => proxy.log.length === 16);
    await expect(openOutbox({ path, sender: sending() })).rejects.toMatchObject({ code: "outbox.owned" });
    running.kill();
    await running.ended;
    const outbox = await open({ path, sender: sending() });
    await until(async () => (await outbox.counts()).sent === 4);
    expect(await outbox.counts()).toMatchObject({ unknown: 16, queued: 0, inflight: 0 });
  });

  it("can be looked at and set right meanwhile, and its owner sees it", async () => {
    const path = newPath();
    proxy.plan = ({ attempt }) => (attempt === 0 ? "rejected" : undefined);
    const running = start({ path, endpoint: proxy.url, from: 0, to: 1, outbox: { concurrency: 2 } });
    await until(() => running.told.some(({ type }) => type === "open"));
    const inspector = await inspectOutbox({ path });
    await until(async () => (await inspector.counts()).dead === 1 || running.child.exitCode !== null);
    await inspector.close();
    await running.ended;
    const other = await inspectOutbox({ path });
    await other.retry("m0");
    await other.close();
    const again = start({ path, endpoint: proxy.url, from: 0, to: 0 });
    await again.ended;
    const last = await inspectOutbox({ path });
    expect(await last.get("m0")).toMatchObject({ state: "sent" });
    await last.close();
  });

  it("sends what somebody else asked to retry", async () => {
    const path = newPath();
    proxy.plan = ({ tag, attempt }) => (tag === "m0" ? (attempt === 0 ? "rejected" : undefined) : "hang-before");
    const running = start({ path, endpoint: proxy.url, from: 0, to: 2 });
    const inspector = await inspectOutboxWhenThere(path);
    await until(async () => (await inspector.counts()).dead === 1);
    await inspector.retry("m0");
    await until(async () => (await inspector.get("m0"))?.state === "sent");
    await inspector.close();
    running.kill();
    await running.ended;
  });
});

async function inspectOutboxWhenThere(path: string) {
  for (;;) {
    try {
      return await inspectOutbox({ path });
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

describe("SIGTERM", () => {
  it("lets what is in flight come to its end, keeps the rest, and the process ends by itself", async () => {
    const path = newPath();
    proxy.plan = ({ tag }) => (tag === "m0" ? undefined : "hang-before");
    const running = start({ path, endpoint: proxy.url, from: 0, to: 100 });
    await until(() => running.told.some(({ type }) => type === "filled") && proxy.log.length >= 17);
    running.child.kill("SIGTERM");
    await until(() => running.told.some(({ type }) => type === "closed"));
    const closed = running.told.find(({ type }) => type === "closed");
    expect(closed?.counts).toMatchObject({ queued: 83, inflight: 0, unknown: 16, sent: 1 });
    expect(await running.ended).toBe(0);
  });
});

/** Runs a program over the built package to its own end. @returns what it printed */
async function program(body: string, path: string): Promise<string> {
  const source = `
    import { message } from "mimewright";
    import { openOutbox } from "mimewright/outbox";
    let calls = 0;
    const later = { status: "failed", code: "send.connection", message: "no", retryable: true, attempts: 1 };
    const sender = { sendRaw: async () => (calls++ === 0 ? later : { status: "sent", messageId: "1", attempts: 1 }) };
    const outbox = await openOutbox({ path: ${JSON.stringify(path)}, sender, retries: { base: 300 } });
    await outbox.enqueue(message({ from: "ann@example.com", to: "bob@example.com", text: "Hi" }));
    ${body}`;
  const cwd = fileURLToPath(new URL("../../", import.meta.url));
  const args = ["--no-warnings", "--input-type=module", "--eval", source];
  return (await promisify(execFile)(process.execPath, args, { cwd })).stdout;
}

describe("an open outbox", () => {
  it("keeps no process alive: what waits for its next attempt stays in the file", async () => {
    const path = newPath();
    expect(await program('console.log("stored");', path)).toBe("stored\n");
    const inspector = await inspectOutbox({ path });
    expect(await inspector.counts()).toMatchObject({ sent: 0, queued: 1 });
    await inspector.close();
  });

  it("keeps it alive as long as somebody waits for an outcome", async () => {
    expect(await program("console.log((await outbox.wait(1)).status);", newPath())).toBe("sent\n");
  });
});

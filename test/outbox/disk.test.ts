import { chmodSync, existsSync, mkdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { inspectOutbox } from "mimewright/outbox";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FaultProxy, startProxy } from "../faults/proxy.ts";
import { startUpstream, type Upstream } from "../faults/upstream.ts";
import { start, type Told } from "./process.ts";
import { smallDisk } from "./small-disk.ts";
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

const indexes = (told: readonly Told[], type: Told["type"]) =>
  told.flatMap((one) => (one.type === type && one.index !== undefined ? [one.index] : []));

describe("a disk that takes no more", () => {
  it("refuses what cannot be stored, and nothing goes out that is not in the outbox", async () => {
    const path = newPath();
    // The kernel refuses to let a file grow beyond this (RLIMIT_FSIZE), in the middle of the work.
    const text = "x".repeat(12_000);
    const running = start({ path, endpoint: proxy.url, from: 0, to: 200, text }, undefined, 1_500_000);
    await until(() => running.told.some(({ type }) => type === "filled" || type === "failed"));
    running.kill();
    await running.ended;
    const stored = indexes(running.told, "stored");
    const refused = running.told.filter(({ type }) => type === "refused");
    expect(stored.length).toBeGreaterThan(0);
    expect(refused.length).toBeGreaterThan(0);
    expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(["outbox.write"]));
    const inspector = await inspectOutbox({ path });
    const records = await inspector.list({ limit: 1_000 });
    await inspector.close();
    const recorded = new Map(records.map(({ key, state, attempts }) => [key, { state, attempts }]));
    for (const index of stored) expect(recorded.has(`m${index}`), `m${index} was stored`).toBe(true);
    for (const { tag } of proxy.log) expect(recorded.get(tag)?.attempts, `${tag} went out`).toBeGreaterThan(0);
    // Opened where there is room again: nothing is sent twice, everything else goes out.
    const before = new Set(proxy.log.map(({ tag }) => tag));
    const sender = sending();
    const outbox = await open({ path, sender });
    await until(async () => {
      const { queued, inflight } = await outbox.counts();
      return queued + inflight === 0;
    });
    const later = sender.calls.map(({ options }) => options.tags?.t ?? "");
    expect(later.filter((tag) => before.has(tag))).toEqual([]);
    // What was marked and not heard of at the kill is in doubt, and is not sent either.
    const doubtful = (await outbox.list({ state: "unknown", limit: 1_000 })).map(({ key }) => key);
    expect(new Set([...later, ...before, ...doubtful]).size).toBe(records.length);
  });

  it("goes on by itself when there is room again, and neither loses nor doubles anything", async () => {
    const { path, limit, grow } = smallDisk(1_200_000);
    const job = { path, endpoint: proxy.url, from: 0, to: 150, text: "z".repeat(12_000) };
    const full = start(job, undefined, limit);
    await until(() => full.told.some(({ type }) => type === "filled" || type === "failed"));
    expect(indexes(full.told, "refused").length).toBeGreaterThan(0);
    expect(indexes(full.told, "stored").length).toBeGreaterThan(0);
    if (grow === undefined) full.kill();
    else grow();
    await full.ended;
    // Where the limit is the process's own, another one goes on. Everything that was refused is given once more.
    const again = start(job);
    await again.ended;
    expect(again.told.at(-1)).toMatchObject({ type: "done", counts: { queued: 0, inflight: 0, dead: 0 } });
    const { sent = 0, unknown = 0 } = again.told.at(-1)?.counts ?? {};
    expect(sent + unknown).toBe(150);
    expect(unknown).toBeLessThanOrEqual(grow === undefined ? 16 : 0);
    expect(upstream.taken).toHaveLength(new Set(upstream.taken.map(({ tag }) => tag)).size);
  });

  it("opens nothing new when there is no room for it, leaves nothing half made, and does when there is", async () => {
    const { path, limit, grow } = smallDisk(16_384);
    const full = start({ path, endpoint: proxy.url, from: 0, to: 1 }, undefined, limit);
    await full.ended;
    expect(full.told).toEqual([expect.objectContaining({ type: "failed", code: "outbox.write" })]);
    expect(existsSync(path)).toBe(false);
    grow?.();
    const again = start({ path, endpoint: proxy.url, from: 0, to: 1 });
    await again.ended;
    expect(again.told.at(-1)).toMatchObject({ type: "done", counts: { sent: 1 } });
  });

  it("opens nothing where this user may not write, and says so", async () => {
    const folder = join(dirname(newPath()), "closed");
    mkdirSync(folder, { mode: 0o755 });
    chmodSync(dirname(folder), 0o755);
    // Rights do not bind root: the process takes on those of nobody, once it is loaded.
    const user = process.getuid?.() === 0 ? { user: 65_534 } : {};
    if (user.user === undefined) chmodSync(folder, 0o555);
    const path = join(folder, "mail.outbox");
    const running = start({ path, endpoint: proxy.url, from: 0, to: 1, ...user });
    await running.ended;
    expect(running.told).toEqual([expect.objectContaining({ type: "failed", code: "outbox.write" })]);
    expect(existsSync(path)).toBe(false);
    chmodSync(folder, 0o755);
  });

  it("opens nothing that it may read only", async () => {
    const path = newPath();
    const outbox = await open({ path, sender: sending() });
    await outbox.enqueue({
      raw: new TextEncoder().encode("A: b\r\n\r\n"),
      envelope: { from: "a@x.example", to: ["b@x.example"] },
    });
    await outbox.wait(1);
    await outbox.close();
    const isRoot = process.getuid?.() === 0;
    chmodSync(dirname(path), isRoot ? 0o755 : 0o555);
    chmodSync(path, 0o444);
    const size = statSync(path).size;
    const running = start({ path, endpoint: proxy.url, from: 0, to: 1, ...(isRoot ? { user: 65_534 } : {}) });
    await running.ended;
    chmodSync(dirname(path), 0o755);
    expect(running.told).toEqual([expect.objectContaining({ type: "failed", code: "outbox.write" })]);
    expect(statSync(path).size).toBe(size);
    expect(proxy.log).toEqual([]);
  });

  it("takes in what fits beside what does not, and goes on when there is room again", async () => {
    const path = newPath();
    const small = start({ path, endpoint: proxy.url, from: 0, to: 40, text: "y".repeat(12_000) }, undefined, 700_000);
    await until(() => small.told.some(({ type }) => type === "filled" || type === "failed"));
    small.kill();
    await small.ended;
    const all = start({ path, endpoint: proxy.url, from: 0, to: 40, text: "y".repeat(12_000) });
    await all.ended;
    expect(all.told.at(-1)).toMatchObject({ type: "done", counts: { queued: 0, inflight: 0 } });
    const taken = new Set(upstream.taken.map(({ tag }) => tag));
    expect(upstream.taken).toHaveLength(taken.size);
  });
});

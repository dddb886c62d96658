// The fault plan at full length. Each test says what it measured.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { message } from "mimewright";
import type { SendResult } from "mimewright/ses";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ClientName, mail, report, senderOver, tagsOf } from "../faults/clients.ts";
import { draw, standardMix } from "../faults/faults.ts";
import { startIdleServer } from "../faults/idle-process.ts";
import { judge } from "../faults/judge.ts";
import { type FaultProxy, startProxy } from "../faults/proxy.ts";
import { startUpstream, type Upstream } from "../faults/upstream.ts";

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

const MB = 1024 * 1024;
const apis = ["sdk v1", "sdk v2", "http v1", "http v2"] as const;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const resources = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;

describe.each(["sdk v1", "http v1"] as const)("clean, over %s", (name) => {
  it("sends 20,000 messages, 64 at once, and keeps nothing of them", async () => {
    const m = message({ from: "ann@example.com", to: "bob@example.com", subject: "Hi", text: "x".repeat(4_000) });
    const sender = senderOver(name, upstream.url, { concurrency: 64 });
    const timers = resources();
    const controller = new AbortController();
    let early = 0;
    let sent = 0;
    for await (const result of sender.sendAll(repeat(m, 20_000), { signal: controller.signal })) {
      if (result.status === "sent") sent++;
      // The upstream keeps what it took; that memory is not the sender's.
      upstream.taken.length = 0;
      if (result.index === 2_000) early = residentSize();
    }
    await sender.close();
    const growth = (residentSize() - early) / MB;
    console.log(`${name}: ${sent} sent, resident size +${growth.toFixed(1)} MB since message 2,000`);
    expect(sent).toBe(20_000);
    expect(growth).toBeLessThanOrEqual(30);
    expect(resources()).toBeLessThanOrEqual(timers);
  });
});

function* repeat<T>(value: T, count: number): Generator<T> {
  for (let at = 0; at < count; at++) yield value;
}

function residentSize(): number {
  globalThis.gc?.();
  return process.memoryUsage.rss();
}

describe.each(apis)("the standard mix over %s", (name) => {
  const quick = { retries: { base: 5, cap: 200 }, deadlines: { firstByte: 2_000 } };

  it.each([1, 2, 3, 4, 5])("at most once, seed %i", async (seed) => {
    proxy.plan = standardMix(seed);
    const tags = tagsOf(2_000);
    const sender = senderOver(name, proxy.url, quick);
    const { broken, duplicates, counts, unexplained } = judge(
      tags,
      proxy.log,
      await report(sender, tags),
      "at-most-once",
    );
    console.log(
      `${name} seed ${seed}: ${JSON.stringify(counts)}, ${duplicates} twice, ${unexplained} by the connection`,
    );
    expect(broken).toEqual([]);
    expect(duplicates).toBe(0);
    expect(counts.unknown / 2_000).toBeLessThanOrEqual(0.24);
    expect(unexplained / 2_000).toBeLessThanOrEqual(0.01);
  });

  it.each([1, 2, 3, 4, 5])("at least once, seed %i", async (seed) => {
    proxy.plan = standardMix(seed);
    const tags = tagsOf(2_000);
    const sender = senderOver(name, proxy.url, { ...quick, onAmbiguous: "retry" });
    const { broken, duplicates, counts } = judge(tags, proxy.log, await report(sender, tags), "at-least-once");
    console.log(`${name} seed ${seed}: ${JSON.stringify(counts)}, ${duplicates} copies`);
    expect(broken).toEqual([]);
    expect(counts.unknown / 2_000).toBeLessThanOrEqual(0.005);
    expect(duplicates / 2_000).toBeLessThanOrEqual(0.2);
  });
});

describe.each(["sdk v1", "http v1"] as const)("%s", (name: ClientName) => {
  it.each(["hang-before", "hang-after", "slow-response"] as const)("keeps its deadline under %s", async (fault) => {
    proxy.plan = () => fault;
    const sender = senderOver(name, proxy.url, { deadlines: { firstByte: 1_000, total: 1_500 }, concurrency: 50 });
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const times = await Promise.all(
      tagsOf(50).map(async (t) => {
        const start = performance.now();
        expect((await sender.send(mail, { tags: { t } })).status).toBe("unknown");
        return performance.now() - start;
      }),
    );
    delay.disable();
    const slowest = Math.max(...times);
    console.log(
      `${name} ${fault}: slowest ${slowest.toFixed(0)} ms, event loop p99 ${(delay.percentile(99) / 1e6).toFixed(0)} ms`,
    );
    // The first call also loads the SDK.
    expect(slowest).toBeLessThanOrEqual((fault === "slow-response" ? 1_500 : 1_000) + 400);
    expect(delay.percentile(99) / 1e6).toBeLessThan(50);
  });

  it("does not hold an endless answer", async () => {
    proxy.plan = () => "huge-200";
    const sender = senderOver(name, proxy.url);
    await sender.send(mail, { tags: { t: "warm" } });
    const before = residentSize();
    for (let round = 0; round < 5; round++) {
      expect((await sender.send(mail, { tags: { t: `huge${round}` } })).status).toBe("unknown");
    }
    const growth = (residentSize() - before) / MB;
    console.log(`${name}: resident size +${growth.toFixed(1)} MB over 5 answers of 64 MiB`);
    expect(growth).toBeLessThan(16);
  });

  it("comes through a storm of throttling, and back to its rate", async () => {
    const start = performance.now();
    const storm = 30_000;
    let calls = 0;
    proxy.plan = () =>
      performance.now() - start < storm && draw(`storm${calls++}`) < 0.8 ? "throttle-rate" : undefined;
    const sender = senderOver(name, proxy.url, { rate: 14, deadlines: { total: 300_000 } });
    const tags = tagsOf(300);
    const { broken, counts } = judge(tags, proxy.log, await report(sender, tags), "at-most-once");
    const after = proxy.log.filter(({ at }) => at - start >= storm + 5_000 && at - start < storm + 10_000);
    const rate = after.reduce((sum, { recipients }) => sum + recipients, 0) / 5;
    console.log(
      `${name}: ${JSON.stringify(counts)}, ${proxy.log.length} requests, ${rate.toFixed(1)}/s from 5 s after the storm`,
    );
    expect(broken).toEqual([]);
    expect(counts.sent).toBe(300);
    expect(proxy.log.length).toBeLessThanOrEqual(3 * 300);
    expect(rate).toBeGreaterThanOrEqual(0.9 * 14);
  });

  it("keeps a rate of 50 recipients per second, and uses it", async () => {
    const sizes = Array.from({ length: 45 }, (_, index) => 1 + Math.floor(draw(`size${index}`) * 50));
    const mails = sizes.map((size) =>
      message({
        from: "ann@example.com",
        to: Array.from({ length: size }, (_, at) => `r${at}@example.com`),
        text: "x",
      }),
    );
    const sender = senderOver(name, proxy.url, { rate: 50 });
    await Promise.all(mails.map((m) => sender.send(m)));
    const log = [...proxy.log].sort((a, b) => a.at - b.at);
    for (const [index, first] of log.entries()) {
      let sum = 0;
      for (const { at, recipients } of log.slice(index)) {
        if (at >= first.at + 1_000) break;
        sum += recipients;
        expect(sum).toBeLessThanOrEqual(50 + recipients);
      }
    }
    const seconds = ((log.at(-1)?.at ?? 0) - (log[0]?.at ?? 0)) / 1_000;
    const mean = log.slice(0, -1).reduce((sum, { recipients }) => sum + recipients, 0) / seconds;
    console.log(`${name}: ${mean.toFixed(1)} recipients/s over ${seconds.toFixed(0)} s`);
    expect(mean).toBeGreaterThanOrEqual(0.95 * 50);
  });

  it("loses and doubles nothing when idle connections are reset", async () => {
    const server = await startIdleServer();
    const sender = senderOver(name, server.url, { concurrency: 4 });
    const tags = tagsOf(2_000);
    const reports = [];
    for (let start = 0; start < tags.length; start += 8) {
      reports.push(...(await report(sender, tags.slice(start, start + 8))));
      await pause(draw(`idle${start}`) * 60);
    }
    const { broken, duplicates, counts } = judge(tags, await server.log(), reports, "at-most-once");
    server.stop();
    console.log(`${name}: ${JSON.stringify(counts)}`);
    expect(broken).toEqual([]);
    expect(duplicates).toBe(0);
    expect(counts.unknown / 2_000).toBeLessThanOrEqual(0.01);
  });

  it("guesses nothing about connections that drop: before and after look alike", async () => {
    proxy.plan = ({ tag }) => (draw(tag) < 0.5 ? "drop-before" : "drop-after");
    const sender = senderOver(name, proxy.url);
    const tags = tagsOf(2_000);
    const { broken, counts } = judge(tags, proxy.log, await report(sender, tags), "at-most-once");
    console.log(`${name}: ${JSON.stringify(counts)}, ${proxy.log.filter(({ taken }) => taken).length} of them taken`);
    expect(broken).toEqual([]);
    expect(counts).toEqual({ sent: 0, failed: 0, unknown: 2_000 });
  });

  it("calls resets of young connections unknown, or gets through", async () => {
    proxy.connectionPlan = (connection) => {
      const chance = draw(`connection${connection}`);
      if (chance < 0.2) return "accept-reset";
      return chance < 0.3 ? "head-reset" : undefined;
    };
    proxy.closing = true;
    const sender = senderOver(name, proxy.url, { concurrency: 8 });
    const tags = tagsOf(2_000);
    const { broken, duplicates, counts } = judge(tags, proxy.log, await report(sender, tags), "at-most-once");
    console.log(`${name}: ${JSON.stringify(counts)}, ${duplicates} twice`);
    expect(broken).toEqual([]);
    expect(duplicates).toBe(0);
    expect(counts.failed).toBe(0);
    expect(counts.unknown).toBeGreaterThan(0);
  });

  it("waits five seconds for an endpoint that is down, and sends all once it is back", async () => {
    const { port } = proxy;
    await proxy.close();
    const sender = senderOver(name, `http://127.0.0.1:${port}`);
    const tags = tagsOf(100);
    const sending = report(sender, tags);
    await pause(5_000);
    proxy = await startProxy(upstream.url, () => undefined, port);
    const { broken, counts } = judge(tags, proxy.log, await sending, "at-most-once");
    console.log(`${name}: ${JSON.stringify(counts)}`);
    expect(broken).toEqual([]);
    expect(counts.sent).toBe(100);
  });

  it.each([
    ["a refusal", "rejected", "failed"],
    ["a drop", "drop-after", "unknown"],
    ["a server error", "500", "unknown"],
    ["silence", "hang-after", "unknown"],
    ["a passing refusal", "503", "failed"],
    ["half an answer", "trunc-close", "unknown"],
  ] as const)(
    "splits 1,000 recipients: %s of one group hides no other, and a resume sends the rest",
    async (_, fault, state) => {
      const to = Array.from({ length: 1_000 }, (_, at) => `r${at}@example.com`);
      const m = message({ from: "ann@example.com", to, text: "x" });
      // All groups have one tag: the seventh request and what is tried again of it fail.
      proxy.plan = ({ attempt }) => (attempt === 6 ? fault : undefined);
      const options = {
        split: "envelope",
        concurrency: 1,
        retries: { max: 0 },
        deadlines: { firstByte: 500 },
      } as const;
      const sender = senderOver(name, proxy.url, options);
      const result = await sender.send(m);
      const groups = result.groups ?? [];
      const missing = groups.filter((group) => group.result.status !== "sent");
      expect(groups).toHaveLength(20);
      expect(missing.map((group) => [group.recipients.length, group.result.status])).toEqual([[50, state]]);
      const before = proxy.log.length;
      const whole = await sender.resume(m, result);
      expect(whole.status).toBe("sent");
      expect(proxy.log.slice(before).map(({ recipients }) => recipients)).toEqual([50]);
    },
  );

  it("settles 500 aborts at each of five moments within 50 ms", async () => {
    const sender = senderOver(name, proxy.url, { concurrency: 50 });
    await sender.send(mail, { tags: { t: "warm" } });
    proxy.plan = () => "hang-before";
    let latest = 0;
    for (const moment of [0, 1, 10, 50, 200]) {
      for (let round = 0; round < 10; round++) {
        const controller = new AbortController();
        let abortedAt = 0;
        setTimeout(() => {
          abortedAt = performance.now();
          controller.abort();
        }, moment);
        const one = async (t: string): Promise<SendResult> => {
          const result = await sender.send(mail, { signal: controller.signal, tags: { t } });
          latest = Math.max(latest, performance.now() - abortedAt);
          return result;
        };
        const results = await Promise.all(tagsOf(50).map((tag) => one(`a${moment}-${round}-${tag}`)));
        expect(results.every(({ status }) => status === "failed" || status === "unknown")).toBe(true);
      }
    }
    console.log(`${name}: latest ${latest.toFixed(1)} ms after its abort`);
    expect(latest).toBeLessThanOrEqual(50);
  });

  it("drains: 16 in flight land, 500 come back", async () => {
    proxy.plan = () => "hang-before";
    const sender = senderOver(name, proxy.url, { deadlines: { firstByte: 20_000 } });
    const sends = Array.from({ length: 516 }, (_, index) => sender.send(mail, { tags: { t: `d${index}` } }));
    await pause(500);
    const start = performance.now();
    const { left } = await sender.close({ timeout: 1_000 });
    const took = performance.now() - start;
    const results = await Promise.all(sends);
    console.log(`${name}: closed in ${took.toFixed(0)} ms, ${left.length} given back`);
    expect(left).toHaveLength(500);
    expect(results.filter(({ status }) => status === "unknown")).toHaveLength(16);
    expect(took).toBeLessThanOrEqual(1_500);
  });
});

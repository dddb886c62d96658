import { afterEach, describe, expect, it } from "vitest";
import { report, senderOver, tagsOf } from "./clients.ts";
import { standardMix } from "./faults.ts";
import { judge } from "./judge.ts";
import { type FaultProxy, startProxy } from "./proxy.ts";
import { startUpstream, type Upstream } from "./upstream.ts";

let upstream: Upstream;
let proxy: FaultProxy;

afterEach(async () => {
  await proxy.close();
  await upstream.close();
});

const MESSAGES = 300;
const quick = { retries: { base: 5, cap: 100 }, deadlines: { firstByte: 2_000 } };

describe.each(["sdk v1", "sdk v2", "http v1", "fetch v1"] as const)("the standard mix over %s", (name) => {
  it("at most once: nothing lost, doubled or told wrong", async () => {
    upstream = await startUpstream();
    proxy = await startProxy(upstream.url, standardMix(1));
    const sender = senderOver(name, proxy.url, quick);
    const tags = tagsOf(MESSAGES);
    const { broken, duplicates, counts, unexplained } = judge(
      tags,
      proxy.log,
      await report(sender, tags),
      "at-most-once",
    );
    await sender.close();
    expect(broken).toEqual([]);
    expect(duplicates).toBe(0);
    expect(counts.unknown / MESSAGES).toBeLessThanOrEqual(0.24);
    expect(unexplained / MESSAGES).toBeLessThanOrEqual(0.01);
  });

  it("at least once: every copy follows a doubt, and has the same bytes", async () => {
    upstream = await startUpstream();
    proxy = await startProxy(upstream.url, standardMix(2));
    const sender = senderOver(name, proxy.url, { ...quick, onAmbiguous: "retry" });
    const tags = tagsOf(MESSAGES);
    const { broken, duplicates, counts } = judge(tags, proxy.log, await report(sender, tags), "at-least-once");
    await sender.close();
    expect(broken).toEqual([]);
    expect(counts.unknown / MESSAGES).toBeLessThanOrEqual(0.005);
    expect(duplicates / MESSAGES).toBeLessThanOrEqual(0.2);
    const bytes = new Map<string, string>();
    for (const { tag, raw } of proxy.log) {
      const text = raw.toString("latin1");
      expect(bytes.get(tag) ?? text).toBe(text);
      bytes.set(tag, text);
    }
  });
});

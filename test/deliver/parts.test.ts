import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Release, Slots } from "../../src/deliver/core/line.ts";
import { backoff, RetryBudget } from "../../src/deliver/core/policy.ts";
import { QuotaCounter } from "../../src/deliver/core/quota.ts";
import { combineGroups, type GroupResult, ownMessageId, sha256 } from "../../src/deliver/core/result.ts";
import { FakeClock, settle } from "./fake-clock.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const never = new AbortController().signal;

describe("backoff", () => {
  it("is anywhere between nothing and a bound that doubles up to the cap", () => {
    const bounds = [0, 1, 2, 7, 8, 100].map((retry) => backoff(retry, { base: 100, cap: 20_000 }, () => 1));
    expect(bounds).toEqual([100, 200, 400, 12_800, 20_000, 20_000]);
    expect(backoff(5, { base: 100, cap: 20_000 }, () => 0)).toBe(0);
  });

  it("has a budget: a burst, then a share of what is sent", () => {
    const budget = new RetryBudget({ burst: 3, share: 0.1 });
    expect([1, 2, 3, 4].map(() => budget.take())).toEqual([true, true, true, false]);
    for (let request = 0; request < 101; request++) budget.earn();
    let taken = 0;
    while (budget.take()) taken++;
    expect(taken).toBe(3);
  });
});

describe("the daily quota", () => {
  it("refuses nothing while it is not known", () => {
    expect(new QuotaCounter(new FakeClock()).allows(1_000_000)).toBe(true);
  });

  it("counts on from what the service says, up to the reserve", () => {
    const quota = new QuotaCounter(new FakeClock(), { reserve: 10 });
    quota.learn({ max24Hour: 200, maxRate: 1, sentLast24Hours: 100 });
    quota.sent(50);
    expect(quota.state).toEqual({ max24Hour: 200, maxRate: 1, used: 150, left: 50 });
    expect([39, 40, 41].map((count) => quota.allows(count))).toEqual([true, true, false]);
  });

  it("keeps what was sent while the service was asked", () => {
    const quota = new QuotaCounter(new FakeClock());
    quota.sent(5);
    const before = quota.total;
    quota.sent(3);
    quota.learn({ max24Hour: 200, sentLast24Hours: 105 }, quota.total - before);
    expect(quota.state.used).toBe(108);
    expect(quota.total).toBe(8);
  });

  it("forgets after 24 hours", async () => {
    const clock = new FakeClock();
    const quota = new QuotaCounter(clock);
    quota.learn({ max24Hour: 200, maxRate: 1, sentLast24Hours: 100 });
    quota.sent(100);
    expect(quota.allows(1)).toBe(false);
    await clock.advance(86_400_000 + 900_000);
    expect(quota.state.used).toBe(0);
  });

  it("-1 is unlimited, 0 and nothing are unknown", () => {
    const quota = new QuotaCounter(new FakeClock());
    quota.learn({ max24Hour: -1, maxRate: -1, sentLast24Hours: 5 });
    expect(quota.state).toMatchObject({ max24Hour: Number.POSITIVE_INFINITY, maxRate: Number.POSITIVE_INFINITY });
    quota.learn({ max24Hour: 0, maxRate: 0 });
    expect(quota.state).toEqual({ used: 0 });
    expect(quota.allows(50)).toBe(true);
  });

  it("is asked for at most once a minute", async () => {
    const clock = new FakeClock();
    const quota = new QuotaCounter(clock);
    expect([quota.shouldAsk(), quota.shouldAsk()]).toEqual([true, false]);
    await clock.advance(59_999);
    expect(quota.shouldAsk()).toBe(false);
    await clock.advance(1);
    expect(quota.shouldAsk()).toBe(true);
  });
});

describe("slots", () => {
  it("are given in order, never more than there are", async () => {
    const slots = new Slots(2);
    const order: number[] = [];
    const releases: Release[] = [];
    for (let call = 0; call < 5; call++) {
      void slots.take(1, never).then((release) => {
        order.push(call);
        if (release) releases.push(release);
      });
    }
    await settle();
    expect(order).toEqual([0, 1]);
    expect([slots.inFlight, slots.queued]).toEqual([2, 3]);
    releases.shift()?.();
    await settle();
    expect(order).toEqual([0, 1, 2]);
  });

  it("bound the bytes in flight, and let a message larger than that go alone", async () => {
    const slots = new Slots(10, { bytes: 100 });
    const first = await slots.take(500, never);
    let second = false;
    void slots.take(1, never).then(() => {
      second = true;
    });
    await settle();
    expect(second).toBe(false);
    first?.();
    first?.();
    await settle();
    expect(second).toBe(true);
    expect(slots.inFlight).toBe(1);
  });

  it("say when the line is full, by count and by bytes", async () => {
    const slots = new Slots(1, { count: 2, bytes: 100 });
    expect(slots.hasRoom(1_000)).toBe(true);
    await slots.take(10, never);
    void slots.take(10, never);
    expect([slots.hasRoom(80), slots.hasRoom(81)]).toEqual([true, false]);
    void slots.take(10, never);
    expect(slots.hasRoom(1)).toBe(false);
  });

  it("lose nobody who leaves the line", async () => {
    const slots = new Slots(1);
    const release = await slots.take(1, never);
    const controller = new AbortController();
    const leaving = slots.take(1, controller.signal);
    const staying = slots.take(1, never);
    controller.abort();
    expect(await leaving).toBeUndefined();
    release?.();
    expect(await staying).toBeTypeOf("function");
    expect(await slots.take(1, controller.signal)).toBeUndefined();
  });
});

describe("the fingerprint", () => {
  it("finds the Message-ID in the head only, folded or not", () => {
    expect(ownMessageId(bytes("From: a\r\nMessage-ID: <a@b>\r\n\r\nx"))).toBe("<a@b>");
    expect(ownMessageId(bytes("From: a\r\nmessage-id:\r\n <a@b>\r\n\r\nx"))).toBe("<a@b>");
    expect(ownMessageId(bytes("From: a\r\n\r\nMessage-ID: <a@b>\r\n"))).toBeUndefined();
    expect(ownMessageId(bytes("From: a\n\nMessage-ID: <a@b>\n"))).toBeUndefined();
  });

  it("is SHA-256", async () => {
    expect(await sha256(bytes("abc"))).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });
});

describe("results of groups", () => {
  const sent = { recipients: ["a@x"], result: { status: "sent", messageId: "1", attempts: 1 } } as const;
  const failed = {
    recipients: ["b@x"],
    result: { status: "failed", code: "X", message: "", retryable: false, attempts: 2 },
  } as const;

  it("are one result when there is one group", () => {
    expect(combineGroups([sent], 1)).toBe(sent.result);
  });

  it("keep their common status, and are partial otherwise", () => {
    expect(combineGroups([sent, sent], 2)).toMatchObject({
      status: "sent",
      messageId: "1",
      attempts: 2,
      groups: [sent, sent],
    });
    expect(combineGroups([failed, failed], 4)).toMatchObject({ status: "failed", code: "X" });
    expect(combineGroups([sent, failed], 3)).toEqual({ status: "partial", attempts: 3, groups: [sent, failed] });
  });

  it("never hide one that was not sent", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom<GroupResult>(sent, failed), { minLength: 1 }), (groups) => {
        const all = groups.every(({ result }) => result.status === "sent");
        expect(combineGroups(groups, 1).status === "sent").toBe(all);
      }),
    );
  });
});

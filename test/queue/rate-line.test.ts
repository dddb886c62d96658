import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Grant, SharedRateLine, Spacing } from "../../src/deliver/queue/budget.ts";
import { FakeClock, settle } from "../deliver/fake-clock.ts";

const never = new AbortController().signal;

const go = (...places: readonly number[]): Grant => ({
  kind: "go",
  places: places.map((at) => ({ in: at, place: at })),
});

/** A line before a budget that says what it is told to, else gives everybody a place; and what it was asked. */
function lineOver(grants: readonly (Grant | "error")[], together = 0) {
  const clock = new FakeClock();
  const asked: (readonly number[])[] = [];
  const left = [...grants];
  const line = new SharedRateLine({
    clock,
    together: () => together,
    ask: async (recipients) => {
      asked.push(recipients);
      const grant = left.shift() ?? go(...recipients.map(() => 0));
      if (grant === "error") throw new Error("away");
      return grant;
    },
  });
  return { clock, asked, line };
}

describe("the line in front of the shared rate", () => {
  it("lets through first come, first served", async () => {
    const { line, asked } = lineOver([]);
    const order: number[] = [];
    await Promise.all([3, 1, 2].map((size) => line.take(size, never).then(() => order.push(size))));
    expect(order).toEqual([3, 1, 2]);
    expect(asked).toEqual([[3], [1], [2]]);
  });

  it("asks for several at once up to a number of recipients, and for one whatever its size", async () => {
    const { line, asked } = lineOver([], 10);
    await Promise.all([50, 4, 4, 4, 1].map((size) => line.take(size, never)));
    expect(asked).toEqual([[50], [4, 4], [4, 1]]);
  });

  it("asks again for those that were given no place yet", async () => {
    const { line, asked } = lineOver([go(0), go(0, 0)], 10);
    await Promise.all([1, 2, 3, 4].map((size) => line.take(size, never)));
    expect(asked).toEqual([[1], [2, 3, 4], [4]]);
  });

  it.each([
    { sizes: [4, 3, 2], places: [100, 200], rule: "goes to the next one" },
    { sizes: [1, 3, 2], places: [200, 300], rule: "is not for more recipients than it was taken for" },
  ])("the place of who left $rule", async ({ sizes, places }) => {
    const clock = new FakeClock();
    const ask = async (asked: readonly number[]): Promise<Grant> => {
      await new Promise<void>((resolve) => void clock.after(10, resolve));
      return go(...asked.map((_, index) => 100 * (index + 1)));
    };
    const line = new SharedRateLine({ clock, together: () => 10, ask });
    void line.take(9, never);
    const leaving = new AbortController();
    const gone: number[] = [];
    for (const [index, size] of sizes.entries()) {
      const signal = index === 0 ? leaving.signal : never;
      void line.take(size, signal).then(({ kind }) => kind === "go" && gone.push(clock.now() - 20));
    }
    await clock.advance(15);
    leaving.abort();
    await clock.advance(500);
    expect(gone).toEqual(places);
  });

  it("waits for the place that was granted, and asks for the next one meanwhile", async () => {
    const { line, asked, clock } = lineOver([go(80), go(90)]);
    const gone: number[] = [];
    for (const size of [1, 2]) void line.take(size, never).then(() => gone.push(clock.now()));
    await settle();
    expect(asked).toEqual([[1], [2]]);
    await clock.advance(100);
    expect(gone).toEqual([80, 90]);
  });

  it("asks again when it is told to, and after an error", async () => {
    const { line, asked, clock } = lineOver([{ kind: "later", in: 200 }, "error"]);
    let isThrough = false;
    void line.take(1, never).then(() => {
      isThrough = true;
    });
    await clock.advance(199);
    expect(asked).toHaveLength(1);
    await clock.advance(1_000);
    expect(asked).toHaveLength(3);
    expect(isThrough).toBe(true);
  });

  it("sends everybody back when the day is used up", async () => {
    const { line } = lineOver([{ kind: "day", in: 60_000 }]);
    const passages = await Promise.all([line.take(1, never), line.take(2, never)]);
    expect(passages).toEqual([
      { kind: "day", in: 60_000 },
      { kind: "day", in: 60_000 },
    ]);
    expect(line.waiting).toBe(0);
  });

  it("lets go of who gives up, before and while it waits", async () => {
    const { line, clock } = lineOver([{ kind: "later", in: 1_000 }]);
    expect(await line.take(1, AbortSignal.abort())).toEqual({ kind: "aborted" });
    const controller = new AbortController();
    const passage = line.take(1, controller.signal);
    controller.abort();
    expect(await passage).toEqual({ kind: "aborted" });
    expect(line.waiting).toBe(0);
    await clock.advance(1_000);
  });

  it("asks for every recipient exactly once, in order, whatever is said", async () => {
    const saying = fc.oneof(
      fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 5 }).map((places) => go(...places)),
      fc.record({ kind: fc.constant("later" as const), in: fc.integer({ min: 1, max: 50 }) }),
      fc.constant("error" as const),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 20 }),
        fc.array(saying, { maxLength: 20 }),
        fc.integer({ min: 0, max: 60 }),
        async (sizes, sayings, together) => {
          const { line, clock } = lineOver(sayings, together);
          let through = 0;
          const all = sizes.map((size) => line.take(size, never).then(() => (through += size)));
          for (let turn = 0; turn < 60; turn++) await clock.advance(500);
          await Promise.all(all);
          expect(through).toBe(sizes.reduce((sum, size) => sum + size, 0));
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe("what was let through and waited for its mark", () => {
  /** When messages of these places are written that have all waited until `ready`. */
  async function written(places: readonly number[], ready: number): Promise<readonly number[]> {
    const clock = new FakeClock();
    const spacing = new Spacing(clock);
    const times: number[] = [];
    await clock.advance(ready);
    const inOrder = [...places].sort((a, b) => a - b);
    const turnOf = new Map(inOrder.map((place) => [place, spacing.turnOf(place)]));
    for (const place of places)
      void turnOf
        .get(place)?.()
        .then(() => times.push(clock.now()));
    await clock.advance(100_000);
    return times;
  }

  it.each([
    { order: "in the order of their places", at: (index: number) => index },
    { order: "in another order", at: (index: number) => index + 19 - 2 * (index % 20) },
  ])("is no more within a second than was let through within one, $order", async ({ at: indexOf }) => {
    const places = Array.from({ length: 400 }, (_, index) => 10 * indexOf(index));
    const times = await written(places, 3_990);
    expect(times).toHaveLength(400);
    for (const at of times) {
      expect(times.filter((time) => time >= at && time < at + 1_000).length).toBeLessThanOrEqual(104);
    }
  });

  it("is made up for at once: a pause costs nothing of the rate", async () => {
    const clock = new FakeClock();
    const spacing = new Spacing(clock);
    const times: number[] = [];
    const waiting: (() => Promise<void>)[] = [];
    // One message every 10 ms; the marks of half a second come together at its end, once in two seconds.
    for (let now = 0; now < 20_000; now += 10) {
      const isPaused = now % 2_000 >= 500 && now % 2_000 < 1_000;
      const turn = spacing.turnOf(now);
      if (isPaused) waiting.push(turn);
      const ready = isPaused ? [] : [...waiting.splice(0), turn];
      for (const one of ready) void one().then(() => times.push(clock.now()));
      await clock.advance(10);
    }
    expect(times.length).toBeGreaterThanOrEqual(1_990);
    for (const at of times) {
      expect(times.filter((time) => time >= at && time < at + 1_000).length).toBeLessThanOrEqual(104);
    }
  });

  it("goes at once when it comes in its time, and when its place is before that of another", async () => {
    expect(await written([0], 500)).toEqual([500]);
    expect(await written([30, 10, 0], 30)).toEqual([30, 30, 30]);
  });

  it("waits for no more than a second when the clock of Redis is set forward", async () => {
    expect(await written([0, 3_600_000], 10)).toEqual([10, expect.closeTo(1_010, -1)]);
  });
});

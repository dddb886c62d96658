import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Grant, SharedRateLine, Spacing } from "../../src/deliver/queue/budget.ts";
import { FakeClock, settle } from "../deliver/fake-clock.ts";

const never = new AbortController().signal;

/** A line before a budget that says what it is told to, and what it was asked. */
function lineOver(grants: readonly (Grant | "error")[], together = 0) {
  const clock = new FakeClock();
  const asked: number[] = [];
  const left = [...grants];
  const line = new SharedRateLine({
    clock,
    together: () => together,
    ask: async (recipients) => {
      asked.push(recipients);
      const grant = left.shift() ?? { kind: "go", in: 0, place: 0 };
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
    expect(asked).toEqual([3, 1, 2]);
  });

  it("asks for several at once as far as they make no burst, and for one whatever its size", async () => {
    const { line, asked } = lineOver([], 10);
    await Promise.all([50, 4, 4, 4, 1].map((size) => line.take(size, never)));
    expect(asked).toEqual([50, 8, 5]);
  });

  it("waits for the place that was granted, and asks for the next one meanwhile", async () => {
    const { line, asked, clock } = lineOver([
      { kind: "go", in: 80, place: 80 },
      { kind: "go", in: 90, place: 90 },
    ]);
    const gone: number[] = [];
    for (const size of [1, 2]) void line.take(size, never).then(() => gone.push(clock.now()));
    await settle();
    expect(asked).toEqual([1, 2]);
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
      fc.record({ kind: fc.constant("go" as const), in: fc.integer({ min: 0, max: 50 }), place: fc.integer() }),
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
    for (const place of places) void spacing.turn(place).then(() => times.push(clock.now()));
    await clock.advance(100_000);
    return times;
  }

  it("is written as far apart as it was let through, whatever it waited for together", async () => {
    const places = Array.from({ length: 200 }, (_, index) => 10 * index);
    const times = await written(places, 1_990);
    for (const [index, at] of times.entries()) {
      const inSecond = times.filter((time) => time >= at && time < at + 1_000).length;
      expect(inSecond).toBeLessThanOrEqual(104);
      expect(at).toBeGreaterThanOrEqual(1_980 + 9.7 * index);
    }
    expect(times).toHaveLength(200);
  });

  it("goes at once when it comes in its time, and when its place is before that of another", async () => {
    expect(await written([0], 500)).toEqual([500]);
    expect(await written([30, 10, 0], 30)).toEqual([30, 30, 30]);
  });

  it("waits for no more than a second when the clock of Redis is set forward", async () => {
    expect(await written([0, 3_600_000], 10)).toEqual([10, expect.closeTo(1_000, -2)]);
  });
});

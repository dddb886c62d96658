import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RateLimiter } from "../../src/deliver/core/rate.ts";
import { FakeClock, settle } from "./fake-clock.ts";

interface Gone {
  readonly at: number;
  readonly recipients: number;
}

/** Sends all of them as fast as the limiter lets them. */
async function run(rate: number, sizes: readonly number[]): Promise<{ gone: Gone[]; clock: FakeClock }> {
  const clock = new FakeClock();
  const limiter = new RateLimiter(rate, clock);
  const gone: Gone[] = [];
  const all = sizes.map((recipients) =>
    limiter.take(recipients).then(() => gone.push({ at: clock.now(), recipients })),
  );
  for (let turn = 0; gone.length < sizes.length && turn < 2_000; turn++) await clock.advance(1_000);
  await Promise.all(all);
  return { gone, clock };
}

describe("the rate", () => {
  it("is never passed in a second by more than one message", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 100 }),
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 40 }),
        async (rate, sizes) => {
          const { gone } = await run(rate, sizes);
          for (const [index, first] of gone.entries()) {
            let sum = 0;
            for (const { at, recipients } of gone.slice(index)) {
              if (at >= first.at + 1_000) break;
              sum += recipients;
              expect(sum).toBeLessThanOrEqual(rate + recipients);
            }
          }
        },
      ),
      { numRuns: 15 },
    );
  });

  it("is used to 95 % and more", async () => {
    const sizes = Array.from({ length: 60 }, (_, index) => 1 + ((index * 7) % 50));
    const { gone } = await run(50, sizes);
    const last = gone.at(-1);
    const before = sizes.slice(0, -1).reduce((sum, size) => sum + size, 0);
    expect(before / ((last?.at ?? 0) / 1_000)).toBeGreaterThanOrEqual(0.95 * 50);
  });

  it("lends to a message larger than itself, and is paid back", async () => {
    const { gone } = await run(1, [5, 1]);
    expect(gone.map(({ recipients }) => recipients)).toEqual([5, 1]);
    expect(gone[1]?.at).toBeGreaterThanOrEqual(5_000);
  });

  it("keeps the order of those who wait", async () => {
    const { gone } = await run(10, [3, 50, 1, 1]);
    expect(gone.map(({ recipients }) => recipients)).toEqual([3, 50, 1, 1]);
  });

  it("is halved when the service complains, once for the complaints of one second", async () => {
    const clock = new FakeClock();
    const limiter = new RateLimiter(16, clock);
    for (let complaint = 0; complaint < 10; complaint++) limiter.throttled();
    expect(limiter.state.rate).toBe(8);
    await clock.advance(100);
    expect(limiter.state.rate).toBeLessThan(16);
  });

  it("is back within five seconds from the lowest", async () => {
    const clock = new FakeClock();
    const limiter = new RateLimiter(14, clock);
    for (let second = 0; second < 60; second++) {
      limiter.throttled();
      limiter.throttled();
      await clock.advance(1_000);
    }
    await clock.advance(4_000);
    expect(limiter.state.rate).toBeGreaterThanOrEqual(0.9 * 14);
  });

  it("lets everything through when there is none", async () => {
    const limiter = new RateLimiter(Number.POSITIVE_INFINITY, new FakeClock());
    limiter.throttled();
    expect(await limiter.take(1_000_000)).toBe(true);
    expect(limiter.limited).toBe(false);
  });

  it("leaves nobody behind who stops waiting", async () => {
    const clock = new FakeClock();
    const limiter = new RateLimiter(1, clock);
    await limiter.take(100);
    const controller = new AbortController();
    const waiting = limiter.take(1, controller.signal);
    controller.abort();
    expect(await waiting).toBe(false);
    await settle();
    expect(clock.timers).toBe(0);
  });

  it("may change while somebody waits", async () => {
    const clock = new FakeClock();
    const limiter = new RateLimiter(1, clock);
    await limiter.take(10);
    const waiting = limiter.take(1);
    limiter.setRate(Number.POSITIVE_INFINITY);
    expect(await waiting).toBe(true);
  });
});

import { describe, expect, it } from "vitest";
import { progressOf, watchProgress } from "../../src/deliver/queue/progress.ts";

describe("progress", () => {
  it("is nothing where nothing was counted", () => {
    expect(progressOf({}, 100)).toEqual({
      ...{ messages: 0, sent: 0, failed: 0, unknown: 0, partial: 0, queued: 0 },
      ...{ recipients: 0, recipientsLeft: 0, rate: 0, timeLeft: 0 },
    });
  });

  it("is queued as far as there is no outcome", () => {
    const counts = {
      messages: "10",
      sent: "4",
      failed: "1",
      unknown: "1",
      partial: "1",
      recipients: "50",
      settled: "35",
    };
    expect(progressOf(counts, 100, "spring")).toMatchObject({ campaign: "spring", queued: 3, recipientsLeft: 15 });
  });

  // A steady 20 a second leaves 20 * 10 in the long run; after t seconds 20 * 10 * (1 - exp(-t / 10)).
  it.each([2, 10, 60])("has the rate right %i s after the first message", (seconds) => {
    const weight = String(200 * (1 - Math.exp(-seconds / 10)));
    const { rate } = progressOf({ weight, at: "1000", first: String(1_000 - seconds) }, 1_000);
    expect(rate).toBeCloseTo(20, 6);
  });

  it("forgets: ten seconds of silence leave a third of the rate, minutes nothing", () => {
    const counts = { weight: "200", at: "1000", first: "0" };
    expect(progressOf(counts, 1_010).rate).toBeCloseTo(20 / Math.E, 3);
    expect(progressOf(counts, 1_300).rate).toBe(0);
  });

  it("tells the time left by the rate, and nothing while nothing moves", () => {
    const counts = { messages: "3", recipients: "50", settled: "30", weight: "200", at: "1000", first: "0" };
    expect(progressOf(counts, 1_000).timeLeft).toBeCloseTo(1_000, 0);
    expect(progressOf(counts, 2_000)).not.toHaveProperty("timeLeft");
  });
});

describe("watching", () => {
  it("tells what changed, and again after a look that failed, until it is ended", async () => {
    const sent = [1, 1, undefined, 2, 3];
    const told: number[] = [];
    let looks = 0;
    await new Promise<void>((resolve) => {
      const end = watchProgress(
        async () => {
          const count = sent[looks++];
          if (looks > sent.length) {
            end();
            resolve();
          }
          if (count === undefined) throw new Error("away");
          return progressOf({ sent: String(count) }, 0);
        },
        (progress) => told.push(progress.sent),
        1,
      );
    });
    expect(told).toEqual([1, 2, 3]);
  });
});

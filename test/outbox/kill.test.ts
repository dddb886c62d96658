import { describe, expect, it } from "vitest";
import { killAgainAndAgain } from "./kill.ts";
import { newPath } from "./support.ts";

// The full form, 200 kills over 5,000 messages on every driver: npm run soak:outbox.
const short = { kills: 8, messages: 300, seed: 1 };

describe("SIGKILL at any moment", () => {
  it("at most once: nothing lost, nothing doubled, unknown at most what was in flight", async () => {
    const report = await killAgainAndAgain({ ...short, path: newPath(), promise: "at-most-once" });
    expect(report).toMatchObject({ broken: [], lost: [], duplicates: 0, dead: 0, kills: 8 });
    expect(report.mostUnknown).toBeLessThanOrEqual(16);
    expect(report.counts.sent + report.counts.unknown).toBe(300);
  }, 60_000);

  it("at least once: nothing lost, copies at most of what was in flight", async () => {
    const report = await killAgainAndAgain({
      ...{ ...short, path: newPath(), promise: "at-least-once" },
      outbox: { maxCrashes: 100 },
    });
    expect(report.lost).toEqual([]);
    expect(report.counts).toEqual({ sent: 300, failed: 0, unknown: 0 });
    expect(report.duplicates).toBeLessThanOrEqual(16 * report.kills);
  }, 60_000);
});

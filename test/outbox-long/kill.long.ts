// 200 kills over 5,000 messages on every SQLite: npm run soak:outbox. Each test says what it measured.
import { describe, expect, it } from "vitest";
import { killAgainAndAgain } from "../outbox/kill.ts";
import { newPath } from "../outbox/support.ts";
import { runtimes } from "./runtimes.ts";

const full = { kills: 200, messages: 5_000, seed: 7 };

describe.each(await runtimes())("200 SIGKILLs over 5,000 messages on $name", ({ name, runtime, driver }) => {
  it("at most once: nothing lost, nothing doubled, unknown at most what was in flight", async () => {
    const path = newPath();
    const report = await killAgainAndAgain({ ...full, path, promise: "at-most-once", runtime, outbox: { driver } });
    const { counts, mostUnknown, kills, duplicates } = report;
    console.log(
      `${name}: ${kills} kills, ${JSON.stringify(counts)}, ${duplicates} twice, at most ${mostUnknown} a kill`,
    );
    expect(report).toMatchObject({ broken: [], lost: [], duplicates: 0, dead: 0, kills: 200 });
    expect(counts.sent + counts.unknown).toBe(5_000);
    expect(mostUnknown).toBeLessThanOrEqual(16);
  });

  it("at least once: nothing lost, everything sent, copies only of what was in flight", async () => {
    const outbox = { driver, maxCrashes: 1_000 };
    const report = await killAgainAndAgain({ ...full, path: newPath(), promise: "at-least-once", runtime, outbox });
    const { counts, duplicates, kills } = report;
    console.log(`${name}: ${kills} kills, ${JSON.stringify(counts)}, ${duplicates} copies`);
    expect(report.lost).toEqual([]);
    expect(counts).toEqual({ sent: 5_000, failed: 0, unknown: 0 });
    expect(duplicates).toBeLessThanOrEqual(16 * kills);
  });

  it("at least once: dead after two crashes, and every message in one known state", async () => {
    const report = await killAgainAndAgain({
      ...{ ...full, kills: 60, messages: 1_500, path: newPath(), promise: "at-least-once", runtime },
      outbox: { driver },
    });
    const { counts, dead, kills } = report;
    console.log(`${name}: ${kills} kills, ${JSON.stringify(counts)}, ${dead} dead`);
    expect(report.lost).toEqual([]);
    expect(counts.sent + counts.unknown).toBe(1_500);
    // One suspect is in flight at a time, so one kill makes one message dead at most.
    expect(dead).toBeLessThanOrEqual(kills);
  });
});

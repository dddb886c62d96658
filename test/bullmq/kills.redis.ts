import { expect, it } from "vitest";
import { runKills } from "./kills.ts";

// The short form; the full one is npm run soak:queue. How much of the rate is used says something only where nothing
// else runs: the full form holds it, the short one tells it.
const full = process.env.MIMEWRIGHT_QUEUE === "full";
const size = full ? { messages: 20_000, kills: 50, rate: 400 } : { messages: 2_000, kills: 10, rate: 300 };
const minutes = full ? 15 : 3;
const SLOTS = 16;

it.each(full ? [1, 2] : [1])(
  "at most once: nothing is lost or doubled while workers and Redis are killed (seed %i)",
  async (seed) => {
    const { broken, ...report } = await runKills({ ...size, seed });
    console.log(JSON.stringify(report));
    expect(broken).toEqual([]);
    expect(report.duplicates).toBe(0);
    // Unknown is what was in flight, and nothing else.
    expect(report.unfounded).toBe(0);
    expect(report.unexplained).toBe(0);
    expect(report.interrupted).toBeLessThanOrEqual(SLOTS * size.kills);
    expect(report.throttled / report.requests).toBeLessThanOrEqual(0.001);
    expect(report.used).toBeGreaterThanOrEqual(full ? 0.9 : 0);
    expect(report.progressIsRight).toBe(true);
  },
  minutes * 60_000,
);

it("at least once: nothing is lost, and what is doubled was in flight", async () => {
  const kills = 5;
  const { broken, ...report } = await runKills({ messages: 600, kills, rate: 300, seed: 3, onAmbiguous: "retry" });
  console.log(JSON.stringify(report));
  // The judge knows of faults on the line, not of deaths.
  const [again, others] = [
    broken.filter((line) => /sent again/.test(line)),
    broken.filter((line) => !/sent again/.test(line)),
  ];
  expect(others).toEqual([]);
  expect(again.length).toBeLessThanOrEqual(SLOTS * kills);
  expect(report.counts).toMatchObject({ failed: 0, unknown: 0, sent: 600 });
  expect(report.progressIsRight).toBe(true);
}, 120_000);

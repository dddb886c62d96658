import { expect, it } from "vitest";
import { type KillPlan, type KillReport, runKills } from "./kills.ts";

// The short form; the full one is npm run soak:queue. How much of the rate is used says something only where nothing
// else runs: the full form holds it, the short one tells it.
const full = process.env.MIMEWRIGHT_QUEUE === "full";
const size = full ? { messages: 20_000, kills: 50, rate: 500 } : { messages: 1_500, kills: 8, rate: 400 };
const SLOTS = 16;
const TIMEOUT = (full ? 15 : 6) * 60_000;

async function reportOf(plan: KillPlan): Promise<KillReport> {
  const report = await runKills(plan);
  console.log(JSON.stringify({ ...report, broken: report.broken.length }));
  return report;
}

function holdsRate({ throttled, requests, used }: KillReport): void {
  expect(throttled / requests).toBeLessThanOrEqual(0.001);
  expect(used).toBeGreaterThanOrEqual(full ? 0.9 : 0);
}

it.each(full ? [1, 2] : [1])(
  "at most once: nothing is lost or doubled while workers and Redis are killed (seed %i)",
  async (seed) => {
    const report = await reportOf({ ...size, seed });
    expect(report.broken).toEqual([]);
    expect(report).toMatchObject({ lost: 0, duplicates: 0, counts: { failed: 0 }, progressIsRight: true });
    // Unknown is what was in flight, and nothing else.
    expect(report).toMatchObject({ unfounded: 0, unexplained: 0 });
    expect(report.atOneDeath).toBeLessThanOrEqual(SLOTS);
    holdsRate(report);
  },
  TIMEOUT,
);

it(
  "at least once: everything is sent, and what is doubled was in flight",
  async () => {
    const plan = full ? size : { messages: 600, kills: 5, rate: 400 };
    const report = await reportOf({ ...plan, seed: 3, onAmbiguous: "retry" });
    // The judge knows of faults on the line, not of deaths.
    const isCopy = (line: string) => /sent again/.test(line);
    expect(report.broken.filter((line) => !isCopy(line))).toEqual([]);
    expect(report.broken.length).toBeLessThanOrEqual(SLOTS * plan.kills);
    expect(report).toMatchObject({ lost: 0, progressIsRight: true });
    expect(report.counts).toEqual({ failed: 0, unknown: 0, sent: plan.messages });
    holdsRate(report);
  },
  TIMEOUT,
);

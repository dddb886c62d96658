import { expect, it } from "vitest";
import { runKills } from "./kills.ts";

// The short form; the full one is npm run soak:queue.
const full = process.env.MIMEWRIGHT_QUEUE === "full";
const size = full ? { messages: 20_000, kills: 50, rate: 600 } : { messages: 2_000, kills: 10, rate: 300 };

it.each(full ? [1, 2] : [1])(
  "loses and doubles nothing while workers and Redis are killed (seed %i)",
  async (seed) => {
    const report = await runKills({ ...size, seed });
    const { broken, ...figures } = report;
    console.log(JSON.stringify(figures));
    expect(broken).toEqual([]);
    expect(report.duplicates).toBe(0);
    expect(report.unfounded).toBe(0);
    expect(report.unexplained).toBe(0);
    expect(report.interrupted).toBeLessThanOrEqual(16 * size.kills);
    expect(report.throttled / report.requests).toBeLessThanOrEqual(0.001);
    expect(report.used).toBeGreaterThanOrEqual(0.9);
    expect(report.progressIsRight).toBe(true);
  },
  full ? 900_000 : 150_000,
);

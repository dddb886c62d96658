// How the time grows with the input: the exponent (1 is linear) over two decades, and the time at 100,000 characters.
import { type Grow, inputs } from "../growth.inputs.ts";
import { formatMs, quantile } from "../harness.ts";
import { atMost, formatNumber, plainRow, type RowGroup } from "./row.ts";

// Two decades below most caps, and two that end where the promise is made.
const SPANS = [
  [600, 60_000],
  [1_000, 100_000],
] as const;
const PROMISED = 100_000;
const MAX_EXPONENT = 1.15;
const MAX_MS = 250;
// Faster than this at the full size, growth does not matter, and the clock is too coarse to measure it.
const QUICK_MS = 0.5;
const BATCH_MS = 2;

/** All inputs; those that grow most are named. */
export const growth: RowGroup = {
  name: "growth",
  async *measure() {
    const all: Measured[] = [];
    for (const [name, grow] of inputs) {
      let found = await measure(grow);
      // Only what is flagged each time is flagged: a pause of the machine does not come back.
      for (let again = 0; again < 2 && isFlagged(found); again++) found = await measure(grow);
      all.push({ ...found, name });
    }
    all.sort((a, b) => b.exponent - a.exponent);
    const [worst] = all;
    const slowest = all.reduce((a, b) => (b.ms > a.ms ? b : a));
    yield plainRow({
      title: `growth of ${inputs.length} inputs: highest exponent over two decades`,
      goal: atMost(MAX_EXPONENT),
      ...{ found: worst?.exponent ?? Number.NaN, own: formatNumber(worst?.exponent ?? Number.NaN) },
      beside: all
        .filter((one, at) => at < 3 || isFlagged(one))
        .map(({ name, exponent }) => [name, formatNumber(exponent)]),
    });
    yield plainRow({
      title: "longest time for 100,000 characters",
      goal: atMost(MAX_MS, " ms"),
      ...{ found: slowest.ms, own: formatMs(slowest.ms), beside: [[slowest.name, formatMs(slowest.ms)]] },
    });
  },
};

interface Measured extends Found {
  readonly name: string;
}

interface Found {
  readonly exponent: number;
  readonly ms: number;
}

function isFlagged({ exponent, ms }: Found): boolean {
  return exponent > MAX_EXPONENT || ms > MAX_MS;
}

async function measure(grow: Grow): Promise<Found> {
  const exponents: number[] = [];
  const ms = await medianMs(grow(PROMISED));
  for (const [small, large] of SPANS) {
    const high = large === PROMISED ? ms : await medianMs(grow(large));
    const low = await medianMs(grow(small));
    exponents.push(high < QUICK_MS ? 0 : Math.log(high / low) / Math.log(large / small));
  }
  return { exponent: Math.max(...exponents), ms };
}

async function medianMs(work: () => unknown): Promise<number> {
  // A small input is run until the compiler is done with it.
  const first = await timeOf(work, 1);
  const runs = Math.max(1, Math.min(500, Math.ceil(BATCH_MS / first)));
  if (runs > 1) await timeOf(work, runs * 2);
  const found: number[] = [];
  for (let round = 0; round < 3; round++) found.push((await timeOf(work, runs)) / runs);
  return quantile(found, 0.5);
}

// CPU time: what else runs on the machine while a large input is worked on must not look like growth.
async function timeOf(work: () => unknown, runs: number): Promise<number> {
  const start = process.cpuUsage();
  for (let run = 0; run < runs; run++) await settle(work);
  const { user, system } = process.cpuUsage(start);
  return Math.max(1, user + system) / 1000;
}

// Refusals are answers too; any other error is a fault.
async function settle(work: () => unknown): Promise<void> {
  try {
    const result = work();
    if (result instanceof Promise) await result;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "MessageError") throw error;
  }
}

// Times several ways of doing one job fairly: in one process, warmed up, in turns, so that what slows the machine down
// slows all of them. Ratios are taken within a turn, and the median of them is shown.

/** One way to do the job. */
export interface Contender {
  readonly name: string;
  readonly run: () => unknown;
}

/** What the clock said. Times are milliseconds for one run; ratios are to the first contender. */
export interface Timing {
  readonly name: string;
  readonly median: number;
  readonly ratio: number;
  /** Half of all ratios lie between these two. */
  readonly low: number;
  readonly high: number;
  readonly rounds: number;
}

/** How long a race takes. */
export interface RaceOptions {
  /** Milliseconds that each contender may spend. */
  readonly budget?: number;
  readonly maxRounds?: number;
}

// A batch long enough that the clock's own steps do not matter.
const BATCH_MS = 20;
const MIN_ROUNDS = 5;
const WARM_UP_MS = 400;

interface Runner extends Contender {
  readonly batch: number;
  readonly times: (number | undefined)[];
  spent: number;
}

/** Runs the contenders in turns; the first is the one that the ratios are to. */
export async function race(
  contenders: readonly Contender[],
  { budget = 2_000, maxRounds = 41 }: RaceOptions = {},
): Promise<readonly Timing[]> {
  const runners: Runner[] = [];
  for (const contender of contenders) {
    runners.push({ ...contender, batch: await warmUp(contender), times: [], spent: 0 });
  }
  for (let round = 0; round < maxRounds; round++) {
    const over = (runner: Runner) => round >= MIN_ROUNDS && runner.spent >= budget;
    if (runners.every(over)) break;
    for (const index of runners.keys()) {
      // Another one begins each round: no case always runs after the same neighbour.
      const runner = runners[(index + round) % runners.length];
      if (runner === undefined) continue;
      if (over(runner) && runner !== runners[0]) runner.times.push(undefined);
      else await measure(runner);
    }
  }
  return runners.map((runner) => summary(runner, runners[0] ?? runner));
}

async function measure(runner: Runner): Promise<void> {
  // Everybody's garbage is collected before the next one's clock starts.
  collectGarbage();
  // A full collection throws compiled code away too, which many short runs would pay for and one long run not.
  if (runner.batch > 1) await timeOf(runner.run, Math.ceil(runner.batch / 2));
  const spent = await timeOf(runner.run, runner.batch);
  runner.times.push(spent / runner.batch);
  runner.spent += spent;
}

/** Milliseconds of `batch` runs, one after another. */
async function timeOf(run: () => unknown, batch: number): Promise<number> {
  const start = performance.now();
  for (let count = 0; count < batch; count++) {
    const result = run();
    if (result instanceof Promise) await result;
  }
  return performance.now() - start;
}

// Gives the number of runs that make a batch.
async function warmUp({ run }: Contender): Promise<number> {
  let runs = 0;
  let spent = 0;
  while (runs < 2 || (spent < WARM_UP_MS && runs < 20_000)) {
    spent += await timeOf(run, 1);
    runs++;
  }
  const batch = Math.max(1, Math.ceil(BATCH_MS / (spent / runs)));
  return batch > 1 ? Math.max(1, Math.ceil((BATCH_MS / (await timeOf(run, batch))) * batch)) : 1;
}

function summary({ name, times }: Runner, first: Runner): Timing {
  const own = times.filter((time) => time !== undefined);
  const ratios = times.flatMap((time, round) => {
    const other = first.times[round];
    return time === undefined || other === undefined ? [] : [time / other];
  });
  return {
    ...{ name, median: quantile(own, 0.5), rounds: own.length },
    ...{ ratio: quantile(ratios, 0.5), low: quantile(ratios, 0.25), high: quantile(ratios, 0.75) },
  };
}

/** The value below which the share of all values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Collects garbage where Node was started with --expose-gc. */
export function collectGarbage(): void {
  globalThis.gc?.();
}

/** Milliseconds for a person. */
export function formatMs(ms: number): string {
  if (ms < 1) return `${(ms * 1000).toFixed(1)} us`;
  return ms < 10 ? `${ms.toFixed(2)} ms` : `${ms.toFixed(0)} ms`;
}

/** Prints rows in columns, the first to the left, the others to the right. */
export function printTable(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  for (const row of rows) {
    const cells = row.map((cell, column) => {
      const width = widths[column] ?? 0;
      return column === 0 ? cell.padEnd(width) : cell.padStart(width);
    });
    console.log(`  ${cells.join("   ").trimEnd()}`);
  }
}

// Times several ways of doing one job fairly: in one process, warmed up, in turns, so that what slows the machine down
// slows all of them. Ratios are taken within a turn, and the median of them is shown.
import { cpus } from "node:os";

/** One way to do the job. */
export interface Contender {
  readonly name: string;
  readonly run: () => unknown;
}

/** What the clock said. Times are milliseconds for one run; ratios are to the first contender. */
export interface Timing {
  readonly name: string;
  readonly median: number;
  /** A tenth of all times lie below this. */
  readonly p10: number;
  /** CPU time, of all threads: the median, and what a tenth lies below. */
  readonly cpu: number;
  readonly cpuP10: number;
  /** CPU time of all runs together, garbage collection included, for one run. */
  readonly cpuMean: number;
  readonly ratio: number;
  /** Half of all ratios lie between these two. */
  readonly low: number;
  readonly high: number;
  readonly rounds: number;
}

/** How long a race takes. */
export interface RaceOptions {
  /** Milliseconds of CPU time that each contender may spend. */
  readonly budget?: number;
  readonly maxRounds?: number;
  /** How long a turn lasts at least. Short turns share the disturbances of a busy machine evenly. */
  readonly turn?: number;
  /** What ratios are of: CPU time is what a busy machine changes least. */
  readonly clock?: "wall" | "cpu";
}

// Long enough that the clock's own steps do not matter.
const TURN_MS = 20;
const MIN_ROUNDS = 5;
const WARM_UP_MS = 300;

interface Runner extends Contender {
  readonly batch: number;
  readonly times: (number | undefined)[];
  readonly cpus: (number | undefined)[];
  spent: number;
}

/** Runs the contenders in turns; the first is the one that the ratios are to. */
export async function race(
  contenders: readonly Contender[],
  { budget = 2_000, maxRounds = 41, turn = TURN_MS, clock = "wall" }: RaceOptions = {},
): Promise<readonly Timing[]> {
  // Once more, since what is warmed up second makes the first forget what was compiled for it alone.
  await warmUp(contenders, turn);
  const batches = await warmUp(contenders, turn);
  const runners = contenders.map((contender, at) => {
    return { ...contender, batch: batches[at] ?? 1, times: [], cpus: [], spent: 0 };
  });
  for (let round = 0; round < maxRounds; round++) {
    const over = (runner: Runner) => round >= MIN_ROUNDS && runner.spent >= budget;
    if (runners.every(over)) break;
    for (const index of runners.keys()) {
      // Another one begins each round: no case always runs after the same neighbour.
      const runner = runners[(index + round) % runners.length];
      if (runner === undefined) continue;
      if (over(runner) && runner !== runners[0]) skip(runner);
      else await measure(runner, turn >= TURN_MS);
    }
  }
  return runners.map((runner) => summary(runner, runners[0] ?? runner, clock));
}

function skip({ times, cpus }: Runner): void {
  times.push(undefined);
  cpus.push(undefined);
}

async function measure(runner: Runner, collect: boolean): Promise<void> {
  // Everybody's garbage is collected before the next one's clock starts. A full collection throws compiled code away
  // too, which many short runs would pay for and one long run not.
  if (runner.batch === 1) collectGarbage();
  else if (collect) collectYoungGarbage();
  const { wall, cpu } = await timeOf(runner.run, runner.batch);
  runner.times.push(wall / runner.batch);
  runner.cpus.push(cpu / runner.batch);
  runner.spent += cpu;
}

/** Milliseconds of `batch` runs, one after another. */
async function timeOf(run: () => unknown, batch: number): Promise<{ readonly wall: number; readonly cpu: number }> {
  const before = process.cpuUsage();
  const start = performance.now();
  for (let count = 0; count < batch; count++) {
    const result = run();
    if (result instanceof Promise) await result;
  }
  const wall = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  return { wall, cpu: (user + system) / 1000 };
}

// Gives the number of runs that make a turn of each. By CPU time: a busy machine must not leave code uncompiled.
async function warmUp(contenders: readonly Contender[], turn: number): Promise<readonly number[]> {
  const batches: number[] = [];
  for (const { run } of contenders) {
    let batch = 1;
    for (let spent = 0, runs = 0; runs < 2 || (spent < WARM_UP_MS && runs < 50_000); runs += batch) {
      const { cpu } = await timeOf(run, batch);
      spent += cpu;
      batch = Math.max(1, Math.min(10 * batch, Math.ceil((turn / Math.max(cpu, 0.001)) * batch)));
    }
    batches.push(batch);
  }
  return batches;
}

function summary(runner: Runner, first: Runner, clock: "wall" | "cpu"): Timing {
  const times = runner.times.filter((time) => time !== undefined);
  const cpus = runner.cpus.filter((time) => time !== undefined);
  const kept = clock === "cpu" ? "cpus" : "times";
  const ratios = runner[kept].flatMap((time, round) => {
    const other = first[kept][round];
    return time === undefined || other === undefined ? [] : [time / other];
  });
  return {
    ...{ name: runner.name, median: quantile(times, 0.5), p10: quantile(times, 0.1), rounds: times.length },
    ...{
      cpu: quantile(cpus, 0.5),
      cpuP10: quantile(cpus, 0.1),
      cpuMean: cpus.reduce((sum, time) => sum + time, 0) / cpus.length,
    },
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

function collectYoungGarbage(): void {
  globalThis.gc?.({ type: "minor" });
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

/** When and where, for above a table. */
export function machine(): string {
  const [cpu] = cpus();
  const day = new Date().toISOString().slice(0, 10);
  return `${day}, Node ${process.version}, ${process.platform} ${process.arch}, ${cpus().length} x ${cpu?.model.trim()}`;
}

// Bytes that one run allocates on the heap and outside of it. Nothing else that runs on the machine can change them.
import { loadBuild, ways } from "./builds.ts";
import { collectGarbage, quantile } from "./harness.ts";
import type { Measured } from "./processes.ts";
import { rows } from "./rows.ts";

/** A young generation in which nothing is collected while runs are counted, and a compiler that is done in time. */
export const HEAP_FLAGS: readonly string[] = [
  ...["--max-semi-space-size=256", "--min-semi-space-size=256", "--single-threaded-gc"],
  ...["--no-concurrent-recompilation", "--random-seed=1", "--hash-seed=1"],
];

const WARM_UP_MS = 1_500;
const BATCHES = 7;
// Together the batches stay far below the young generation.
const BATCH_BYTES = 8 * 1024 * 1024;

/** Bytes for one run of one way on one letter. */
export async function measureHeap(folder: string, row = "", way = ""): Promise<Measured> {
  const prepare = ways.get(way);
  const letter = rows.get(row)?.();
  if (prepare === undefined || letter === undefined) throw new Error(`unknown: ${row}, ${way}`);
  const run = prepare(await loadBuild(folder), letter);
  await runFor(run, WARM_UP_MS);
  collectGarbage();
  const [onHeap, outsideHeap] = await allocated(run, 2);
  const count = Math.max(1, Math.min(200, Math.floor(BATCH_BYTES / (onHeap + outsideHeap))));
  const found: (readonly [number, number])[] = [];
  for (let batch = 0; batch < BATCHES; batch++) found.push(await allocated(run, count));
  const [heap = [], outside = []] = [0, 1].map((at) => found.map((one) => one[at] ?? 0));
  return { heap: quantile(heap, 0.5), outside: quantile(outside, 0.5) };
}

async function runFor(run: () => unknown, ms: number): Promise<void> {
  for (const start = performance.now(); performance.now() - start < ms; ) await run();
}

async function allocated(run: () => unknown, count: number): Promise<readonly [heap: number, outside: number]> {
  const before = process.memoryUsage();
  for (let done = 0; done < count; done++) {
    const result = run();
    if (result instanceof Promise) await result;
  }
  const after = process.memoryUsage();
  return [(after.heapUsed - before.heapUsed) / count, (after.arrayBuffers - before.arrayBuffers) / count];
}

// Bytes that one run allocates, on the heap and in buffers outside of it. Nothing else that runs on the machine can change
// them: Node does all of its work in one thread, the same steps in the same order, and collects nothing while it counts.
import { PerformanceObserver } from "node:perf_hooks";
import { setImmediate } from "node:timers/promises";
import { collectGarbage } from "./harness.ts";

/** The options of the process that counts. */
export const HEAP_FLAGS: readonly string[] = [
  ...["--expose-gc", "--single-threaded", "--no-incremental-marking", "--random-seed=1", "--hash-seed=1"],
  ...["--max-semi-space-size=256", "--min-semi-space-size=256"],
];

/** Bytes for one run. */
export interface Allocated {
  readonly heap: number;
  /** Memory of buffers, such as the output, and of what the runtime holds for objects. */
  readonly outside: number;
}

const MB = 1024 * 1024;
const WARM_UP = 256 * MB;
// After a full collection, which throws compiled code away.
const AGAIN = 16 * MB;
// Far below what makes the runtime collect, many times what it counts the heap in: pages of a quarter of a megabyte.
const COUNTED = 24 * MB;

/** What one run allocates. */
export async function allocationOf(run: () => unknown): Promise<Allocated> {
  await allocated(run, 10);
  const cold = await allocated(run, 2);
  await allocated(run, runsFor(WARM_UP, cold));
  collectGarbage();
  const warm = await allocated(run, runsFor(AGAIN, cold));
  const collections = await observeCollections();
  const counted = await allocated(run, runsFor(COUNTED, warm));
  if ((await collections()) > 0) throw new Error("garbage was collected while it was counted");
  return counted;
}

function runsFor(bytes: number, { heap, outside }: Allocated): number {
  return Math.max(1, Math.min(10_000, Math.floor(bytes / Math.max(1_000, heap, outside))));
}

// The runtime tells observers in a later turn.
async function observeCollections(): Promise<() => Promise<number>> {
  await setImmediate();
  let count = 0;
  const observer = new PerformanceObserver((list) => {
    count += list.getEntries().length;
  });
  observer.observe({ entryTypes: ["gc"] });
  return async () => {
    await setImmediate();
    await setImmediate();
    count += observer.takeRecords().length;
    observer.disconnect();
    return count;
  };
}

async function allocated(run: () => unknown, count: number): Promise<Allocated> {
  const before = process.memoryUsage();
  for (let done = 0; done < count; done++) {
    const result = run();
    if (result instanceof Promise) await result;
  }
  const after = process.memoryUsage();
  return {
    heap: (after.heapUsed - before.heapUsed) / count,
    outside: (after.external - before.external) / count,
  };
}

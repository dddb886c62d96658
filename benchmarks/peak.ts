// The most memory that a piece of work needs, over what the process had before it.
import { readFileSync, writeFileSync } from "node:fs";
import { collectGarbage } from "./harness.ts";

/** Bytes of resident memory, at the most, that `work` added; and what it gave. */
export async function peakOf<T>(work: () => T | Promise<T>): Promise<{ readonly peak: number; readonly result: T }> {
  collectGarbage();
  collectGarbage();
  resetHighWater();
  const before = process.memoryUsage().rss;
  const result = await work();
  return { peak: Math.max(0, highWater() - before), result };
}

// Linux keeps a high-water mark that a process may set back to the present.
function resetHighWater(): void {
  try {
    writeFileSync("/proc/self/clear_refs", "5");
  } catch {
    // Elsewhere the mark is that of the whole process: figures are too high by what the warm-up took.
  }
}

function highWater(): number {
  try {
    const [, kib] = /VmHWM:\s+(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
    if (kib !== undefined) return Number(kib) * 1024;
  } catch {
    // No such file on this system.
  }
  return process.resourceUsage().maxRSS * 1024;
}

// Peak memory of composing 10 MB, over the size of the output. A fresh process for every run.
import type { Bench } from "./bench.ts";
import { printTable, quantile } from "./harness.ts";
import { memoryRivals } from "./memory.job.ts";
import { inFreshProcess } from "./processes.ts";

const SIZE = 10 * 1024 * 1024;
const RUNS = 3;

export const memory: Bench = {
  name: "memory",
  title: "peak memory, one attachment of 10 MB",
  async run() {
    const shares = new Map<string, number[]>(memoryRivals.map((name) => [name, []]));
    for (let run = 0; run < RUNS; run++) {
      for (const [name, found] of shares) {
        const { peak = Number.NaN, bytes = 1 } = await inFreshProcess("compose", name, String(SIZE));
        found.push(peak / bytes);
      }
    }
    const ours = quantile(shares.get("mimewright") ?? [], 0.5);
    const rows = [...shares].map(([name, found]) => {
      const middle = quantile(found, 0.5);
      return [name, `${middle.toFixed(2)} x output`, (middle / ours).toFixed(2)];
    });
    printTable([["", "peak", "x ours"], ...rows]);
    console.log("  - lent: content is { size, open: () => [bytes] }, read in place; else a message holds its own copy");
    console.log("  - into: the output buffer is the caller's, and in use before");
    console.log("  - resident memory over that of the warm process with its input; the output is part of it");
    return true;
  },
};

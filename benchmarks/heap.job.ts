// The heap of one way of one build, in a process started with the flags of heap.ts.
import { loadBuild, ways } from "./builds.ts";
import { allocationOf } from "./heap.ts";
import type { Measured } from "./processes.ts";
import { rows } from "./rows.ts";

/** Bytes for one run of one way on one letter. */
export async function measureHeap(folder: string, row = "", way = ""): Promise<Measured> {
  const prepare = ways.get(way);
  const letter = rows.get(row)?.();
  if (prepare === undefined || letter === undefined) throw new Error(`unknown: ${row}, ${way}`);
  return { ...(await allocationOf(prepare(await loadBuild(folder), letter))) };
}

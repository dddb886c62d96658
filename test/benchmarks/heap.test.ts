// Composing takes no more heap than it may: what a busy machine cannot change, unlike time. The budgets in heap.json are
// what Node 20 measured and a twentieth more; whoever saves memory lowers them. Other versions of the runtime allocate
// otherwise: they may take half as much again.
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HEAP_FLAGS } from "../../benchmarks/heap.ts";
import budgets from "./heap.json" with { type: "json" };

const root = join(import.meta.dirname, "../..");
const run = promisify(execFile);
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "heap-"));
  const bundle = await rolldown({
    input: join(import.meta.dirname, "heap.program.ts"),
    platform: "node",
    resolve: {
      alias: { mimewright: join(root, "src/index.ts") },
    },
  });
  await bundle.write({ dir: folder, format: "esm", entryFileNames: "program.mjs" });
  await bundle.close();
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function allocationOf(row: string): Promise<unknown> {
  const { stdout } = await run(process.execPath, [...HEAP_FLAGS, join(folder, "program.mjs"), row]);
  return JSON.parse(stdout);
}

describe("composing allocates no more than its budget", () => {
  it.each(Object.entries(budgets))("%s", async (row, budget) => {
    const found = await allocationOf(row);
    const within = { heap: positiveUpTo(budget.heap), outside: positiveUpTo(budget.outside) };
    expect(found).toEqual(within);
  });
});

// Far below the budget, the count is wrong.
function positiveUpTo(measured: number): unknown {
  const budget = process.versions.node.startsWith("20.") ? measured : 1.5 * measured;
  return expect.toSatisfy((bytes) => bytes > budget / 20 && bytes <= budget, `up to ${budget}`);
}

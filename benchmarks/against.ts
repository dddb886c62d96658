// Two builds of this library in one process, in turns: npm run bench -- --against DIST [--rows small,html --ways whole,send].
import { setFlagsFromString } from "node:v8";
import { type Build, loadBuild, type Way, ways } from "./builds.ts";
import { formatMs, printTable, race } from "./harness.ts";
import { HEAP_FLAGS } from "./heap.ts";
import { inProcessWith } from "./processes.ts";
import { inputOf } from "./rivals/mimewright.ts";
import { chosenRows } from "./rows.ts";

/** What the command line says. */
export interface AgainstOptions {
  /** The build that is measured. */
  readonly own: string;
  /** The build it is compared with. */
  readonly other: string;
  readonly rows: readonly string[];
  readonly ways: readonly string[];
  /** Milliseconds of CPU time that each build may spend on a row. */
  readonly budget: number;
  /** Without the heap, which takes a process for each build and row. */
  readonly heap: boolean;
}

/** Prints how many times faster the own build is than the other; below 1 it is slower. */
export async function against(options: AgainstOptions): Promise<void> {
  // On a busy machine the compiler's own thread may come late, and one of two equal builds would run uncompiled code.
  setFlagsFromString("--no-concurrent-recompilation");
  const own = await loadBuild(options.own);
  const other = await loadBuild(options.other);
  const table = [
    ["", "own", "other", "x faster", "middle half", "p10", "mean", "rounds", ...(options.heap ? HEAP_HEADS : [])],
  ];
  const notes: string[] = [];
  for (const [row, makeLetter] of chosenRows(options.rows)) {
    const letter = makeLetter();
    if (!sameBytes(own, other, letter)) notes.push(`${row}: NOT the same bytes`);
    for (const name of options.ways) {
      const way = ways.get(name);
      if (way === undefined) throw new RangeError(`no way is called ${name}: ${[...ways.keys()].join(", ")}`);
      const cells = await compare(way, own, other, letter, options.budget);
      const heap = options.heap ? await compareHeap(options, row, name) : [];
      table.push([`${row} ${name}`, ...cells, ...heap]);
    }
  }
  printTable(table);
  console.log(
    "  - CPU time; x faster: the median of turns; p10: the fastest tenth; mean: all turns, with their garbage",
  );
  for (const note of notes) console.log(`  - ${note}`);
  if (notes.length > 0) process.exitCode = 1;
}

type Letter = Parameters<Way>[1];

async function compare(way: Way, own: Build, other: Build, letter: Letter, budget: number): Promise<string[]> {
  const [a, b] = await race(
    [
      { name: "own", run: way(own, letter) },
      { name: "other", run: way(other, letter) },
    ],
    { budget, maxRounds: 1_001, turn: 3, clock: "cpu" },
  );
  if (a === undefined || b === undefined) return [];
  return [
    ...[formatMs(a.cpu), formatMs(b.cpu), b.ratio.toFixed(2), `${b.low.toFixed(2)} - ${b.high.toFixed(2)}`],
    ...[(b.cpuP10 / a.cpuP10).toFixed(2), (b.cpuMean / a.cpuMean).toFixed(2), String(b.rounds)],
  ];
}

const HEAP_HEADS = ["heap KB, own", "other", "x less"];

async function compareHeap({ own, other }: AgainstOptions, row: string, way: string): Promise<string[]> {
  const [a = Number.NaN, b = Number.NaN] = await Promise.all(
    [own, other].map(async (folder) => (await inProcessWith(HEAP_FLAGS, "heap", folder, row, way)).heap),
  );
  return [(a / 1024).toFixed(1), (b / 1024).toFixed(1), (b / a).toFixed(2)];
}

function sameBytes(own: Build, other: Build, letter: Letter): boolean {
  const [a, b] = [own, other].map((build) => fixedBytes(build, letter));
  return a !== undefined && b !== undefined && Buffer.compare(a, b) === 0;
}

function fixedBytes(build: Build, letter: Letter): Uint8Array {
  const { message, toBytes } = build.core;
  return toBytes(message(inputOf(letter)), { seed: "bench", now: () => new Date(0) });
}

// The benchmarks: npm run bench [-- --rows <name>,… --write --markdown --plain], the table of goals;
// npm run bench -- --only <name>,…, what has no goal; npm run bench -- --against <dist>, two builds. --list names all.
// Exits with 1 when our own result is wrong; a goal that is missed is said in its row.
import { parseArgs } from "node:util";
import { against } from "./against.ts";
import type { Bench } from "./bench.ts";
import { fullTables, shortTable, writeTables } from "./goals/report.ts";
import { groups, measureGoals } from "./goals/table.ts";
import { machine } from "./harness.ts";
import { outboxBench } from "./outbox.bench.ts";
import { queue } from "./queue.bench.ts";
import { queueScale } from "./queue-scale.bench.ts";
import { readingBenches } from "./reading.bench.ts";

// The outbox needs the runtime's SQLite, or better-sqlite3 where it is installed.
const withSqlite = process.getBuiltinModule("node:sqlite") !== undefined;
const benches: readonly Bench[] = [...readingBenches, ...(withSqlite ? [outboxBench] : []), queue, queueScale];

const { values } = parseArgs({
  options: {
    rows: { type: "string" },
    budget: { type: "string" },
    size: { type: "string" },
    dist: { type: "string" },
    markdown: { type: "boolean" },
    write: { type: "boolean" },
    plain: { type: "boolean" },
    only: { type: "string" },
    against: { type: "string" },
    ways: { type: "string" },
    "no-heap": { type: "boolean" },
    list: { type: "boolean" },
  },
});
const { dist = "dist" } = values;
const parts = values.rows?.split(",") ?? [];
const megabytes = Number(values.size ?? 1024);
if (!(megabytes > 0)) throw new RangeError("--size is a number of megabytes");
if (values.write && parts.length > 0) throw new RangeError("--write writes the whole table: leave --rows out");

// As on a host that refuses to compile. Fresh processes of some rows are not concerned.
if (values.plain) {
  Reflect.set(WebAssembly, "Module", function refuse() {
    throw new WebAssembly.CompileError("refused");
  });
}

if (values.list) list();
else if (values.against !== undefined) {
  const ways = values.ways?.split(",") ?? ["whole"];
  const budget = Number(values.budget ?? 2_000);
  await against({ own: dist, other: values.against, heap: values["no-heap"] !== true, rows: parts, ways, budget });
} else if (values.only !== undefined) await runCases(values.only.split(","));
else await runGoals();

function list(): void {
  for (const name of new Set(groups.map((group) => group.name))) console.log(`--rows ${name}`);
  for (const { name, title } of benches) console.log(`--only ${name.padEnd(18)}${title}`);
}

async function runGoals(): Promise<void> {
  console.log(machine());
  if (values.plain) console.log("Plain kernels, as on a host without WebAssembly.");
  const budget = Number(values.budget ?? 1_200);
  const found = await measureGoals(parts, { dist, budget, streamBytes: megabytes * 1024 * 1024 });
  if (values.markdown) console.log(`\n${fullTables(found)}\n\n${shortTable(found)}`);
  if (values.write) writeTables(found);
  if (found.some(({ right }) => !right)) process.exitCode = 1;
}

async function runCases(wanted: readonly string[]): Promise<void> {
  const chosen = benches.filter(({ name }) => wanted.some((part) => name.startsWith(part)));
  if (chosen.length === 0) throw new RangeError(`no case begins with ${wanted.join(" or ")}; see --list`);
  console.log(machine());
  for (const bench of chosen) {
    console.log(`\n${bench.title} (${bench.name})`);
    if (!(await bench.run())) process.exitCode = 1;
  }
}

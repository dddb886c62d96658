// The benchmarks: npm run bench [-- --goals --markdown --against <dist> --only <name>,… --size <MB> --full --plain --list]. Exits with 1 when our own result is wrong.
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { against } from "./against.ts";
import type { Bench } from "./bench.ts";
import { measureGoals, measureSends } from "./goals.ts";
import { growth } from "./growth.bench.ts";
import { cold } from "./import.bench.ts";
import { memory } from "./memory.bench.ts";
import { messages } from "./messages.bench.ts";
import { outboxBench } from "./outbox.bench.ts";
import { queue } from "./queue.bench.ts";
import { queueScale } from "./queue-scale.bench.ts";
import { readingBenches } from "./reading.bench.ts";
import { sdkSend } from "./sdk-send.bench.ts";
import { sending } from "./sending.bench.ts";
import { streaming } from "./streaming.bench.ts";

// The outbox needs the runtime's SQLite, or on better-sqlite3 where it is installed.
const withSqlite = process.getBuiltinModule("node:sqlite") !== undefined;
const benches: readonly Bench[] = [
  ...messages,
  ...readingBenches,
  streaming,
  memory,
  cold,
  sdkSend,
  ...sending,
  ...(withSqlite ? [outboxBench] : []),
  queue,
  queueScale,
  growth,
];

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    size: { type: "string" },
    full: { type: "boolean" },
    plain: { type: "boolean" },
    list: { type: "boolean" },
    against: { type: "string" },
    dist: { type: "string" },
    rows: { type: "string" },
    ways: { type: "string" },
    budget: { type: "string" },
    "no-heap": { type: "boolean" },
    goals: { type: "boolean" },
    markdown: { type: "boolean" },
  },
});
const megabytes = Number(values.size ?? (values.full ? 1024 : 256));
if (!(megabytes > 0)) throw new RangeError("--size is a number of megabytes");

// As on a host that refuses to compile. Fresh processes of some cases are not concerned.
if (values.plain) {
  Reflect.set(WebAssembly, "Module", function refuse() {
    throw new WebAssembly.CompileError("refused");
  });
}

const wanted = values.only?.split(",") ?? [];
const chosen = benches.filter(({ name }) => wanted.length === 0 || wanted.some((part) => name.startsWith(part)));

if (values.list) for (const { name, title } of benches) console.log(`${name.padEnd(18)}${title}`);
else if (values.against !== undefined) {
  await against({
    ...{ own: values.dist ?? "dist", other: values.against, heap: values["no-heap"] !== true },
    ...{ rows: values.rows?.split(",") ?? [], ways: values.ways?.split(",") ?? ["whole"] },
    budget: Number(values.budget ?? 2_000),
  });
} else if (values.goals || values.markdown) {
  await measureGoals(values.dist ?? "dist", values.rows?.split(",") ?? [], values.markdown === true);
  if (values.rows === undefined) await measureSends(values.dist ?? "dist");
} else if (chosen.length === 0) throw new RangeError(`no case begins with ${values.only}; see --list`);
else {
  const [cpu] = cpus();
  const machine = `${process.platform} ${process.arch}, ${cpus().length} x ${cpu?.model.trim()}`;
  console.log(`Node ${process.version}, ${machine}, ${new Date().toISOString().slice(0, 10)}`);
  if (values.plain) console.log("Plain kernels, as on a host without WebAssembly.");
  console.log("Medians of runs in turns; compare within one table only.");
  for (const bench of chosen) {
    console.log(`\n${bench.title} (${bench.name})`);
    if (!(await bench.run({ streamBytes: megabytes * 1024 * 1024 }))) process.exitCode = 1;
  }
}

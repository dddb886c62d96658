// Everything beyond `npm test` that must hold before a change lands, side by side, and the count of all of it:
// node scripts/ci.mjs <exit code of npm cit>
import { rmSync } from "node:fs";
import { join } from "node:path";
import { root } from "./consumer.mjs";
import { missingOracles } from "./oracles.mjs";
import { sideBySide } from "./side-by-side.mjs";
import { summarize } from "./summary.mjs";

const missing = new Set(missingOracles().map(({ name }) => name));
const seed = process.env.MIMEWRIGHT_FUZZ_SEED ?? "1";

/** Tests that have a report of their own. One worker: the other core has the next step. */
const tests = (name, more = "") => ({
  name,
  command: `npm run --silent test:${name} -- --maxWorkers=1 --outputFile.json=out/vitest-${name}.json ${more}`,
  report: `vitest-${name}.json`,
});
const script = (name, command) => ({ name, command: `npm run --silent ${command}` });
const file = (name, path) => ({ name, command: `node scripts/${path}` });

// The longest first: what is left for the end is short. No step changes what another reads.
const steps = [
  // 10,000 of them take a quarter of an hour alone: `npm run test:rounds`.
  { ...tests("rounds"), env: { MIMEWRIGHT_ROUNDS: process.env.MIMEWRIGHT_ROUNDS ?? "1000" } },
  ...(missing.has("redis") ? [] : [tests("queue", "--reporter=default --reporter=json")]),
  tests("long"),
  tests("outbox"),
  script("runtimes", "test:runtimes"),
  file("declarations in other projects", "try-types.mjs"),
  script("fuzzing", `fuzz -- --seconds 60 --seed ${seed}`),
  tests("kills"),
  ...(missing.has("chromium") ? [] : [tests("browser"), file("preview pictures", "try-preview.mjs")]),
  script("documentation site", "docs"),
  file("packed tarball", "try-package.mjs"),
  file("the same tarball again", "try-build.mjs"),
  script("types", "types"),
  script("main job", "start"),
  script("package", "package"),
  script("layers", "layers"),
  file("supply chain", "supply.mjs"),
  file("sizes", "sizes.mjs"),
  script("lint", "lint"),
];

for (const { report } of steps) if (report !== undefined) rmSync(join(root, "out", report), { force: true });
const results = await sideBySide(steps);
const first = { name: "npm test", passed: Number(process.argv[2]) === 0, report: "vitest.json" };
summarize([first, ...results.map(({ passed }, at) => ({ ...steps[at], passed }))]);

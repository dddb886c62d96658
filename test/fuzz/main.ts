// npm run fuzz -- [--seconds 60] [--seed 1] [--runs N] [--only TARGET] [--grow FOLDER] [--replay FILE]
// Searches each target in turn for input that breaks a promise. The same seed makes the same inputs in the same order.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { behaviourOf, type Finding, type Found, Search } from "./search.ts";
import type { Target } from "./target.ts";
import { targets } from "./targets.ts";

const { values: options } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    seed: { type: "string", default: "1" },
    runs: { type: "string" },
    only: { type: "string" },
    grow: { type: "string" },
    replay: { type: "string" },
  },
});
const SLICE_MS = 250;
const CORPUS = "test/fuzz/corpus";
const FINDINGS = "out/fuzz/findings";

/** The inputs that are kept in the repository, in an order that is the same everywhere. */
function corpusOf(name: string): Uint8Array[] {
  const folder = join(CORPUS, name);
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).sort();
  return names.map((file) => new Uint8Array(readFileSync(join(folder, file))));
}

async function searchAll(chosen: readonly Target[], seed: number): Promise<Found[]> {
  const end = performance.now() + Number(options.seconds) * 1_000;
  const most = options.runs === undefined ? Number.POSITIVE_INFINITY : Number(options.runs);
  const searches = chosen.map((target) => new Search(target, corpusOf(target.name), seed));
  for (const search of searches) await search.begin();
  const isOpen = (search: Search) => !search.isOver && search.found().runs < most;
  while (performance.now() < end && searches.some(isOpen)) {
    for (const search of searches.filter(isOpen)) {
      const slice = performance.now() + SLICE_MS;
      while (performance.now() < slice && isOpen(search)) await search.step();
    }
  }
  return searches.map((search) => search.found());
}

const nameOf = (input: Uint8Array) => createHash("sha256").update(input).digest("hex").slice(0, 16);

function keep(folder: string, inputs: readonly Uint8Array[]): void {
  mkdirSync(folder, { recursive: true });
  for (const input of inputs) writeFileSync(join(folder, nameOf(input)), input);
}

function tell({ target, input, reason }: Finding): void {
  const folder = join(FINDINGS, target);
  keep(folder, [input]);
  const file = join(folder, nameOf(input));
  console.log(`FOUND in ${target} with --seed ${options.seed}: ${reason}`);
  console.log(`  npm run fuzz -- --replay ${file}`);
}

async function replay(file: string): Promise<void> {
  const name = basename(dirname(file));
  const target = targets.find((one) => one.name === name);
  if (target === undefined) throw new Error(`there is no target ${name}`);
  const { behaviour, reason } = await behaviourOf(target, new Uint8Array(readFileSync(file)));
  console.log(reason ?? `fine: ${behaviour}`);
  if (reason !== undefined) process.exitCode = 1;
}

async function search(): Promise<void> {
  const chosen = targets.filter(({ name }) => options.only === undefined || name === options.only);
  const found = await searchAll(chosen, Number(options.seed));
  for (const { target, runs, behaviours, interesting, findings } of found) {
    console.log(`${target}: ${runs} inputs, ${behaviours} behaviours, ${findings.length} findings`);
    findings.forEach(tell);
    if (options.grow !== undefined) keep(join(options.grow, target), interesting);
  }
  const runs = found.reduce((sum, one) => sum + one.runs, 0);
  const findings = found.reduce((sum, one) => sum + one.findings.length, 0);
  console.log(`fuzz: ${runs} inputs with --seed ${options.seed}, ${findings} findings`);
  if (findings > 0 || runs === 0) process.exitCode = 1;
}

await (options.replay === undefined ? search() : replay(options.replay));
process.exit();

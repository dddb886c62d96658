// What it costs to have a library: the first import in a fresh process over that of an empty one, and what is installed.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { quantile } from "../harness.ts";
import { runNode } from "../processes.ts";
import { atMost, formatNumber, plainRow, type RowGroup } from "./row.ts";

const RIVAL = "nodemailer";
const OTHERS = ["mimetext", "emailjs-mime-builder", "@upyo/smtp", "@aws-sdk/client-ses"];
const RUNS = 41;
const KB = 1024;

interface Imports {
  readonly wall: number[];
  readonly cpu: number[];
}

/** Medians of fresh processes in turns, with every runtime cache of compiled code off. */
export const cold: RowGroup = {
  name: "import",
  async *measure({ dist }) {
    const own = pathToFileURL(join(resolve(dist), "index.js")).href;
    const urls = new Map([
      ["", ""],
      ["mimewright", own],
    ]);
    for (const name of [RIVAL, ...OTHERS]) urls.set(name, import.meta.resolve(name));
    const found = new Map<string, Imports>([...urls.keys()].map((name) => [name, { wall: [], cpu: [] }]));
    for (let run = 0; run < RUNS; run++) {
      for (const [name, { wall, cpu }] of found) {
        const { ms, output } = await runNode(["--input-type=module", "--eval", programOf(urls.get(name) ?? "")]);
        wall.push(ms);
        cpu.push(Number(output) / 1000);
      }
    }
    // Within a turn, so that a machine that becomes slower on the way does not come into it.
    const empty = found.get("");
    const over = (name: string, clock: keyof Imports) =>
      quantile(
        (found.get(name)?.[clock] ?? []).map((ms, turn) => ms - (empty?.[clock][turn] ?? 0)),
        0.5,
      );
    const share = over("mimewright", "wall") / over(RIVAL, "wall");
    yield plainRow({
      ...{ title: "first import over an empty process, nodemailer = 1", goal: atMost(0.35), found: share },
      own: `${over("mimewright", "wall").toFixed(1)} ms`,
      beside: [
        ["by CPU", formatNumber(over("mimewright", "cpu") / over(RIVAL, "cpu"))],
        ...[RIVAL, ...OTHERS].map((name) => [name, `${over(name, "wall").toFixed(1)} ms`] as const),
        ...["mimewright", RIVAL].map((name) => [`${name} installed`, installed(name)] as const),
      ],
    });
  },
};

// What the process used until the import was evaluated. Time for it to end is the same for all.
function programOf(url: string): string {
  const loaded = url === "" ? "" : `import ${JSON.stringify(url)};`;
  return `${loaded} const { user, system } = process.cpuUsage(); process.stdout.write(String(user + system));`;
}

// What `npm install` would bring: the package and, once each, everything that it depends on.
function installed(name: string): string {
  const open = [name];
  const seen = new Set<string>();
  let bytes = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const own = next === "mimewright";
    const folder = own ? "." : join("node_modules", next);
    if (seen.has(next) || !isFolder(folder)) continue;
    seen.add(next);
    bytes += own ? folderSize("dist") : folderSize(folder);
    const { dependencies = {} } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    open.push(...Object.keys(dependencies));
  }
  return `${(bytes / KB).toFixed(0)} KB in ${seen.size} packages`;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function folderSize(folder: string): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += statSync(join(entry.parentPath, entry.name)).size;
  }
  return bytes;
}

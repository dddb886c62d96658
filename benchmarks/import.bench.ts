// What it costs to have a library: the first import in a fresh process, and what is installed.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Bench } from "./bench.ts";
import { printTable, quantile } from "./harness.ts";
import { runNode } from "./processes.ts";

const NAMES = ["mimewright", "nodemailer", "mimetext", "emailjs-mime-builder", "@upyo/smtp", "@aws-sdk/client-ses"];
const RUNS = 15;
const KB = 1024;

export const cold: Bench = {
  name: "import",
  title: "cold import, and size once installed",
  async run() {
    const times = new Map<string, number[]>(NAMES.map((name) => [name, []]));
    const empty: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      const base = (await runNode(["--input-type=module", "--eval", "0"])).ms;
      empty.push(base);
      for (const [name, found] of times) {
        found.push((await runNode(["--input-type=module", "--eval", `import "${name}"`])).ms - base);
      }
    }
    const ours = quantile(times.get("mimewright") ?? [], 0.5);
    const rows = [...times].map(([name, found]) => {
      const middle = quantile(found, 0.5);
      const { packages, bytes } = installed(name);
      const size = `${(bytes / KB).toFixed(0)} KB`;
      return [name, `${middle.toFixed(1)} ms`, (middle / ours).toFixed(2), size, String(packages)];
    });
    printTable([["", "import", "x ours", "installed", "packages"], ...rows]);
    console.log(`  - import: over an empty process, ${quantile(empty, 0.5).toFixed(0)} ms`);
    console.log(`  - mimewright packed: ${(packedSize() / KB).toFixed(0)} KB; installed: with all its doors`);
    return true;
  },
};

// What `npm install` would bring: the package and, once each, everything that it depends on.
function installed(name: string): { readonly packages: number; readonly bytes: number } {
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
  return { packages: seen.size, bytes };
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

function packedSize(): number {
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const [packed] = JSON.parse(
    execFileSync(npm, ["pack", "--dry-run", "--json", "--ignore-scripts", "--silent"], { encoding: "utf8" }),
  );
  return packed.size;
}

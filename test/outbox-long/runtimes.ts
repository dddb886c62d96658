// The package as it is published, installed beside each SQLite that it can stand on.
import { execFile } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { nodeOf } from "../../scripts/runtimes.mjs";
import { ownRuntime, type Runtime } from "../outbox/process.ts";

/** One SQLite. */
export interface Stand {
  readonly name: string;
  readonly driver: "node:sqlite" | "better-sqlite3";
  readonly runtime: Runtime;
  /** Variables with which the tests of the repository find it, too. */
  readonly env: Readonly<Record<string, string>>;
}

const BETTER_SQLITE = "better-sqlite3@12.11.1";
const run = promisify(execFile);
/** The repository. */
export const root = fileURLToPath(new URL("../../", import.meta.url));
const home = `${root}.build/runtimes/better-sqlite3/`;

/** Node 22 and 24 with their own SQLite, and the oldest supported Node with better-sqlite3, compiled here. */
export async function runtimes(): Promise<readonly Stand[]> {
  const { worker } = ownRuntime;
  const own: Stand[] = [];
  for (const major of [22, 24]) {
    own.push({
      name: `Node ${major}, node:sqlite`,
      driver: "node:sqlite",
      runtime: { node: nodeOf(major), worker },
      env: {},
    });
  }
  const node = nodeOf(20);
  const runtime = { node, worker: await installed(node) };
  const env = { NODE_PATH: `${home}node_modules` };
  return [...own, { name: "Node 20, better-sqlite3", driver: "better-sqlite3", runtime, env }];
}

/** The worker, where the package and better-sqlite3 are installed. */
async function installed(node: string): Promise<string> {
  mkdirSync(home, { recursive: true });
  writeFileSync(`${home}package.json`, '{ "private": true, "type": "module" }\n');
  for (const file of readdirSync(home)) if (file.endsWith(".tgz")) rmSync(`${home}${file}`);
  // dist is built before: npm run soak:outbox.
  await run("npm", ["pack", "--ignore-scripts", "--pack-destination", home], { cwd: root });
  const packed = readdirSync(home).find((file) => file.endsWith(".tgz"));
  if (packed === undefined) throw new Error("npm pack made no file");
  const flags = ["--no-save", "--no-audit", "--no-fund", "--legacy-peer-deps"];
  const packages = [`./${packed}`, ...(existsSync(`${home}node_modules/better-sqlite3`) ? [] : [BETTER_SQLITE])];
  rmSync(`${home}node_modules/mimewright`, { recursive: true, force: true });
  await run("npm", ["install", ...flags, "--ignore-scripts", ...packages, BETTER_SQLITE], { cwd: home });
  if (!existsSync(`${home}node_modules/better-sqlite3/build/Release/better_sqlite3.node`)) {
    // Compiled for the Node that will run it.
    const path = `${node.slice(0, node.lastIndexOf("/"))}:${process.env.PATH ?? ""}`;
    await run("npm", ["rebuild", "better-sqlite3"], { cwd: home, env: { ...process.env, PATH: path } });
  }
  const worker = `${home}worker.mjs`;
  copyFileSync(ownRuntime.worker, worker);
  return worker;
}

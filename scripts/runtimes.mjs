// Other releases of Node than the one that runs: from the registry, once, into .build. They come as packages with the
// program in them, one for each platform, and are no dependency of anything.
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const folder = fileURLToPath(new URL("../.build/runtimes/", import.meta.url));
const npm = process.platform === "win32" ? "npm.cmd" : "npm";

/**
 * The path of a Node of this major version, installed when it is not there.
 *
 * @param {number} major
 * @returns {Promise<string>}
 */
export async function nodeOf(major) {
  const own = Number(process.versions.node.split(".")[0]);
  if (own === major) return process.execPath;
  const home = `${folder}node-${major}`;
  const program = `${home}/node_modules/node/bin/node${process.platform === "win32" ? ".exe" : ""}`;
  if (existsSync(program)) return program;
  mkdirSync(home, { recursive: true });
  writeFileSync(`${home}/package.json`, '{ "private": true }\n');
  const platform = process.platform === "win32" ? "win" : process.platform;
  const name = `node@npm:node-${platform}-${process.arch}@${major}`;
  await run(npm, ["install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", name], { cwd: home });
  return program;
}

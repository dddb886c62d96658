// Other runtimes than the one that runs: those of test/package/runtimes.json, each installed when it is first asked for.
// They come as packages with the program in them, hundreds of megabytes that nobody should get by `npm ci`.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { install, root, run } from "./consumer.mjs";

const { about: _, ...runtimes } = JSON.parse(readFileSync(join(root, "test/package/runtimes.json"), "utf8"));

/** The package that holds a runtime's binary for a platform, as in `@oven/bun-darwin-aarch64`. */
export function packageOf({ package: name, names = {} }, platform, arch) {
  const whole = names[`${platform}-${arch}`];
  if (whole !== undefined) return name.replace("{platform}-{arch}", whole);
  const own = { platform: names[platform] ?? platform, arch: names[arch] ?? arch };
  return name.replace("{platform}", own.platform).replace("{arch}", own.arch);
}

/** Installs a runtime of the list unless it is there. @returns the path of its binary */
export function installRuntime(name) {
  const entry = runtimes[name];
  if (entry === undefined) throw new Error(`there is no runtime ${name} in test/package/runtimes.json`);
  const folder = join(root, ".build/runtimes", `${name}-${entry.version}`);
  const windows = process.platform === "win32" ? ".exe" : "";
  const path = join(folder, "node_modules", name, entry.binary + windows);
  const stamp = join(folder, "installed");
  if (existsSync(stamp)) return path;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }));
  install(folder, [`${name}@npm:${packageOf(entry, process.platform, process.arch)}@${entry.version}`]);
  writeFileSync(stamp, "");
  return path;
}

/** All of them. @returns the path of each binary by name */
export function installRuntimes() {
  return Object.fromEntries(Object.keys(runtimes).map((name) => [name, installRuntime(name)]));
}

/**
 * The path of a Node of this major version: the one that runs, or the list's.
 *
 * @param {number} major
 * @returns {string}
 */
export function nodeOf(major) {
  const own = Number(process.versions.node.split(".")[0]);
  return own === major ? process.execPath : installRuntime(`node${major}`);
}

/** What a binary says its version is. */
export function versionOf(path) {
  return run(path, ["--version"]).trim().split("\n")[0];
}

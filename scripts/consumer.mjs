// A project of somebody else's: a folder outside the repository with the packed tarball installed in it, so that
// nothing resolves to what lies around here.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
export const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** What people import: `mimewright`, `mimewright/ses`, …. */
export const doors = Object.keys(manifest.exports)
  .filter((door) => door !== "./package.json")
  .map((door) => door.replace(/^\./, manifest.name));

/** Runs a program to its end and gives its output. @throws with the output when it fails */
export function run(command, args, { cwd = root, env = process.env, timeout = 120_000, shell = false } = {}) {
  return execFileSync(command, args, { cwd, env, timeout, shell, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/** Packs what is built. @returns npm's account of it: `filename`, `size`, `files`, … */
export function pack(folder, cwd = root) {
  const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder];
  const [packed] = JSON.parse(run("npm", args, { cwd }));
  return { ...packed, path: join(folder, packed.filename) };
}

/** Installs packages without running anything of theirs. */
export function install(folder, packages) {
  const quiet = ["--silent", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts"];
  run("npm", ["install", ...quiet, ...packages], { cwd: folder, timeout: 300_000 });
}

/** A development dependency at the version that the repository uses. */
export function pinned(name) {
  return `${name}@${manifest.devDependencies[name]}`;
}

// A package installed in a folder above would be found as if it were the project's own.
function isClear(folder) {
  if (existsSync(join(folder, "node_modules"))) return false;
  return dirname(folder) === folder || isClear(dirname(folder));
}

/** A new empty folder outside of every project. */
export function emptyFolder() {
  const parent = [tmpdir(), "/var/tmp", homedir()].find((folder) => existsSync(folder) && isClear(folder));
  if (parent === undefined) throw new Error("every folder for temporary files is inside a project: set TMPDIR");
  return mkdtempSync(join(parent, "mimewright-consumer-"));
}

/**
 * Makes a project with the package and `others` in it, and gives it to `work`.
 *
 * @param files - a folder of test/package whose files are copied into it
 */
export async function withConsumer({ files, others = [] }, work) {
  const folder = emptyFolder();
  try {
    const packed = pack(folder);
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }));
    install(folder, [packed.path, ...others]);
    cpSync(join(root, "test/package", files), folder, { recursive: true });
    return await work(folder, packed);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Counts checks, names those that fail, and sets the exit code. */
export function counter() {
  let passed = 0;
  let failed = 0;
  const told = (error) => [error.message, error.stdout, error.stderr].filter(Boolean).join("\n").slice(0, 4_000);
  return {
    async check(name, work) {
      try {
        await work();
        passed++;
        console.log(`  ok: ${name}`);
      } catch (error) {
        failed++;
        console.log(`  FAILED: ${name}\n${told(error)}`);
      }
    },
    end(what) {
      console.log(`${what}: ${passed} passed, ${failed} failed`);
      if (failed > 0 || passed === 0) process.exitCode = 1;
    },
  };
}

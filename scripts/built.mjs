// Builds dist unless it is the build of these very sources: node scripts/built.mjs
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "./consumer.mjs";

const stamp = join(root, ".build/built");
const own = ["package.json", "package-lock.json", "tsconfig.json", "tsconfig.build.json"];
const makers = ["build.mjs", "media-types.mjs", "notices.mjs", "pure.mjs", "shorten.mjs"].map((name) => join("scripts", name));

const listed = (folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();

function hashOf(files) {
  const hash = createHash("sha256");
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(file)).update("\0");
  return hash.digest("hex");
}

const sources = () => hashOf([...[...own, ...makers].map((file) => join(root, file)), ...listed("src")]);
// What was built may have been changed or removed since.
const state = () => JSON.stringify([sources(), existsSync(join(root, "dist")) ? hashOf(listed("dist")) : ""]);

if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== state()) {
  execFileSync(process.execPath, [join(root, "scripts/build.mjs")], { cwd: root, stdio: "inherit" });
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, state());
}

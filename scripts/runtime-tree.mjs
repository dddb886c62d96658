// What `npm install` of the package brings along, by the lock file: its dependencies, and theirs.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { manifest, root } from "./consumer.mjs";

/** The place in the lock file where a package that stands at `from` finds `name`. */
function placeOf(packages, from, name) {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf("/node_modules/")))) {
    const place = at === "" ? `node_modules/${name}` : `${at}/node_modules/${name}`;
    if (packages[place] !== undefined) return place;
    if (at === "") throw new Error(`${name} is not in package-lock.json`);
  }
}

/** @returns name, version, licence, hash and needs of each, in the order of their names */
export function runtimeTree() {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  const found = new Map();
  const open = Object.keys(manifest.dependencies).map((name) => placeOf(packages, "", name));
  for (const place of open) {
    if (found.has(place)) continue;
    const { version, license, integrity, hasInstallScript = false, dependencies = {} } = packages[place];
    const name = place.slice(place.lastIndexOf("node_modules/") + "node_modules/".length);
    const needs = Object.keys(dependencies).map((need) => placeOf(packages, place, need));
    found.set(place, { name, version, license, integrity, hasInstallScript, needs });
    open.push(...needs);
  }
  const versionAt = (place) => `${found.get(place).name}@${found.get(place).version}`;
  return [...found.values()]
    .map((entry) => ({ ...entry, needs: entry.needs.map(versionAt).sort() }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

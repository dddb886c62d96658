// Names and licences of the libraries that the build takes in, for those who read what they install.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The packages that modules come from, by folder: `node_modules/@scope/name`. */
export function packagesOf(moduleIds) {
  const folders = moduleIds.map((id) => /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(id)?.[1]);
  return [...new Set(folders)].filter((folder) => folder !== undefined).sort();
}

function noticeOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (file === undefined) throw new Error(`${name} is built in, and has no licence file to pass on`);
  return { name, version, license, text: readFileSync(join(folder, file), "utf8").trim() };
}

/** The libraries that are built in; also read when the bill of materials is written. */
export function readNotices(path) {
  if (!existsSync(path)) throw new Error("dist/NOTICES is not there: npm run build");
  const heads = readFileSync(path, "utf8").matchAll(/^(\S+) (\d\S*) \(([^)]+)\)$/gm);
  return [...heads].map(([, name, version, license]) => ({ name, version, license }));
}

/** Writes them down, a head and a licence each. */
export function writeNotices(path, moduleIds) {
  const notices = packagesOf(moduleIds).map(noticeOf);
  const texts = notices.map(({ name, version, license, text }) => `${name} ${version} (${license})\n\n${text}\n`);
  writeFileSync(path, `Built into this package:\n\n${texts.join(`\n${"-".repeat(80)}\n\n`)}`);
}

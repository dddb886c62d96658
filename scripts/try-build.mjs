// The build is a function of the sources: made again in another folder, from copies with other dates, the tarball has
// the same octets. node scripts/try-build.mjs
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, utimesSync } from "node:fs";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { counter, emptyFolder, pack, root, run } from "./consumer.mjs";
import { readNotices } from "./notices.mjs";

const LONG_AGO = new Date(Date.UTC(2001, 1, 3));

/** The files of the repository, those that are not committed yet among them, in another place. */
function copySources(folder) {
  const listed = run("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).split("\0");
  for (const path of listed.filter((name) => name !== "")) {
    const copy = join(folder, path);
    mkdirSync(dirname(copy), { recursive: true });
    cpSync(join(root, path), copy);
    utimesSync(copy, LONG_AGO, LONG_AGO);
  }
}

/** What is installed: copies of what is built in, because its place could show, and links to the tools. */
function linkModules(folder, builtIn) {
  const from = join(root, "node_modules");
  const to = join(folder, "node_modules");
  mkdirSync(to);
  for (const name of readdirSync(from)) {
    if (builtIn.has(name)) cpSync(join(from, name), join(to, name), { recursive: true });
    else symlinkSync(join(from, name), join(to, name), "junction");
  }
}

const { check, end } = counter();
const folder = emptyFolder();
try {
  const again = join(folder, "a place with another name");
  mkdirSync(again);
  copySources(again);
  linkModules(again, new Set(readNotices(join(root, "dist/NOTICES")).map(({ name }) => name)));
  execFileSync(process.execPath, [join(again, "scripts/build.mjs")], { cwd: again, stdio: "inherit" });
  const packs = [root, again].map((cwd, index) => {
    const place = join(folder, `pack-${index}`);
    mkdirSync(place);
    return pack(place, cwd);
  });
  const [here, there] = packs.map(({ path }) => readFileSync(path));
  await check("the same tarball from another folder", () => {
    if (here.equals(there)) return;
    const [ours, others] = packs.map(({ files }) => new Map(files.map(({ path, size }) => [path, size])));
    const different = [...ours.keys()].filter((path) => {
      return ours.get(path) !== others.get(path) || !same(join(root, path), join(again, path));
    });
    const sameTar = gunzipSync(here).equals(gunzipSync(there));
    throw new Error(sameTar ? "only the compression differs" : `these differ: ${different.join(", ")}`);
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
end("build");

function same(one, other) {
  return readFileSync(one).equals(readFileSync(other));
}

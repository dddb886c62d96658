// What a user gets: packs the package, installs the tarball into an empty project, and loads every door both ways.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = new URL("..", import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), "mimewright-pack-"));
const run = (command, args, cwd = folder) =>
  execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const doors = Object.keys(exports)
  .filter((door) => door !== "./package.json")
  .map((door) => door.replace(/^\./, "mimewright"));
// The matchers need their test runner beside them.
const loadable = doors.filter((door) => door !== "mimewright/vitest");

const story = `
const m = message({ from: "Ann <ann@example.com>", to: "bob@example.com", subject: "Grüße", text: "Hello\\n" });
const bytes = toBytes(m, { seed: "pack", now: () => new Date(0) });
if (bytes.length !== measure(m).bytes) throw new Error("the size is not what was measured");
console.log(new TextDecoder().decode(bytes).split("\\r\\n")[2]);
`;

try {
  const [packed] = JSON.parse(run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], root));
  const foreign = packed.files.filter(
    ({ path }) => !/^(dist\/|package\.json$|README\.md$|LICENSE$|CHANGELOG\.md$)/.test(path),
  );
  if (foreign.length > 0) throw new Error(`files that do not belong: ${foreign.map(({ path }) => path).join(", ")}`);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "consumer", private: true }));
  run("npm", ["install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", join(folder, packed.filename)]);
  writeFileSync(
    join(folder, "try.mjs"),
    `import { measure, message, toBytes } from "mimewright";\n${loadable.map((door) => `import "${door}";`).join("\n")}\n${story}`,
  );
  writeFileSync(
    join(folder, "try.cjs"),
    `const { measure, message, toBytes } = require("mimewright");\n${loadable.map((door) => `require("${door}");`).join("\n")}\n${story}`,
  );
  for (const file of ["try.mjs", "try.cjs"]) console.log(`${file}: ${run(process.execPath, [file]).trim()}`);
  console.log(`packed ${packed.size} bytes, ${packed.entryCount} files, ${doors.length} doors`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

// Builds the search for input that breaks something, and runs it: node scripts/fuzz.mjs [options of test/fuzz/main.ts]
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { manifest, root } from "./consumer.mjs";

const doors = Object.entries(manifest.exports).filter(([, target]) => typeof target === "object");
const sources = doors.map(([door, target]) => [
  door.replace(/^\./, manifest.name),
  join(root, target.default.replace("./dist/", "src/").replace(/\.js$/, ".ts")),
]);
const bundle = await rolldown({
  input: join(root, "test/fuzz/main.ts"),
  platform: "node",
  tsconfig: false,
  // A name stands for its door alone.
  resolve: { alias: Object.fromEntries(sources.map(([name, path]) => [`${name}$`, path])) },
  external: (id) => !/^[./]|^mimewright|^\w:/.test(id),
});
const file = join(root, ".build/fuzz/main.js");
await bundle.write({ file, format: "esm", codeSplitting: false });
await bundle.close();
const { status } = spawnSync(process.execPath, [file, ...process.argv.slice(2)], { cwd: root, stdio: "inherit" });
process.exitCode = status ?? 1;

// What the package weighs against test/package/sizes.json: packed, and bundled into a program that imports a part of it.
// node scripts/sizes.mjs
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { rolldown } from "rolldown";
import { doors, emptyFolder, manifest, pack, root } from "./consumer.mjs";

const budgets = JSON.parse(readFileSync(join(root, "test/package/sizes.json"), "utf8"));
const peers = Object.keys(manifest.peerDependencies);

/** What `import NAMES from DOOR` adds to a program, dependencies included. */
async function bundledSize(entry) {
  const at = entry.lastIndexOf(" ");
  const door = entry.slice(at + 1);
  const target = manifest.exports[door.replace(manifest.name, ".")].default;
  const code = `export ${entry.slice(0, at)} from ${JSON.stringify(join(root, target))};`;
  const bundle = await rolldown({
    input: "program",
    platform: "neutral",
    resolve: { mainFields: ["module", "main"], conditionNames: ["import", "default"] },
    external: (id) => id.startsWith("node:") || peers.some((peer) => id === peer || id.startsWith(`${peer}/`)),
    // iconv-lite imports modules of Node by their old names.
    plugins: [
      { name: "program", resolveId: (id) => resolveProgram(id), load: (id) => (id === "program" ? code : null) },
    ],
  });
  const { output } = await bundle.generate({ format: "esm", minify: true });
  await bundle.close();
  return brotliCompressSync(output.map((chunk) => ("code" in chunk ? chunk.code : "")).join("")).length;
}

function resolveProgram(id) {
  if (id === "program") return id;
  return /^(buffer|string_decoder|stream|safer-buffer)$/.test(id) ? { id, external: true } : null;
}

let failed = 0;
function compare(name, size, budget) {
  const isOver = !(size <= budget);
  if (isOver) failed++;
  console.log(`  ${isOver ? "OVER" : "ok"}: ${name}: ${size} of ${budget}`);
}

const folder = emptyFolder();
try {
  const { size, unpackedSize } = pack(folder);
  compare("packed", size, budgets.packed);
  compare("unpacked", unpackedSize, budgets.unpacked);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
for (const door of doors.filter((name) => name !== `${manifest.name}/vitest`)) {
  if (budgets.bundled[`* ${door}`] === undefined) compare(`* ${door}`, Number.NaN, "none");
}
for (const [entry, budget] of Object.entries(budgets.bundled)) compare(entry, await bundledSize(entry), budget);
if (failed > 0) process.exitCode = 1;

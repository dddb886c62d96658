// What one runs while editing: types, lint and the tests of the rooms without files, processes and network.
import { sideBySide } from "./side-by-side.mjs";

// What did not change since is not looked at again.
const info = ".build/types.tsbuildinfo";
const files = process.argv.slice(2).join(" ");
const results = await sideBySide([
  { name: "types", command: `npx tsc --noEmit --incremental --tsBuildInfoFile ${info} -p tsconfig.json` },
  { name: "unit tests", command: `npx vitest run --project unit --reporter=dot --passWithNoTests ${files}` },
  { name: "lint", command: "npx biome check ." },
]);
if (!results.every(({ passed }) => passed)) process.exitCode = 1;

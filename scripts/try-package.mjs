// What a user gets, on this Node: every door by import and by require(), the states they share, and the modes in which
// Node forbids things. node scripts/try-package.mjs
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { counter, doors, install, pinned, run, withConsumer } from "./consumer.mjs";
import { hardened } from "./hardened.mjs";
import { tryCommand } from "./try-command.mjs";

// The matchers need their test runner beside them.
const loadable = doors.filter((door) => !door.endsWith("/vitest"));
const ALLOWED = /^(dist\/[\w./-]+\.(js|d\.ts)|dist\/NOTICES|package\.json|README\.md|LICENSE)$/;

const { check, end } = counter();
await withConsumer({ files: "consumer" }, async (folder, packed) => {
  const node = (...args) => run(process.execPath, args, { cwd: folder }).trim();
  writeFileSync(join(folder, "doors.mjs"), loadable.map((door) => `import "${door}";`).join("\n"));
  writeFileSync(join(folder, "doors.cjs"), loadable.map((door) => `require("${door}");`).join("\n"));
  await check("no file in it that does not belong", () => {
    const foreign = packed.files.map(({ path }) => path).filter((path) => !ALLOWED.test(path));
    if (foreign.length > 0) throw new Error(foreign.join(", "));
  });
  await check(`${loadable.length} doors by import`, () => node("doors.mjs"));
  await check(`${loadable.length} doors by require()`, () => node("doors.cjs"));
  await check("one state behind all doors", () => node("--no-warnings", "shared.mjs"));
  await check("optional peers that are missing", () => node("peers.mjs"));
  await tryCommand(check, folder, packed.version);
  const plain = node("run.mjs");
  for (const [name, flags] of hardened(process.version, folder)) {
    await check(name, () => {
      const made = node(...flags, "run.mjs");
      if (made !== plain) throw new Error(`${made} is not ${plain}`);
    });
  }
  install(folder, [pinned("vitest")]);
  await check("matchers and inbox in a test runner", () => {
    run(process.execPath, ["node_modules/vitest/vitest.mjs", "run"], { cwd: folder });
  });
  console.log(`packed ${packed.size} bytes, ${packed.entryCount} files, ${doors.length} doors; ${plain}`);
});
end("package");

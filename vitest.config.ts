import { availableParallelism } from "node:os";
import { configDefaults, defineConfig } from "vitest/config";
import { outboxTests } from "./test/outbox/tests.ts";

// Tests run from source: the package's own doors resolve to src.
const doors = [
  ...["node", "html", "read", "charset", "ses", "nodemailer", "mimetext", "local", "testing", "vitest", "preflight"],
  ...["outbox", "bullmq"],
];

// Without SQLite in the runtime they run on one that has it: test/outbox-on-node-22.test.ts.
const elsewhere =
  process.getBuiltinModule("node:sqlite") === undefined ? outboxTests : ["test/outbox-on-node-22.test.ts"];

export default defineConfig({
  resolve: {
    alias: [
      ...doors.map((door) => ({
        find: new RegExp(`^mimewright/${door}$`),
        replacement: new URL(`./src/${door}.ts`, import.meta.url).pathname,
      })),
      { find: /^mimewright$/, replacement: new URL("./src/index.ts", import.meta.url).pathname },
    ],
  },
  test: {
    include: ["test/**/*.test.ts"],
    exclude: [...configDefaults.exclude, ...elsewhere],
    reporters: ["default", ["json", { outputFile: "out/vitest.json" }]],
    // One worker is the default on two cores, and most tests wait.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // A poll ends when its condition holds: what a busy machine takes longer for is no failure.
    expect: { poll: { timeout: 25_000 } },
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});

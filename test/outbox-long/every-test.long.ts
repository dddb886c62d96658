// All tests of the outbox on every SQLite, not only on that of Node 22.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { root, runtimes } from "./runtimes.ts";

const args = [
  "--no-warnings",
  "node_modules/vitest/vitest.mjs",
  "run",
  "--config",
  "test/outbox/vitest.outbox.config.ts",
];

it.each(await runtimes())("every test of the outbox passes on $name", async ({ runtime, env }) => {
  const options = { cwd: root, env: { ...process.env, ...env, NO_COLOR: "1" }, maxBuffer: 67_108_864 };
  const { stdout } = await promisify(execFile)(runtime.node, [...args, "--reporter", "default"], options);
  expect(stdout).toMatch(/Tests +\d+ passed \(\d+\)/);
  expect(stdout).not.toMatch(/\d+ (?:failed|skipped)/);
});

// The long forms of the tests of the outbox: npm run soak:outbox. Not part of npm test.
import { defineConfig, mergeConfig } from "vitest/config";
import base from "../vitest.base.config.ts";

const long = mergeConfig(base, defineConfig({ test: { fileParallelism: false } }));

export default {
  ...long,
  test: {
    ...long.test,
    // One at a time: what is measured is not to wait for another test.
    maxWorkers: 1,
    include: ["test/outbox-long/*.long.ts"],
    exclude: [],
    testTimeout: 1_800_000,
    hookTimeout: 600_000,
    reporters: ["verbose"],
  },
};

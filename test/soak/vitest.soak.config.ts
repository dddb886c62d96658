// The long forms of the fault plan: npm run soak. Not part of npm test.
import { defineConfig, mergeConfig } from "vitest/config";
import base from "../vitest.base.config.ts";

const long = mergeConfig(base, defineConfig({ test: { fileParallelism: false } }));

export default {
  ...long,
  test: {
    ...long.test,
    // One at a time: what is measured is not to wait for another test.
    maxWorkers: 1,
    include: ["test/soak/*.soak.ts"],
    testTimeout: 900_000,
    hookTimeout: 60_000,
    reporters: ["verbose"],
  },
};

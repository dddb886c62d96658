// What needs a Redis: npm run test:queue. Not part of npm test.
import { defineConfig, mergeConfig } from "vitest/config";
import base from "../vitest.base.config.ts";

const own = mergeConfig(base, defineConfig({ test: { fileParallelism: false } }));

export default {
  ...own,
  test: {
    ...own.test,
    // One at a time: what is measured is not to wait for another test.
    maxWorkers: 1,
    include: ["test/queue/*.redis.ts"],
    reporters: ["verbose"],
  },
};

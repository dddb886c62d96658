// The tests of the outbox alone, for a runtime that has SQLite.
import { defineConfig, mergeConfig } from "vitest/config";
import { sqlite } from "../speeds.ts";
import base from "../vitest.base.config.ts";

const own = mergeConfig(base, defineConfig({}));

export default {
  ...own,
  test: {
    ...own.test,
    include: [...sqlite],
    exclude: [],
    reporters: ["default", ["json", { outputFile: "out/vitest-outbox.json" }]],
  },
};

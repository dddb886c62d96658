// The tests of the outbox alone, for a runtime that has SQLite.
import { defineConfig, mergeConfig } from "vitest/config";
import base from "../../vitest.config.ts";
import { outboxTests } from "./tests.ts";

const own = mergeConfig(base, defineConfig({}));

export default {
  ...own,
  test: {
    ...own.test,
    include: outboxTests,
    exclude: [],
    reporters: ["default", ["json", { outputFile: "out/vitest-outbox.json" }]],
  },
};

// What every run of tests shares. Which file belongs to which run: vitest.config.ts.
import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

// Tests run from source: the package's own doors resolve to src.
const source = (file: string) => new URL(`../src/${file}.ts`, import.meta.url).pathname;

export default defineConfig({
  resolve: {
    alias: [
      { find: /^mimewright\/([\w-]+)$/, replacement: source("$1") },
      { find: /^mimewright$/, replacement: source("index") },
    ],
  },
  test: {
    // One worker is the default on two cores, and many tests wait.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    // A poll ends when its condition holds, a test when its work is done: what a busy machine takes longer for is no
    // failure. These are there to end what never would.
    expect: { poll: { timeout: 110_000 } },
    testTimeout: 300_000,
    hookTimeout: 600_000,
  },
});

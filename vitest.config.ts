import { defineConfig } from "vitest/config";

// Tests run from source: the package's own doors resolve to src.
const doors = [
  ...["node", "html", "charset", "ses", "nodemailer", "mimetext", "local", "testing", "vitest", "preflight"],
  ...["outbox", "bullmq"],
];

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
    reporters: ["default", ["json", { outputFile: "out/vitest.json" }]],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});

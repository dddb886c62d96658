/** The tests that need SQLite. */
export const outboxTests = [
  "test/outbox/**/*.test.ts",
  ...["test/cli/outbox.test.ts", "test/docs/outbox-page.test.ts", "test/examples/statements.test.ts"],
];

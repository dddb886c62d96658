// Every test, as projects: `npm run check` is `unit`; `npm test` is `unit` and `rooms`; the others have scripts of their
// names. `npx vitest run test/FILE` finds a file in whichever it is.
import {
  configDefaults,
  defineConfig,
  mergeConfig,
  type TestProjectConfiguration,
  type TestProjectInlineConfiguration,
} from "vitest/config";
import { alone, browser, kills, long, named, outbox, unit } from "./test/speeds.ts";
import base from "./test/vitest.base.config.ts";

type Options = NonNullable<TestProjectInlineConfiguration["test"]>;

const project = (name: string, include: readonly string[], options: Options = {}): TestProjectConfiguration => ({
  extends: true,
  test: { name, include: [...include], ...options },
});

// Files one after another in the same worker: what they import is loaded once. Their tests clean up after themselves.
const shared: Options = { isolate: false };

export default defineConfig(({ mode }) =>
  mergeConfig(
    base,
    defineConfig({
      test: {
        reporters: ["default", "json"],
        outputFile: { json: "out/vitest.json" },
        projects: [
          project("unit", unit, { ...shared, pool: "threads", exclude: [...configDefaults.exclude, ...alone] }),
          project("rooms", ["test/**/*.test.ts"], {
            ...shared,
            exclude: [...configDefaults.exclude, ...unit, ...alone, ...named],
          }),
          project("alone", alone),
          project("long", long),
          project("kills", kills),
          project("browser", browser),
          project("outbox", outbox),
          // A short form of it is among the rooms.
          ...(mode === "rounds"
            ? [
                project("rounds", ["test/round-trip.test.ts", "test/agreement.test.ts"], {
                  env: { MIMEWRIGHT_ROUNDS: rounds() },
                }),
              ]
            : []),
        ],
      },
    }),
  ),
);

function rounds(): string {
  return process.env.MIMEWRIGHT_ROUNDS ?? "10000";
}

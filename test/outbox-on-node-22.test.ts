// The runtime's own SQLite came with Node 22. On an older one the tests of the outbox run on a Node 22 from the registry,
// and each of them is a test here. Later runtimes run them themselves (vitest.config.ts).
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { nodeOf } from "../scripts/runtimes.mjs";

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

const root = fileURLToPath(new URL("..", import.meta.url));
const output = `${root}out/vitest-outbox.json`;
const args = ["node_modules/vitest/vitest.mjs", "run", "--config", "test/outbox/vitest.outbox.config.ts"];

async function runThere(): Promise<Report> {
  const node = nodeOf(22);
  try {
    await promisify(execFile)(node, ["--no-warnings", ...args], { cwd: root, maxBuffer: 64 * 1_024 * 1_024 });
  } catch {
    // What failed stands in the report.
  }
  const report: Report = JSON.parse(readFileSync(output, "utf8"));
  return report;
}

const { testResults } = await runThere();

describe("the outbox on Node 22", () => {
  it("ran", () => {
    expect(testResults.length).toBeGreaterThan(0);
  });

  for (const { name, message, assertionResults } of testResults) {
    it(`${name.slice(root.length)} was read`, () => {
      expect(message).toBe("");
      expect(assertionResults.length).toBeGreaterThan(0);
    });
    for (const { fullName, status, failureMessages } of assertionResults) {
      it(fullName, () => {
        expect(status, failureMessages.join("\n")).toBe("passed");
      });
    }
  }
});

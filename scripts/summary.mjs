// What a run of everything came to, in its last line: `N passed, N failed, N skipped`.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./consumer.mjs";
import { missingOracles } from "./oracles.mjs";

const NOTHING = { numPassedTests: 0, numFailedTests: 0, numTotalTests: 0, testResults: [] };

function readReport(file) {
  const path = join(root, "out", file);
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : NOTHING;
}

/** Names what failed and what was skipped in a report of tests. */
function countTests({ report: file, passed: endedWell }) {
  const report = readReport(file);
  let skipped = 0;
  for (const { name, status, message, assertionResults } of report.testResults) {
    const place = name.slice(root.length);
    for (const test of assertionResults) {
      if (test.status === "failed") console.log(`failed: ${place}: ${test.fullName}`);
      if (["pending", "skipped", "todo"].includes(test.status)) {
        skipped++;
        console.log(`skipped: ${place}: ${test.fullName}`);
      }
    }
    if (status === "failed" && assertionResults.length === 0) console.log(`failed: ${place}: ${message}`);
  }
  // A run that broke before its report, or that ran nothing, has failed.
  const isBroken = report.numTotalTests === 0 || (!endedWell && report.numFailedTests === 0);
  if (isBroken) console.log(`failed: ${file}: the run broke, or ran nothing`);
  return { passed: report.numPassedTests, failed: report.numFailedTests + (isBroken ? 1 : 0), skipped };
}

/**
 * Prints the counts and sets the exit code.
 *
 * @param {readonly { name: string, passed: boolean, report?: string }[]} steps those with a report count by its tests
 */
export function summarize(steps) {
  const counts = steps.map((step) => {
    if (step.report !== undefined) return countTests(step);
    return { passed: step.passed ? 1 : 0, failed: step.passed ? 0 : 1, skipped: 0 };
  });
  const missing = missingOracles();
  for (const { name, purpose } of missing) console.log(`skipped: ${name} is not here: ${purpose}`);
  const sum = (key) => counts.reduce((total, count) => total + count[key], 0);
  const failed = sum("failed");
  console.log(`${sum("passed")} passed, ${failed} failed, ${sum("skipped") + missing.length} skipped`);
  process.exitCode = failed === 0 ? 0 : 1;
}

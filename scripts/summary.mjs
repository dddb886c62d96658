// Prints what a run of everything came to: node scripts/summary.mjs <exit code of the tests> <checks passed> <failed>.
// The counts of tests come from the runner's own report.
import { readFileSync } from "node:fs";

const [testsExit, checksPassed, checksFailed] = process.argv.slice(2).map(Number);

function readReport() {
  try {
    return JSON.parse(readFileSync(new URL("../out/vitest.json", import.meta.url), "utf8"));
  } catch {
    return { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTotalTests: 0, testResults: [] };
  }
}

const report = readReport();
for (const file of report.testResults) {
  for (const test of file.assertionResults) if (test.status === "failed") console.log(`failed: ${test.fullName}`);
  if (file.status === "failed" && file.assertionResults.length === 0)
    console.log(`failed: ${file.name}: ${file.message}`);
}
console.log(
  `tests: ${report.numPassedTests} passed, ${report.numFailedTests} failed, ${report.numPendingTests} skipped`,
);
console.log(`checks: ${checksPassed} passed, ${checksFailed} failed`);

// A run that broke before its report, or that ran nothing, has failed.
const broken = testsExit !== 0 && report.numFailedTests === 0 ? 1 : 0;
const empty = report.numTotalTests === 0 ? 1 : 0;
const failed = report.numFailedTests + checksFailed + Math.max(broken, empty);
console.log(`${report.numPassedTests + checksPassed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

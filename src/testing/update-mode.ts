// Whether this run may write fixtures, where no test framework says so.
import type { UpdateMode } from "./expect-eml.ts";

/**
 * `MIMEWRIGHT_UPDATE=1` and the flag of Node's own test runner write every fixture that differs; in CI nothing is
 * written; elsewhere, fixtures that are missing.
 */
export function updateFromEnvironment(): UpdateMode {
  const { MIMEWRIGHT_UPDATE: update, CI: ci } = process.env;
  if (isSet(update) || process.execArgv.includes("--test-update-snapshots")) return "all";
  return isSet(ci) ? "none" : "new";
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== "" && value !== "0" && value !== "false";
}

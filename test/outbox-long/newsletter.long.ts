// A newsletter of life size, in a process of its own: the memory of a process is its peak.
import { execFile } from "node:child_process";
import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { newPath } from "../outbox/support.ts";

const program = fileURLToPath(new URL("./newsletter.mjs", import.meta.url));

it("1,000 recipients of an attachment of 5 MB: once in the file, and as often in memory as it takes to make one", async () => {
  const path = newPath();
  const { stdout } = await promisify(execFile)(process.execPath, ["--no-warnings", program, path, "1000"]);
  const { stored, megabytes }: { stored: number; megabytes: number } = JSON.parse(stdout);
  const journal = statSync(`${path}-wal`).size;
  console.log(`${Math.round(megabytes)} MB of memory, journal of ${journal} bytes`);
  expect(stored).toBe(1_000);
  expect(megabytes).toBeLessThan(400);
  expect(journal).toBeLessThan(12_000_000);
});

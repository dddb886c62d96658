// Writes what the golden messages render to anew: `git diff fixtures/golden` then shows which of them changed.
import { spawnSync } from "node:child_process";

const env = { ...process.env, MIMEWRIGHT_UPDATE: "1" };
const { status } = spawnSync("npx", ["vitest", "run", "test/golden.test.ts"], { env, stdio: "inherit" });
process.exitCode = status ?? 1;

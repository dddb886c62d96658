// The long tests of the outbox, on a Node that has SQLite: 200 kills over 5,000 messages and more, on every SQLite.
import { spawn } from "node:child_process";
import { nodeOf } from "./runtimes.mjs";

const args = ["--no-warnings", "node_modules/vitest/vitest.mjs", "run"];
const config = ["--config", "test/outbox-long/vitest.long.config.ts"];
const child = spawn(nodeOf(22), [...args, ...config, ...process.argv.slice(2)], { stdio: "inherit" });
child.on("exit", (code) => {
  process.exitCode = code ?? 1;
});

#!/usr/bin/env node
// The executable: the process's own arguments, streams and signals given to `run`.
import { buffer } from "node:stream/consumers";
import { run } from "./main.ts";

const ending = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => ending.abort());

// `mimewright … | head` closes the pipe early: that is no fault of anybody.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

process.exitCode = await run(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  stdin: () => buffer(process.stdin),
  signal: ending.signal,
  env: process.env,
  cwd: process.cwd(),
  terminals: { out: process.stdout.isTTY === true, err: process.stderr.isTTY === true },
});

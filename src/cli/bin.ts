#!/usr/bin/env node
// The executable: the process's own arguments, streams and signals given to `run`.
import { EXIT } from "./io.ts";
import { run } from "./main.ts";
import { octetsOf, sinkOf } from "./terminal.ts";

const ending = new AbortController();
// Once each: the second Ctrl+C ends the process on the spot.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => ending.abort());

const err = sinkOf(process.stderr, () => process.exit(EXIT.usage));
const out = sinkOf(process.stdout, (error) => {
  err.say(`mimewright: cannot write to the standard output: ${error.message}\n`);
  process.exit(EXIT.usage);
});

const code = await run(process.argv.slice(2), {
  out: out.say,
  pour: out.pour,
  err: err.say,
  stdin: () => octetsOf(process.stdin, ending.signal),
  signal: ending.signal,
  env: process.env,
  cwd: process.cwd(),
  terminals: { out: process.stdout.isTTY === true, err: process.stderr.isTTY === true },
  columns: process.stderr.columns ?? 80,
});
process.exitCode = code;
// A pending read would keep the process alive.
if (code === EXIT.interrupted) process.exit();

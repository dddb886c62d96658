// Starts worker.mjs and follows what it tells.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { OutboxCounts } from "mimewright/outbox";

/** What the process is to do. */
export interface Job {
  readonly path: string;
  readonly endpoint: string;
  /** Messages from this number on, up to and without the other. */
  readonly from: number;
  readonly to: number;
  readonly text?: string;
  /** User whose rights it takes on. */
  readonly user?: number;
  readonly outbox?: object;
  readonly sender?: object;
}

/** One line of the process. */
export interface Told {
  readonly type: "open" | "stored" | "refused" | "filled" | "done" | "closed" | "failed";
  readonly index?: number;
  readonly replayed?: boolean;
  readonly code?: string;
  readonly message?: string;
  readonly counts?: OutboxCounts;
  readonly took?: number;
}

/** Where it runs: another runtime than ours, or our own. */
export interface Runtime {
  readonly node: string;
  readonly worker: string;
}

export const ownRuntime: Runtime = {
  node: process.execPath,
  worker: fileURLToPath(new URL("./worker.mjs", import.meta.url)),
};

const built = existsSync(new URL("../../dist/outbox.js", import.meta.url));

export interface Running {
  readonly told: Told[];
  readonly child: ChildProcess;
  /** Resolves with the exit code; null after a signal. */
  readonly ended: Promise<number | null>;
  kill(): void;
}

/** @param limit bytes that a file may have, in the kernel's eyes (RLIMIT_FSIZE) */
export function start(job: Job, runtime = ownRuntime, limit?: number): Running {
  if (!built) throw new Error("the process runs what is built: npm run build");
  const args = ["--no-warnings", runtime.worker, JSON.stringify(job)];
  // `ulimit -f` counts blocks of 1,024 bytes in bash.
  const child =
    limit === undefined
      ? spawn(runtime.node, args, { stdio: ["ignore", "pipe", "inherit"] })
      : spawn("bash", ["-c", `ulimit -f ${Math.ceil(limit / 1_024)}; exec "$@"`, "-", runtime.node, ...args], {
          stdio: ["ignore", "pipe", "inherit"],
        });
  const told: Told[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => told.push(JSON.parse(line)));
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  return { told, child, ended, kill: () => child.kill("SIGKILL") };
}

// Work in separate processes, for what one process cannot show: memory peaks, first imports.
import { spawn } from "node:child_process";
import { join } from "node:path";

/** Runs one job of child.js in a fresh process, gives what it measured. */
export function inFreshProcess(job: string, ...args: readonly string[]): Promise<Measured> {
  return inProcessWith([], job, ...args);
}

/** As {@link inFreshProcess}, with more options for Node. */
export async function inProcessWith(flags: readonly string[], job: string, ...args: readonly string[]) {
  const child = join(import.meta.dirname, "child.js");
  const { output } = await runNode(["--expose-gc", ...flags, child, job, ...args]);
  const measured: unknown = JSON.parse(output.trimEnd().split("\n").at(-1) ?? "");
  return isMeasured(measured) ? measured : {};
}

/** Numbers by name: milliseconds and bytes. */
export type Measured = Readonly<Record<string, number>>;

function isMeasured(value: unknown): value is Measured {
  return typeof value === "object" && value !== null && Object.values(value).every((one) => typeof one === "number");
}

/** Starts Node, waits for its end; output and milliseconds from start to end. */
export function runNode(args: readonly string[]): Promise<{ readonly output: string; readonly ms: number }> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    // What another run left compiled must not help.
    const env = { ...process.env, NODE_DISABLE_COMPILE_CACHE: "1" };
    const started = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"], env });
    let output = "";
    started.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    started.on("error", reject);
    started.on("close", (code) => {
      if (code === 0) resolve({ output, ms: performance.now() - start });
      else reject(new Error(`${args.join(" ")} ended with ${code}`));
    });
  });
}

// Runs an endpoint in a process of its own, to be measured or killed.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import type { LocalSesOptions } from "mimewright/local";
import { build } from "./build.ts";

/** An endpoint in another process. */
export interface OtherProcess {
  readonly url: string;
  readonly child: ChildProcess;
  /** What the process wrote to its standard error. */
  readonly errors: () => string;
  /** Ends it at once, as a power cut does. */
  kill(): Promise<void>;
  /** Bytes of memory the process holds at most so far: `VmHWM` of Linux, undefined elsewhere. */
  peakMemory(): Promise<number | undefined>;
}

const SCRIPT = `
  const { startLocalSes } = await import(process.argv[1]);
  const ses = await startLocalSes(JSON.parse(process.argv[2]));
  process.stdout.write(ses.url + "\\n");
`;

/** Starts one; options are those that JSON can hold. */
export async function startProcess(options: LocalSesOptions = {}): Promise<OtherProcess> {
  const folder = await build();
  const child = spawn(
    process.execPath,
    ["--input-type=module", "-e", SCRIPT, `file://${folder}/local.js`, JSON.stringify(options)],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const exited = once(child, "exit");
  const url = await Promise.race([
    once(child.stdout, "data").then(([line]) => String(line).trim()),
    exited.then(() => {
      throw new Error(`The endpoint did not start: ${errors}`);
    }),
  ]);
  return {
    url,
    child,
    errors: () => errors,
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
    peakMemory: () => peakOf(child.pid),
  };
}

async function peakOf(pid: number | undefined): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1_024;
}

// Starts idle-server.mjs and asks it what it took.
import { fork } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Logged } from "./proxy.ts";

export interface IdleServer {
  readonly url: string;
  /** What it took, in the form the judge reads. */
  log(): Promise<Logged[]>;
  /** How many connections it has reset. Known without a turn of the event loop, and so without a look at a socket. */
  resets(): number;
  stop(): void;
}

export async function startIdleServer(): Promise<IdleServer> {
  const folder = mkdtempSync(join(tmpdir(), "mimewright-idle-"));
  const marks = join(folder, "resets");
  writeFileSync(marks, "");
  const child = fork(new URL("./idle-server.mjs", import.meta.url), [marks], { execArgv: [] });
  const port = await new Promise<unknown>((resolve) => child.once("message", resolve));
  const url = `http://127.0.0.1:${String(port)}`;
  return {
    url,
    async log() {
      const taken = (await (await fetch(url)).json()) as { tag: string; id: string }[];
      const rest = {
        attempt: 0,
        fault: undefined,
        taken: true,
        recipients: 1,
        at: 0,
        raw: Buffer.alloc(0),
        signedAt: 0,
      };
      return taken.map((one) => ({ ...rest, ...one }));
    },
    resets: () => statSync(marks).size,
    stop() {
      child.disconnect();
      child.once("exit", () => rmSync(folder, { recursive: true, force: true }));
    },
  };
}

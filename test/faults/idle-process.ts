// Starts idle-server.mjs and asks it what it took.
import { fork } from "node:child_process";
import type { Logged } from "./proxy.ts";

export interface IdleServer {
  readonly url: string;
  /** What it took, in the form the judge reads. */
  log(): Promise<Logged[]>;
  stop(): void;
}

export async function startIdleServer(): Promise<IdleServer> {
  const child = fork(new URL("./idle-server.mjs", import.meta.url), { execArgv: [] });
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
    stop: () => child.disconnect(),
  };
}

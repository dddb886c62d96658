// A terminal that nobody looks at: what a command writes is collected, and its end is called by the test.
import type { Io } from "../../src/cli/io.ts";
import { run } from "../../src/cli/main.ts";

/** Where the command runs, and what it has; a real process has more. */
export interface Surroundings {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly stdin?: string | Uint8Array;
  /** True for a person at the terminal: colours and progress. */
  readonly isTerminal?: boolean;
  readonly columns?: number;
}

/** An `Io` for one command line, and what came out of it. */
export function terminal(surroundings: Surroundings = {}) {
  const { cwd = process.cwd(), env = {}, stdin = "", isTerminal = false, columns = 80 } = surroundings;
  const written = { out: "", err: "", chunks: [] as Uint8Array[] };
  const ending = new AbortController();
  const io: Io = {
    out: (text) => {
      written.out += text;
    },
    pour: async (bytes) => {
      written.chunks.push(bytes);
    },
    err: (text) => {
      written.err += text;
    },
    stdin: async function* () {
      yield typeof stdin === "string" ? new TextEncoder().encode(stdin) : stdin;
    },
    signal: ending.signal,
    env,
    cwd,
    terminals: { out: isTerminal, err: isTerminal },
    columns,
  };
  return { written, ending, io };
}

/** Runs one command line to its end. */
export async function ran(args: readonly string[], surroundings?: Surroundings) {
  const { written, io } = terminal(surroundings);
  const exit = await run(args, io);
  return { exit, out: written.out, err: written.err, bytes: new Uint8Array(Buffer.concat(written.chunks)) };
}

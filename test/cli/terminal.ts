// A terminal that nobody looks at: what a command writes is collected, and its end is called by the test.
import type { Io } from "../../src/cli/io.ts";

/** Where the command runs, and what it has; a real process has more. */
export interface Surroundings {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly stdin?: string | Uint8Array;
  /** True for a person at the terminal: colours and progress. */
  readonly isTerminal?: boolean;
}

/** An `Io` for one command line, and what came out of it. */
export function terminal({ cwd = process.cwd(), env = {}, stdin = "", isTerminal = false }: Surroundings = {}) {
  const written = { out: "", err: "", chunks: [] as Uint8Array[] };
  const ending = new AbortController();
  const io: Io = {
    out: (text) => {
      if (typeof text === "string") written.out += text;
      else written.chunks.push(text);
    },
    err: (text) => {
      written.err += text;
    },
    stdin: async () => (typeof stdin === "string" ? new TextEncoder().encode(stdin) : stdin),
    signal: ending.signal,
    env,
    cwd,
    terminals: { out: isTerminal, err: isTerminal },
  };
  return { written, ending, io };
}

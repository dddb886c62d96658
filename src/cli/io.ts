// What a command needs of the world, so that it can be run by a test as by a terminal.

/** Where a command writes, and what ends it. */
export interface Io {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Aborted when the command should come to its end (Ctrl+C). */
  readonly signal: AbortSignal;
}

/** A command line that cannot be understood. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

// What a command needs of the world, so that it can be run by a test as by a terminal.

/** Where a command reads and writes, and what ends it. */
export interface Io {
  readonly out: (text: string | Uint8Array) => void;
  readonly err: (text: string) => void;
  /** Everything that comes in on the standard input. */
  readonly stdin: () => Promise<Uint8Array>;
  /** Aborted when the command should come to its end (Ctrl+C). */
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder that relative paths start from. */
  readonly cwd: string;
  /** Which of the two streams a person looks at. */
  readonly terminals: { readonly out: boolean; readonly err: boolean };
}

/** Codes that a command ends with. */
export const EXIT = {
  done: 0,
  /** The mail has errors, the mails differ, or the send failed. */
  failed: 1,
  /** A command line that cannot be understood, or a file that cannot be read. */
  usage: 2,
  /** Nobody knows whether SES took the message. */
  unknown: 3,
  /** A fault of the program itself (EX_SOFTWARE of sysexits). */
  internal: 70,
} as const;

/** A command line that cannot be understood. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Something that the command cannot go on without: a file, a browser, credentials. */
export class TroubleError extends Error {
  override readonly name = "TroubleError";
}

/** What an error says, whatever was thrown. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

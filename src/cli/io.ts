// What a command needs of the world, so that it can be run by a test as by a terminal.
import type { Issue } from "../issues.ts";

/** Where a command reads and writes, and what ends it. */
export interface Io {
  /** Writes text to the standard output. Text is dropped once the stream is closed. */
  readonly out: (text: string) => void;
  /** Writes octets to the standard output. @throws OutputClosedError once the stream is closed */
  readonly pour: (bytes: Uint8Array) => Promise<void>;
  readonly err: (text: string) => void;
  /** The standard input. It ends with an error when the signal is aborted. */
  readonly stdin: () => AsyncIterable<Uint8Array>;
  /** Aborted when the command should end (Ctrl+C). */
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder that relative paths start from. */
  readonly cwd: string;
  /** Which of the two streams are terminals. */
  readonly terminals: { readonly out: boolean; readonly err: boolean };
  /** Characters in a line of the terminal. */
  readonly columns: number;
}

/** Codes that a command ends with. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  unknown: 3,
  /** EX_SOFTWARE of sysexits. */
  internal: 70,
  /** 128 and the number of SIGINT, as shells count. */
  interrupted: 130,
} as const;

/** What the codes mean, for every help text. `docs/cli.md` has the same table. */
export const EXIT_TABLE = `Exit codes:
  0    done: no errors, no differences, every message sent
  1    a message has errors, messages differ, or a message was not sent
  2    an unusable command line; a file, program or service that is missing or cannot be used
  3    unknown whether SES accepted a message
  70   internal error
  130  interrupted with Ctrl+C
`;

/** A command line that cannot be used. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Something that the command needs is missing or cannot be used: a file, a browser, credentials. */
export class TroubleError extends Error {
  override readonly name = "TroubleError";
}

/** A file whose JSON is not a valid message, with every issue. */
export class UnfitError extends Error {
  override readonly name = "UnfitError";
  readonly file: string;
  readonly issues: readonly Issue[];

  constructor(file: string, issues: readonly Issue[]) {
    super("not a valid message");
    this.file = file;
    this.issues = issues;
  }
}

/** The command was ended before it was done. */
export class InterruptedError extends Error {
  override readonly name = "InterruptedError";
}

/** The reader of the standard output has closed it, as `| head -1` does. */
export class OutputClosedError extends Error {
  override readonly name = "OutputClosedError";
}

/** The message of whatever was thrown. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Waits for a signal to be aborted. */
export async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((done) => signal.addEventListener("abort", () => done(), { once: true }));
}

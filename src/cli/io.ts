// What a command needs of the world, so that it can be run by a test as by a terminal.
import type { Issue } from "../issues.ts";

/** Where a command reads and writes, and what ends it. */
export interface Io {
  /** Writes text to the standard output. What nobody reads any more is dropped. */
  readonly out: (text: string) => void;
  /** Writes octets to the standard output. @throws OutputClosedError when nobody reads them any more */
  readonly pour: (bytes: Uint8Array) => Promise<void>;
  readonly err: (text: string) => void;
  /** What comes in on the standard input. It ends with an error when the signal is aborted. */
  readonly stdin: () => AsyncIterable<Uint8Array>;
  /** Aborted when the command should come to its end (Ctrl+C). */
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder that relative paths start from. */
  readonly cwd: string;
  /** Which of the two streams a person looks at. */
  readonly terminals: { readonly out: boolean; readonly err: boolean };
  /** Characters in a line of the terminal. */
  readonly columns: number;
}

/** Codes that a command ends with. */
export const EXIT = {
  done: 0,
  /** The mail has errors, the mails differ, or the send failed. */
  failed: 1,
  /** A command line that cannot be understood, or a file that cannot be read or written. */
  usage: 2,
  /** Nobody knows whether SES took the message. */
  unknown: 3,
  /** A fault of the program itself (EX_SOFTWARE of sysexits). */
  internal: 70,
  /** Ended by a signal before it was done: 128 and the number of SIGINT, as shells count. */
  interrupted: 130,
} as const;

/** A command line that cannot be understood. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Something that the command cannot go on without: a file, a browser, credentials. */
export class TroubleError extends Error {
  override readonly name = "TroubleError";
}

/** A file that no message can be made of, with every reason. */
export class UnfitError extends Error {
  override readonly name = "UnfitError";
  readonly file: string;
  readonly issues: readonly Issue[];

  constructor(file: string, issues: readonly Issue[]) {
    super("no message can be made of the file");
    this.file = file;
    this.issues = issues;
  }
}

/** The command was ended before it was done. */
export class InterruptedError extends Error {
  override readonly name = "InterruptedError";
}

/** Nobody reads the standard output any more, as behind `| head -1`. */
export class OutputClosedError extends Error {
  override readonly name = "OutputClosedError";
}

/** What an error says, whatever was thrown. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Waits for a signal to be aborted. */
export async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((done) => signal.addEventListener("abort", () => done(), { once: true }));
}

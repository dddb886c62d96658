// The command `mimewright`: finds the command that was asked for and ends with its exit code.
import { readFileSync } from "node:fs";
import { describeIssue } from "../issues/wording.ts";
import { MessageError, OptionError } from "../issues.ts";
import { nearestName } from "../options/suggestions.ts";
import { type Command, FlagError } from "./args.ts";
import {
  EXIT,
  EXIT_TABLE,
  InterruptedError,
  type Io,
  OutputClosedError,
  reasonOf,
  TroubleError,
  UnfitError,
  UsageError,
} from "./io.ts";
import { issueReport, unfitReport } from "./report.ts";
import { paintOf, shown, shownLines } from "./terminal.ts";

/** A command. Loaded when it is asked for: `check` needs no endpoint, and `--version` nothing at all. */
interface Entry {
  readonly about: string;
  readonly load: () => Promise<Command>;
}

const COMMANDS: ReadonlyMap<string, Entry> = new Map<string, Entry>([
  [
    "compose",
    {
      about: "composes an .eml file from a message written as JSON",
      load: async () => (await import("./compose.ts")).compose,
    },
  ],
  [
    "check",
    {
      about: "reports every issue of a message, and what to do about it",
      load: async () => (await import("./check.ts")).check,
    },
  ],
  [
    "tree",
    { about: "draws the MIME tree of a message, with sizes", load: async () => (await import("./inspect.ts")).tree },
  ],
  [
    "diff",
    { about: "compares two messages as their readers see them", load: async () => (await import("./inspect.ts")).diff },
  ],
  [
    "preview",
    {
      about: "shows a message or a template in the browser, or as a picture",
      load: async () => (await import("./preview/preview.ts")).preview,
    },
  ],
  ["send", { about: "sends messages through Amazon SES", load: async () => (await import("./send.ts")).send }],
  [
    "queue",
    {
      about: "prints the progress of a queue in Redis, once or as it changes",
      load: async () => (await import("./queue.ts")).queue,
    },
  ],
  [
    "quota",
    {
      about: "prints what the SES account may send, and what is left",
      load: async () => (await import("./quota.ts")).quota,
    },
  ],
  [
    "outbox",
    {
      about: "shows an outbox; sends its messages again, or removes them",
      load: async () => (await import("./outbox.ts")).outbox,
    },
  ],
  [
    "serve",
    {
      about: "runs an Amazon SES endpoint on this machine, with an inbox",
      load: async () => (await import("./serve.ts")).serve,
    },
  ],
]);

/** Runs one command line. @returns the exit code, one of {@link EXIT} */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const [name = "--help", ...args] = argv;
  if (name === "--version" || name === "-v") {
    io.out(`${version()}\n`);
    return EXIT.done;
  }
  if (name === "--help" || name === "-h" || name === "help") return help(args[0], io);
  const command = COMMANDS.get(name);
  if (command === undefined) return noCommand(name, io);
  if (asksForHelp(args)) return help(name, io);
  try {
    return await (await command.load()).run(args, io);
  } catch (error) {
    return failed(name, error, io);
  }
}

// What follows `--` is a file, whatever its name.
function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  const options = end < 0 ? args : args.slice(0, end);
  return options.includes("--help") || options.includes("-h");
}

async function help(name: string | undefined, io: Io): Promise<number> {
  const command = name === undefined ? undefined : COMMANDS.get(name);
  if (command === undefined && name !== undefined) return noCommand(name, io);
  io.out(command === undefined ? overview() : `${(await command.load()).help}\n${EXIT_TABLE}`);
  return EXIT.done;
}

function noCommand(name: string, io: Io): number {
  const near = nearestName(name, COMMANDS.keys());
  const suggestion = near === undefined ? "" : `; did you mean "${near}"?`;
  io.err(`mimewright: unknown command "${shown(name)}"${suggestion}\n\n${overview()}`);
  return EXIT.usage;
}

function overview(): string {
  const width = Math.max(...[...COMMANDS.keys()].map((name) => name.length)) + 2;
  const lines = [...COMMANDS].map(([name, { about }]) => `  ${name.padEnd(width)}${about}`);
  return `mimewright <command> [options]

${lines.join("\n")}

mimewright <command> --help has the options of a command. --version prints the version.

${EXIT_TABLE}
Colours: NO_COLOR=1 turns them off, FORCE_COLOR=1 turns them on where there is no terminal.
`;
}

// A stack trace helps with a fault of this program only; unusable input never reaches `unforeseen`.
function failed(name: string, error: unknown, io: Io): number {
  const lines = usageLines(error);
  if (lines !== undefined) {
    for (const line of lines) io.err(`mimewright ${name}: ${shown(line)}\n`);
    io.err(`See mimewright ${name} --help.\n`);
    return EXIT.usage;
  }
  if (error instanceof TroubleError) {
    io.err(`mimewright ${name}: ${shown(error.message)}\n`);
    return EXIT.usage;
  }
  if (error instanceof UnfitError || error instanceof MessageError) {
    const paint = paintOf(io, "err");
    io.err(error instanceof UnfitError ? unfitReport(error, paint) : issueReport(error.issues, paint));
    return EXIT.failed;
  }
  if (error instanceof OutputClosedError) return EXIT.done;
  if (error instanceof InterruptedError) return EXIT.interrupted;
  return unforeseen(name, error, io);
}

/** A line for each problem of a command line; undefined for other errors. */
function usageLines(error: unknown): readonly string[] | undefined {
  if (error instanceof FlagError) return error.lines;
  if (error instanceof OptionError) return error.issues.map(describeIssue);
  return error instanceof UsageError ? [error.message] : undefined;
}

function unforeseen(name: string, error: unknown, io: Io): number {
  const trace = (io.env.MIMEWRIGHT_DEBUG ?? "") !== "" && error instanceof Error ? error.stack : undefined;
  io.err(`mimewright ${name}: internal error: ${shownLines(trace ?? reasonOf(error))}\n`);
  if (trace === undefined) io.err("Set MIMEWRIGHT_DEBUG=1 for a stack trace.\n");
  return EXIT.internal;
}

function version(): string {
  const { version }: { version: string } = JSON.parse(
    readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
  );
  return version;
}

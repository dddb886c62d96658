// The command `mimewright`: finds the command that was asked for and ends with its exit code.
import { readFileSync } from "node:fs";
import { nearestName } from "../given.ts";
import { MessageError, OptionError } from "../issues.ts";
import {
  EXIT,
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

/** One command. Loaded when it is asked for: `check` needs no endpoint, and `--version` nothing at all. */
interface Command {
  readonly about: string;
  readonly load: () => Promise<{
    readonly run: (args: readonly string[], io: Io) => Promise<number>;
    readonly help: string;
  }>;
}

const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  ["compose", { about: "a message written as JSON becomes an .eml file", load: () => import("./compose.ts") }],
  [
    "check",
    { about: "everything that is wrong with a message, and what to do about it", load: () => import("./check.ts") },
  ],
  ["tree", { about: "the MIME tree of a message, with sizes", load: () => import("./tree.ts") }],
  ["diff", { about: "what differs between two messages, as their readers see them", load: () => import("./diff.ts") }],
  [
    "preview",
    {
      about: "a message or a template in an inbox in the browser, or as a picture",
      load: () => import("./preview.ts"),
    },
  ],
  ["send", { about: "sends messages through Amazon SES", load: () => import("./send.ts") }],
  ["queue", { about: "how far a queue in Redis is, once or as it goes", load: () => import("./queue.ts") }],
  ["quota", { about: "what the SES account may send, and what is left of it", load: () => import("./quota.ts") }],
  [
    "outbox",
    { about: "what is in an outbox; sends again, or forgets, what is in it", load: () => import("./outbox.ts") },
  ],
  [
    "serve",
    { about: "an Amazon SES endpoint on this machine, with an inbox in the browser", load: () => import("./serve.ts") },
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
    return told(name, error, io);
  }
}

// Behind `--` stand files, whatever they are called.
function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  const options = end < 0 ? args : args.slice(0, end);
  return options.includes("--help") || options.includes("-h");
}

async function help(name: string | undefined, io: Io): Promise<number> {
  const command = name === undefined ? undefined : COMMANDS.get(name);
  if (command === undefined && name !== undefined) return noCommand(name, io);
  io.out(command === undefined ? overview() : (await command.load()).help);
  return EXIT.done;
}

function noCommand(name: string, io: Io): number {
  const near = nearestName(name, COMMANDS.keys());
  const suggestion = near === undefined ? "" : `; did you mean "${near}"?`;
  io.err(`mimewright: there is no command "${shown(name)}"${suggestion}\n\n${overview()}`);
  return EXIT.usage;
}

function overview(): string {
  const width = Math.max(...[...COMMANDS.keys()].map((name) => name.length)) + 2;
  const lines = [...COMMANDS].map(([name, { about }]) => `  ${name.padEnd(width)}${about}`);
  return `mimewright <command> [options]

${lines.join("\n")}

mimewright <command> --help tells more. --version prints the version.

Exit codes: 0 done; 1 errors found, or not sent; 2 a command line that cannot be understood, or a
file that cannot be read or written; 3 nobody knows whether SES took the message; 130 interrupted.
Colours: NO_COLOR=1 turns them off, FORCE_COLOR=1 turns them on where there is no terminal.
`;
}

// A stack trace is for those who look for a fault in this program; input that is wrong never comes here.
function told(name: string, error: unknown, io: Io): number {
  if (error instanceof UsageError || error instanceof OptionError) {
    io.err(`mimewright ${name}: ${shown(error.message)}\nmimewright ${name} --help tells what there is.\n`);
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

function unforeseen(name: string, error: unknown, io: Io): number {
  const trace = (io.env.MIMEWRIGHT_DEBUG ?? "") !== "" && error instanceof Error ? error.stack : undefined;
  io.err(`mimewright ${name}: this should not have happened: ${shownLines(trace ?? reasonOf(error))}\n`);
  if (trace === undefined) io.err("With MIMEWRIGHT_DEBUG=1 it tells where.\n");
  return EXIT.internal;
}

function version(): string {
  const { version }: { version: string } = JSON.parse(
    readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
  );
  return version;
}

// The command `mimewright`: finds the command that was asked for and ends with its exit code.
import { readFileSync } from "node:fs";
import { MessageError } from "../issues.ts";
import { EXIT, type Io, reasonOf, TroubleError, UsageError } from "./io.ts";
import { issueReport } from "./issue-lines.ts";
import { paintOf } from "./paint.ts";

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
  ["preview", { about: "the message in an inbox in the browser, or as a picture", load: () => import("./preview.ts") }],
  ["send", { about: "sends messages through Amazon SES", load: () => import("./send.ts") }],
  ["quota", { about: "what the SES account may send, and what is left of it", load: () => import("./quota.ts") }],
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
  if (name === "--help" || name === "-h" || name === "help") return help(args, io);
  const command = COMMANDS.get(name);
  if (command === undefined) {
    io.err(`mimewright: there is no command ${JSON.stringify(name)}\n\n${overview()}`);
    return EXIT.usage;
  }
  if (args.includes("--help") || args.includes("-h")) return help([name], io);
  try {
    return await (await command.load()).run(args, io);
  } catch (error) {
    return told(name, error, io);
  }
}

async function help([name]: readonly string[], io: Io): Promise<number> {
  const command = name === undefined ? undefined : COMMANDS.get(name);
  io.out(command === undefined ? overview() : (await command.load()).help);
  return EXIT.done;
}

function overview(): string {
  const width = Math.max(...[...COMMANDS.keys()].map((name) => name.length)) + 2;
  const lines = [...COMMANDS].map(([name, { about }]) => `  ${name.padEnd(width)}${about}`);
  return `mimewright <command> [options]

${lines.join("\n")}

mimewright <command> --help tells more. --version prints the version.
Exit codes: 0 done, 1 errors found or not sent, 2 a command line or a file that cannot be read, 3 send unknown.
`;
}

// A stack trace is for those who look for a fault in this program; input that is wrong never comes here.
function told(name: string, error: unknown, io: Io): number {
  if (error instanceof UsageError) {
    io.err(`mimewright ${name}: ${error.message}\nmimewright ${name} --help tells what there is.\n`);
    return EXIT.usage;
  }
  if (error instanceof TroubleError) {
    io.err(`mimewright ${name}: ${error.message}\n`);
    return EXIT.usage;
  }
  if (error instanceof MessageError) {
    io.err(issueReport(error.issues, paintOf(io, "err")));
    return EXIT.failed;
  }
  const trace = (io.env.MIMEWRIGHT_DEBUG ?? "") !== "" && error instanceof Error ? error.stack : undefined;
  io.err(`mimewright ${name}: this should not have happened: ${trace ?? reasonOf(error)}\n`);
  if (trace === undefined) io.err("With MIMEWRIGHT_DEBUG=1 it tells where.\n");
  return EXIT.internal;
}

function version(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  const found = /"version":\s*"([^"]+)"/.exec(text);
  return found?.[1] ?? "unknown";
}

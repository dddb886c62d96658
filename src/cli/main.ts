// The command `mimewright`: finds the command that was asked for and ends with its exit code.
import { readFileSync } from "node:fs";
import { type Io, UsageError } from "./io.ts";
import { serve, serveHelp } from "./serve.ts";

type Command = (args: readonly string[], io: Io) => Promise<number>;

const COMMANDS: ReadonlyMap<string, { readonly run: Command; readonly help: string }> = new Map([
  ["serve", { run: serve, help: serveHelp }],
]);

const HELP = `mimewright <command> [options]

  serve    an Amazon SES endpoint on this machine, with an inbox in the browser

mimewright <command> --help tells more. --version prints the version.
`;

/** Runs one command line. @returns the exit code: 0 done, 1 failed, 2 a command line that cannot be understood */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const [name, ...args] = argv;
  if (name === "--version") io.out(`${version()}\n`);
  const command = name === undefined ? undefined : COMMANDS.get(name);
  if (command === undefined) {
    if (name === "--version") return 0;
    const asked = name === undefined || name === "--help" || name === "-h" || name === "help";
    if (asked) io.out(HELP);
    else io.err(`mimewright: there is no command ${JSON.stringify(name)}\n\n${HELP}`);
    return asked ? 0 : 2;
  }
  if (args.includes("--help") || args.includes("-h")) {
    io.out(command.help);
    return 0;
  }
  try {
    return await command.run(args, io);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    io.err(`mimewright ${name}: ${error.message}\n\n${command.help}`);
    return 2;
  }
}

function version(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  const found = /"version":\s*"([^"]+)"/.exec(text);
  return found?.[1] ?? "unknown";
}

// `mimewright serve`: the embedded SES endpoint as a separate process.
import { resolve } from "node:path";
import type { Reader } from "../given.ts";
import { startWith } from "../local/start.ts";
import type { LocalSes, LocalSesOptions } from "../local.ts";
import {
  anyText,
  type Command,
  type FlagTable,
  noFiles,
  onOrOff,
  readFlags,
  repeated,
  valued,
  wholeNumber,
  wordOf,
  written,
} from "./args.ts";
import { aborted, EXIT, type Io, reasonOf, TroubleError, UsageError } from "./io.ts";

type NoFlags = "clock" | "random" | "resolve" | "onNotification" | "topics" | "inboxBytes";
type ServeFlags = Required<Omit<LocalSesOptions, NoFlags>>;

const aLimit: Reader<number> = written((text) => {
  const value = Number(text);
  return text.trim() !== "" && (value === -1 || (value >= 0 && Number.isFinite(value))) ? value : undefined;
}, "a number, 0 or more, or -1 for no limit");

// The secret may hold colons, the id does not.
const aKey: Reader<NonNullable<LocalSesOptions["credentials"]>[number]> = written((pair) => {
  const colon = pair.indexOf(":");
  if (colon < 1 || colon === pair.length - 1) return undefined;
  return { accessKeyId: pair.slice(0, colon), secretAccessKey: pair.slice(colon + 1) };
}, "ID:SECRET");

const flags: FlagTable<ServeFlags> = {
  port: valued(wholeNumber(0, 65_535)),
  host: valued(anyText),
  allowHosts: repeated(anyText, { name: "allow-host" }),
  publicUrl: valued(anyText),
  preset: valued(wordOf("easy", "verified", "strict")),
  dir: valued(anyText),
  credentials: repeated(aKey),
  sendRate: valued(aLimit),
  dailyQuota: valued(aLimit),
  ...{ autoVerify: onOrOff, anySender: onOrOff, sandbox: onOrOff, sevenBit: onOrOff, signatures: onOrOff },
  ...{ clockWindow: onOrOff, actionThrottle: onOrOff },
};

/** Serves until the signal; the exit code is 0 then. */
export const serve: Command = {
  flags,
  help: `mimewright serve [options]

An Amazon SES endpoint on this machine: the 18 actions of the 2015 reference of API v1, sending over
v2, and an inbox at its address. Mail is delivered only to the inbox. Ctrl+C ends it. AWS SDKs and
the aws command send here with its address in AWS_ENDPOINT_URL_SES (v1: client-ses, boto3 "ses") and
in AWS_ENDPOINT_URL_SESV2 (v2: client-sesv2, nodemailer 7 and newer): each API reads its own only.

  --port N                 port (default 8025; 0 takes any free port)
  --host HOST              where to listen (default 127.0.0.1, this machine only); 0.0.0.0 or ::
                           accepts other machines, and whoever reaches it reads the mail
  --allow-host NAME        a host name that the inbox and its API answer to besides localhost, such
                           as mail or *.example.com; repeatable. SES clients may use any name
  --public-url URL         what links in verification mails begin with
  --preset NAME            easy accepts mail from every sender; verified refuses senders that were
                           not verified; strict is a new account (default easy)
  --dir FOLDER             keeps messages (a Maildir) and state over a restart
  --credentials ID:SECRET  a key that may sign; repeatable
  --send-rate N            recipients per second (-1: no limit)
  --daily-quota N          recipients in 24 hours (-1: no limit)

Each kind of strictness has a switch that overrides the preset; --no-… turns it off:
  --auto-verify  --any-sender  --sandbox  --seven-bit  --signatures  --clock-window
  --action-throttle

GET /_local/health answers 200 once it listens.
`,
  run,
};

async function run(args: readonly string[], io: Io): Promise<number> {
  const options = readServeOptions(args);
  const { dir } = options;
  const warn = (warning: string): void => io.err(`mimewright serve: warning: ${warning}.\n`);
  const ses = await startEndpoint(dir === undefined ? options : { ...options, dir: resolve(io.cwd, dir) }, warn);
  try {
    io.out(`Amazon SES endpoint and inbox: ${ses.url}\n${variables(ses.url)}`);
    await aborted(io.signal);
  } finally {
    await ses.close();
  }
  return EXIT.done;
}

// Set both: a client of the other API would send to AWS.
function variables(url: string): string {
  return `clients send here with AWS_ENDPOINT_URL_SES=${url} AWS_ENDPOINT_URL_SESV2=${url}\n`;
}

/** Starts an endpoint. @throws UsageError for options that cannot be used, TroubleError where it cannot listen */
export async function startEndpoint(
  options: LocalSesOptions,
  warn: (warning: string) => void = () => {},
): Promise<LocalSes> {
  try {
    return await startWith(options, warn);
  } catch (error) {
    const { code } = { code: undefined, ...(error instanceof Error ? error : {}) };
    if (code === "EADDRINUSE")
      throw new TroubleError(`port ${options.port} is already in use; --port 0 takes any free port`);
    if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND")
      throw new TroubleError(`this machine has no address ${options.host} to listen on`);
    if (error instanceof TypeError && code === undefined) throw new UsageError(error.message);
    throw new TroubleError(`the endpoint cannot start: ${reasonOf(error)}`);
  }
}

const DEFAULT_PORT = 8_025;

/** The options of `startLocalSes` that a command line asks for. @throws FlagError */
export function readServeOptions(args: readonly string[]): LocalSesOptions {
  const { values } = readFlags(args, flags, noFiles);
  return { port: DEFAULT_PORT, ...values };
}

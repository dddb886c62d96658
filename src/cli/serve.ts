// `mimewright serve`: the embedded SES endpoint as a process of its own.
import { resolve } from "node:path";
import { startWith } from "../local/start.ts";
import type { LocalSes, LocalSesOptions } from "../local.ts";
import { given, oneOf, readArgs, wholeNumber } from "./args.ts";
import { aborted, EXIT, type Io, reasonOf, TroubleError, UsageError } from "./io.ts";

export const help = `mimewright serve [options]

An Amazon SES endpoint on this machine: the 18 actions of the 2015 reference of API v1, sending over
v2, an inbox at its address. Mail goes nowhere but into the inbox. Ctrl+C ends it. AWS SDKs and the
aws command send here with its address in AWS_ENDPOINT_URL_SES (v1: client-ses, boto3 "ses") and in
AWS_ENDPOINT_URL_SESV2 (v2: client-sesv2, nodemailer 7 and newer): each API reads its own alone.

  --port N                 port (default 8025; 0 takes any free port)
  --host HOST              where to listen (default 127.0.0.1, this machine only); 0.0.0.0 or ::
                           lets others in, and whoever reaches it reads the mail
  --allow-host NAME        a host name that the inbox and its API answer to beside localhost, such
                           as mail or *.example.com; repeatable. SES clients may use any name
  --public-url URL         what links in verification mails begin with
  --preset NAME            easy takes mail from anybody; verified refuses senders that nobody asked
                           to verify; strict is a new account (default easy)
  --dir FOLDER             keeps messages (a Maildir) and state over a restart
  --credentials ID:SECRET  a key that may sign; repeatable
  --send-rate N            recipients a second (-1: no limit)
  --daily-quota N          recipients in 24 hours (-1: no limit)

Each kind of strictness has a switch that wins over the preset; --no-… turns it off:
  --auto-verify  --any-sender  --sandbox  --seven-bit  --signatures  --clock-window
  --action-throttle

GET /_local/health answers 200 once it listens.
Exit codes: 0 ended; 2 options that cannot be used, a port that is taken.
`;

const DEFAULT_PORT = "8025";

/** Serves until the signal; the exit code is 0 then. @throws UsageError, TroubleError */
export async function run(args: readonly string[], io: Io): Promise<number> {
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
    if (code === "EADDRINUSE") throw new TroubleError(`port ${options.port} is taken: --port 0 takes any free one`);
    if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND")
      throw new TroubleError(`this machine has no address ${options.host} to listen on`);
    if (error instanceof TypeError && code === undefined) throw new UsageError(error.message);
    throw new TroubleError(`the endpoint does not start: ${reasonOf(error)}`);
  }
}

/** The options of `startLocalSes` that a command line asks for. @throws UsageError */
export function readServeOptions(args: readonly string[]): LocalSesOptions {
  const { values } = parse(args);
  const { preset, host, dir, credentials = [], "allow-host": allowHosts, "public-url": publicUrl } = values;
  return {
    port: wholeNumber("--port", values.port, 0, 65_535),
    ...(preset === undefined ? {} : { preset: oneOf("--preset", preset, ["easy", "verified", "strict"]) }),
    ...given("host", host),
    ...given("allowHosts", allowHosts),
    ...given("publicUrl", publicUrl),
    ...given("dir", dir),
    ...given("autoVerify", values["auto-verify"]),
    ...given("anySender", values["any-sender"]),
    ...given("sandbox", values.sandbox),
    ...given("sevenBit", values["seven-bit"]),
    ...given("signatures", values.signatures),
    ...given("clockWindow", values["clock-window"]),
    ...given("actionThrottle", values["action-throttle"]),
    ...given("sendRate", optionalNumber("--send-rate", values["send-rate"])),
    ...given("dailyQuota", optionalNumber("--daily-quota", values["daily-quota"])),
    ...(credentials.length === 0 ? {} : { credentials: credentials.map(readCredentials) }),
  };
}

function parse(args: readonly string[]) {
  return readArgs({
    args: joinNegative(args),
    allowNegative: true,
    options: {
      port: { type: "string", default: DEFAULT_PORT },
      host: { type: "string" },
      "allow-host": { type: "string", multiple: true },
      "public-url": { type: "string" },
      preset: { type: "string" },
      dir: { type: "string" },
      credentials: { type: "string", multiple: true },
      "send-rate": { type: "string" },
      "daily-quota": { type: "string" },
      "auto-verify": { type: "boolean" },
      "any-sender": { type: "boolean" },
      sandbox: { type: "boolean" },
      "seven-bit": { type: "boolean" },
      signatures: { type: "boolean" },
      "clock-window": { type: "boolean" },
      "action-throttle": { type: "boolean" },
    },
  });
}

// `--send-rate -1`: a value with a hyphen would be taken for an option.
function joinNegative(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const last = joined.at(-1);
    const isValue = arg === "-1" && last !== undefined && /^--(send-rate|daily-quota)$/.test(last);
    if (isValue) joined[joined.length - 1] = `${last}=${arg}`;
    else joined.push(arg);
  }
  return joined;
}

function optionalNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== "" && (value === -1 || (value >= 0 && Number.isFinite(value)))) return value;
  throw new UsageError(`${name} is a number from 0, or -1 for no limit`);
}

// The secret may hold colons, the id does not.
function readCredentials(pair: string) {
  const colon = pair.indexOf(":");
  if (colon < 1 || colon === pair.length - 1) throw new UsageError("--credentials is KEYID:SECRET");
  return { accessKeyId: pair.slice(0, colon), secretAccessKey: pair.slice(colon + 1) };
}

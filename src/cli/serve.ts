// `mimewright serve`: the embedded SES endpoint as a process of its own.
import { parseArgs } from "node:util";
import { type LocalSesOptions, startLocalSes } from "../local.ts";
import { type Io, UsageError } from "./io.ts";

export const serveHelp = `mimewright serve [options]

An Amazon SES endpoint on this machine: all 18 actions of the 2010-12-01 API, sending over v2, an inbox at its address.
Mail goes nowhere but into the inbox. Ctrl+C ends it.

  --port N                 port on loopback (default 8025; 0 takes any free port)
  --host HOST              127.0.0.1, ::1 or localhost
  --preset easy|strict     easy takes mail from anybody; strict is a new account (default easy)
  --dir FOLDER             keeps messages (a Maildir) and state over a restart
  --credentials ID:SECRET  a key that may sign; repeatable
  --send-rate N            recipients a second (-1: no limit)
  --daily-quota N          recipients in 24 hours (-1: no limit)

Each kind of strictness has a switch that wins over the preset; --no-… turns it off:
  --auto-verify  --sandbox  --signatures  --clock-window  --action-throttle
`;

const DEFAULT_PORT = "8025";

/** Serves until the signal; the exit code is 0 then. @throws UsageError for options that cannot be used */
export async function serve(args: readonly string[], io: Io): Promise<number> {
  const ses = await start(readServeOptions(args));
  io.out(`Amazon SES endpoint and inbox: ${ses.url}\n`);
  if (!io.signal.aborted) {
    await new Promise<void>((resolve) => io.signal.addEventListener("abort", () => resolve(), { once: true }));
  }
  await ses.close();
  return 0;
}

async function start(options: LocalSesOptions) {
  try {
    return await startLocalSes(options);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** The options of `startLocalSes` that a command line asks for. @throws UsageError */
export function readServeOptions(args: readonly string[]): LocalSesOptions {
  const { values } = parse(args);
  const { preset, host, dir, credentials = [] } = values;
  if (preset !== undefined && preset !== "easy" && preset !== "strict")
    throw new UsageError("--preset is easy or strict");
  if (host !== undefined && host !== "127.0.0.1" && host !== "::1" && host !== "localhost") {
    throw new UsageError("--host is 127.0.0.1, ::1 or localhost");
  }
  return {
    port: wholeNumber("--port", values.port, 0, 65_535),
    ...given("preset", preset),
    ...given("host", host),
    ...given("dir", dir),
    ...given("autoVerify", values["auto-verify"]),
    ...given("sandbox", values.sandbox),
    ...given("signatures", values.signatures),
    ...given("clockWindow", values["clock-window"]),
    ...given("actionThrottle", values["action-throttle"]),
    ...given("sendRate", optionalNumber("--send-rate", values["send-rate"])),
    ...given("dailyQuota", optionalNumber("--daily-quota", values["daily-quota"])),
    ...(credentials.length === 0 ? {} : { credentials: credentials.map(readCredentials) }),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: joinNegative(args),
      allowNegative: true,
      options: {
        port: { type: "string", default: DEFAULT_PORT },
        host: { type: "string" },
        preset: { type: "string" },
        dir: { type: "string" },
        credentials: { type: "string", multiple: true },
        "send-rate": { type: "string" },
        "daily-quota": { type: "string" },
        "auto-verify": { type: "boolean" },
        sandbox: { type: "boolean" },
        signatures: { type: "boolean" },
        "clock-window": { type: "boolean" },
        "action-throttle": { type: "boolean" },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
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

function given<K extends string, T extends string | number | boolean>(
  key: K,
  value: T | undefined,
): { readonly [P in K]?: T } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]?: T });
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new UsageError(`${name} is a whole number from ${least} to ${most}`);
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

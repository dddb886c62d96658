// `mimewright quota`: what the account may send.
import type { QuotaState } from "../ses.ts";
import { type Command, type FlagTable, noFiles, readFlags, toggle } from "./args.ts";
import { type ClientFlags, clientFlags, clientHelp, openSender, serviceOf } from "./client.ts";
import { aborted, EXIT, InterruptedError, type Io } from "./io.ts";
import { shown } from "./terminal.ts";

const flags: FlagTable<ClientFlags & { readonly json: boolean }> = { ...clientFlags, json: toggle };

/** Prints the quota; exit code 1 when the service does not give it. */
export const quota: Command = {
  flags,
  help: `mimewright quota [options]

Asks SES how many recipients the account may send to in 24 hours and per second, and how many are
left.

  --json            for programs: { "max24Hour", "used", "left", "maxRate" }; null means no limit
${clientHelp}`,
  run,
};

async function run(args: readonly string[], io: Io): Promise<number> {
  const { values } = readFlags(args, flags, noFiles);
  const { sender, close } = await openSender(serviceOf(values, io), {}, io);
  let refusal: string | undefined;
  sender.events.on(({ type, code, message }) => {
    if (type === "quota" && code !== undefined) refusal = message === undefined ? code : `${code}: ${message}`;
  });
  try {
    const state = await Promise.race([sender.quota(), aborted(io.signal)]);
    if (state === undefined) throw new InterruptedError("interrupted before the answer came");
    if (refusal !== undefined || Object.keys(state).length === 0) {
      const why = refusal === undefined ? "" : ` (${shown(refusal)})`;
      io.err(`mimewright quota: the service did not report a quota${why}\n`);
      return EXIT.failed;
    }
    io.out(values.json === true ? `${JSON.stringify(state)}\n` : quotaLines(state));
    return EXIT.done;
  } finally {
    await close();
  }
}

function quotaLines({ max24Hour, used, left, maxRate }: QuotaState): string {
  return [
    `in 24 hours  ${amount(max24Hour)} recipients`,
    `used         ${amount(used)}`,
    `left         ${amount(left)}`,
    `per second   ${amount(maxRate)}`,
    "",
  ].join("\n");
}

function amount(value: number | undefined): string {
  if (value === undefined) return "unknown";
  return Number.isFinite(value) ? value.toLocaleString("en-US") : "unlimited";
}

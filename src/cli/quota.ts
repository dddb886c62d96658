// `mimewright quota`: what the account may send.
import type { QuotaState } from "../ses.ts";
import { readArgs } from "./args.ts";
import { clientHelp, clientOptions, openSender, serviceOf } from "./client.ts";
import { aborted, EXIT, InterruptedError, type Io } from "./io.ts";
import { shown } from "./terminal.ts";

export const help = `mimewright quota [options]

Asks SES how many recipients the account may send to in 24 hours and per second, and how many are
left.

  --json            for programs: { "max24Hour", "used", "left", "maxRate" }; null is no limit
${clientHelp}
Exit codes: 0 told; 1 the service did not tell it; 2 no credentials, no region.
`;

/** Tells the quota; exit code 1 when the service does not tell it. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const { values } = readArgs({ args: [...args], options: { ...clientOptions, json: { type: "boolean" } } });
  const { sender, close } = await openSender(serviceOf(values, io), {}, io);
  let refusal: string | undefined;
  sender.events.on(({ type, code, message }) => {
    if (type === "quota" && code !== undefined) refusal = message === undefined ? code : `${code}: ${message}`;
  });
  try {
    const state = await Promise.race([sender.quota(), aborted(io.signal)]);
    if (state === undefined) throw new InterruptedError("ended before the answer came");
    if (refusal !== undefined || Object.keys(state).length === 0) {
      const why = refusal === undefined ? "" : ` (${shown(refusal)})`;
      io.err(`mimewright quota: the service did not tell it${why}\n`);
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

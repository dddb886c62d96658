// `mimewright send`: messages through SES, with what became of each.

import { sesV1, sesV2 } from "../index.ts";
import { MessageError } from "../issues.ts";
import { type Sender, type SendResult, type SesSenderOptions, sesSender } from "../ses.ts";
import { given, readArgs } from "./args.ts";
import { clientHelp, clientOptions, openClient, type Service, serviceOf } from "./client.ts";
import { EXIT, type Io, TroubleError, UsageError } from "./io.ts";
import { issueReport, plural } from "./issue-lines.ts";
import { loadMail } from "./load.ts";
import { paintOf, shown } from "./paint.ts";
import { type Addressing, nameOf, type Parcel, parcelOf } from "./parcels.ts";
import { type Progress, progressOf } from "./progress.ts";
import { isUnknown, resultLine } from "./result-line.ts";

export const help = `mimewright send file.eml|message.json|- ... [options]

Checks messages, sends them one after the other, and says what became of each: sent, failed, or unknown when the
connection broke after the message was on its way. What is unknown is not sent again.
Exit code 0 when all were sent, 1 when one failed, 3 when one is unknown.

  --dry-run         tells what would be sent, and sends nothing
  --from ADDRESS    who gets the bounces (default: the Sender or the first From)
  --to ADDRESS      who gets the mail instead of To, Cc and Bcc; repeatable
  --split           more than 50 recipients go out in several calls
  --rate N|quota    recipients a second; quota asks the account for rate and daily quota
  --retry-unknown   sends again what is unknown: at least once, and perhaps twice
  --configuration-set NAME  --tag NAME=VALUE (repeatable)

${clientHelp}`;

/** Sends files. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = readArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      ...clientOptions,
      "dry-run": { type: "boolean" },
      from: { type: "string" },
      to: { type: "string", multiple: true },
      split: { type: "boolean" },
      rate: { type: "string" },
      "retry-unknown": { type: "boolean" },
      "configuration-set": { type: "string" },
      tag: { type: "string", multiple: true },
    },
  });
  if (positionals.length === 0) throw new UsageError("which file?");
  const service = serviceOf(values, io);
  const addressing: Addressing = { ...given("from", values.from), ...given("to", values.to) };
  const options: Omit<SesSenderOptions, "client"> = {
    ...given("rate", values.rate === undefined ? undefined : rateOf(values.rate)),
    ...given("configurationSet", values["configuration-set"]),
    ...(values.tag === undefined ? {} : { tags: tagsOf(values.tag) }),
    split: values.split === true ? "envelope" : "never",
    onAmbiguous: values["retry-unknown"] === true ? "retry" : "report",
  };
  const run = { service, addressing, split: options.split, io };
  if (values["dry-run"] === true) return dryRun(positionals, run);
  const sender = sesSender({ client: await openClient(service, io), ...options });
  try {
    return await sendFiles(positionals, sender, run);
  } finally {
    await sender.close();
  }
}

interface Run {
  readonly service: Service;
  readonly addressing: Addressing;
  readonly split: "never" | "envelope" | undefined;
  readonly io: Io;
}

function rateOf(text: string): number | "quota" {
  if (text === "quota") return text;
  const rate = Number(text);
  if (text.trim() !== "" && rate > 0 && Number.isFinite(rate)) return rate;
  throw new UsageError("--rate is a number of recipients a second, or quota");
}

function tagsOf(pairs: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf("=");
      if (at < 1) throw new UsageError("--tag is NAME=VALUE");
      return [pair.slice(0, at), pair.slice(at + 1)] as const;
    }),
  );
}

async function sendFiles(files: readonly string[], sender: Sender, run: Run): Promise<number> {
  const { io } = run;
  const progress = progressOf(io);
  const results: (SendResult | undefined)[] = [];
  for (const [index, file] of files.entries()) {
    const place = files.length === 1 ? "" : ` (${index + 1} of ${files.length})`;
    const result = await sendFile(file, `${shown(nameOf(file))}${place}`, sender, run, progress);
    progress.clear();
    results.push(result);
    if (result !== undefined) io.out(`${resultLine(shown(file), result, paintOf(io, "out"))}\n`);
    if (io.signal.aborted) break;
  }
  if (results.some((result) => result !== undefined && isUnknown(result))) return EXIT.unknown;
  return results.length === files.length && results.every((result) => result?.status === "sent")
    ? EXIT.done
    : EXIT.failed;
}

/** What became of a file; undefined when it was refused before it was a send. */
async function sendFile(file: string, title: string, sender: Sender, run: Run, progress: Progress) {
  const { io } = run;
  const parcel = await packed(file, run);
  if (parcel === undefined) return undefined;
  progress.show(`${title}: sending ${plural(parcel.bytes, "byte")}`);
  const off = sender.events.on(({ type, attempts, code, counts }) => {
    const detail = [type, code, attempts === undefined ? undefined : `attempt ${attempts}`].filter(Boolean).join(", ");
    progress.show(`${title}: ${detail}; ${counts.sent} sent, ${counts.failed} failed, ${counts.unknown} unknown`);
  });
  try {
    const { item } = parcel;
    const options = { signal: io.signal };
    return await ("raw" in item ? sender.sendRaw(item, options) : sender.send(item, options));
  } catch (error) {
    if (!(error instanceof MessageError)) throw error;
    refused(file, error, io);
    return undefined;
  } finally {
    off();
  }
}

async function packed(file: string, { addressing, service, split, io }: Run): Promise<Parcel | undefined> {
  const limits = service.api === "v1" ? sesV1 : sesV2;
  const whole = split === "envelope" ? { ...limits, recipients: limits.splitRecipients } : limits;
  try {
    return parcelOf(await loadMail(file, io), addressing, whole);
  } catch (error) {
    if (error instanceof TroubleError)
      throw new TroubleError(error.message.startsWith(file) ? error.message : `${file}: ${error.message}`);
    if (!(error instanceof MessageError)) throw error;
    refused(file, error, io);
    return undefined;
  }
}

function refused(file: string, { issues }: MessageError, io: Io): void {
  io.err(`${shown(file)}: not sent, `);
  io.err(issueReport(issues, paintOf(io, "err")));
}

async function dryRun(files: readonly string[], run: Run): Promise<number> {
  const { io, service } = run;
  const call = service.api === "v1" ? "SendRawEmail" : "SendEmail (v2)";
  const where = service.endpoint?.origin ?? `SES in ${service.region ?? "the region of the AWS profile"}`;
  let exit: number = EXIT.done;
  for (const file of files) {
    const parcel = await packed(file, run);
    if (parcel === undefined) {
      exit = EXIT.failed;
      continue;
    }
    const { from, to } = parcel.envelope;
    io.out(`${shown(file)}: not sent (dry run); ${call} to ${where}\n`);
    io.out(
      `  from ${from}\n  to   ${to.join(", ")}\n  ${plural(parcel.bytes, "byte")}, ${plural(to.length, "recipient")}\n`,
    );
  }
  return exit;
}

// `mimewright send`: messages through SES, with what became of each.

import type { SesSenderOptions } from "../deliver/ses/ses-sender.ts";
import { sesV1, sesV2 } from "../index.ts";
import { MessageError } from "../issues.ts";
import type { Sender, SendingFields, SendResult } from "../ses.ts";
import { given, readArgs, someFiles } from "./args.ts";
import { clientHelp, clientOptions, openSender, serviceOf } from "./client.ts";
import { EXIT, InterruptedError, type Io, UsageError } from "./io.ts";
import { dryRun, isNoSend, type Job, type NoSend, nameOf, prepareFile, refused } from "./prepared-send.ts";
import { isUnknown, plural, resultLine } from "./report.ts";
import { paintOf, progressOf, shown } from "./terminal.ts";

export const help = `mimewright send file.eml|message.json|- ... [options]

Checks messages, sends them one after the other, and says what became of each: sent, failed, or
unknown when the connection broke after the message was on its way. What is unknown is not sent
again. The field Bcc of an .eml is taken out, and its recipients get the mail.

  --dry-run         tells what would be sent, and sends nothing
  --from ADDRESS    who gets the bounces (default: the Sender or the first From)
  --to ADDRESS      who gets the mail instead of To, Cc and Bcc; repeatable
  --split           more than 50 recipients go out in several calls
  --rate N|quota    recipients a second; quota asks the account for rate and daily quota
  --retry-unknown   sends again what is unknown: at least once, and perhaps twice
  --configuration-set NAME
  --tag NAME=VALUE  repeatable

${clientHelp}
Ctrl+C ends what is in flight as failed or unknown, and sends nothing more.
Exit codes: 0 all were sent; 1 one was not; 2 a file that cannot be read (the others are sent), no
credentials; 3 one is unknown.
`;

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
      split: { type: "boolean", default: false },
      rate: { type: "string" },
      "retry-unknown": { type: "boolean" },
      "configuration-set": { type: "string" },
      tag: { type: "string", multiple: true },
    },
  });
  const files = someFiles(positionals);
  const service = serviceOf(values, io);
  const fields: SendingFields = {
    ...given("configurationSet", values["configuration-set"]),
    ...(values.tag === undefined ? {} : { tags: tagsOf(values.tag) }),
  };
  const options: Omit<SesSenderOptions, "client"> = {
    ...fields,
    ...given("rate", values.rate === undefined ? undefined : rateOf(values.rate)),
    split: values.split ? "envelope" : "never",
    onAmbiguous: values["retry-unknown"] === true ? "retry" : "report",
  };
  const limits = service.api === "v1" ? sesV1 : sesV2;
  const whole = values.split ? { ...limits, recipients: limits.splitRecipients } : limits;
  const addressing = { ...given("from", values.from), ...given("to", values.to) };
  const job: Job = { files, service, io, terms: { addressing, fields, limits: whole }, perCall: limits.recipients };
  return values["dry-run"] === true ? dryRun(job) : sendAll(job, options);
}

function rateOf(text: string): number | "quota" {
  if (text === "quota") return text;
  const rate = Number(text);
  if (/^\d{1,9}(?:\.\d{1,9})?$/.test(text) && rate > 0) return rate;
  throw new UsageError("--rate is a number of recipients a second, or quota");
}

function tagsOf(pairs: readonly string[]): Readonly<Record<string, string>> {
  const tags = new Map<string, string>();
  for (const pair of pairs) {
    const at = pair.indexOf("=");
    const name = pair.slice(0, Math.max(at, 0));
    if (name === "") throw new UsageError("--tag is NAME=VALUE");
    if (tags.has(name)) throw new UsageError(`--tag ${name} has two values`);
    tags.set(name, pair.slice(at + 1));
  }
  return Object.fromEntries(tags);
}

async function sendAll(job: Job, options: Omit<SesSenderOptions, "client">): Promise<number> {
  const { files, io } = job;
  const { sender, close } = await openSender(job.service, options, io);
  const outcomes: (SendResult | NoSend)[] = [];
  try {
    for (const [index, file] of files.entries()) {
      if (io.signal.aborted) break;
      const place = files.length === 1 ? "" : ` (${index + 1} of ${files.length})`;
      outcomes.push(await sendFile(file, `${shown(nameOf(file))}${place}`, sender, job));
    }
  } catch (error) {
    if (!(error instanceof InterruptedError)) throw error;
  } finally {
    await close();
  }
  const left = files.slice(outcomes.length);
  if (left.length > 0) io.err(`interrupted, not sent: ${left.map(shown).join(", ")}\n`);
  return exitOf(outcomes, left.length);
}

function exitOf(outcomes: readonly (SendResult | NoSend)[], left: number): number {
  if (outcomes.some((one) => !isNoSend(one) && isUnknown(one))) return EXIT.unknown;
  if (outcomes.some(({ status }) => status === "unreadable")) return EXIT.usage;
  return left === 0 && outcomes.every(({ status }) => status === "sent") ? EXIT.done : EXIT.failed;
}

async function sendFile(file: string, title: string, sender: Sender, job: Job): Promise<SendResult | NoSend> {
  const { io } = job;
  const prepared = await prepareFile(file, job);
  if (isNoSend(prepared)) return prepared;
  const progress = progressOf(io);
  progress.show(`${title}: sending ${plural(prepared.bytes, "byte")}`);
  const off = sender.events.on(({ type, attempts, code }) => {
    const detail = [type, code, attempts === undefined ? undefined : `attempt ${attempts}`].filter(Boolean).join(", ");
    progress.show(`${title}: ${shown(detail)}`);
  });
  try {
    const { item } = prepared;
    const options = { signal: io.signal };
    const result = await ("raw" in item ? sender.sendRaw(item, options) : sender.send(item, options));
    progress.clear();
    io.out(`${resultLine(file, result, paintOf(io, "out"))}\n`);
    return result;
  } catch (error) {
    progress.clear();
    if (!(error instanceof MessageError)) throw error;
    return refused(file, error, io);
  } finally {
    off();
  }
}

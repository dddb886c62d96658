// `mimewright send`: messages through SES, with the outcome of each.
import {
  type CallField,
  type CallFields,
  callFieldNames,
  callFieldReaders,
  callFields,
  callFieldsOf,
} from "../deliver/core/call-fields.ts";
import type { SesSenderOptions } from "../deliver/ses/ses-sender.ts";
import type { Reader } from "../given.ts";
import { sesV1, sesV2 } from "../index.ts";
import { MessageError, type Place } from "../issues.ts";
import { isRendered } from "../mail/render/render.ts";
import type { Sender, SendResult } from "../ses.ts";
import {
  anyText,
  type Command,
  type CommandLine,
  type Flag,
  type FlagTable,
  flagName,
  given,
  readFlags,
  repeated,
  someFiles,
  toggle,
  valued,
  written,
} from "./args.ts";
import { type ClientFlags, clientFlags, clientHelp, openSender, serviceOf } from "./client.ts";
import { EXIT, InterruptedError, type Io } from "./io.ts";
import { dryRun, isNoSend, type NoSend, nameOf, prepareFile, refused, type SendCommand } from "./prepared-send.ts";
import { isUnknown, plural, resultLine } from "./report.ts";
import { paintOf, progressOf, shown } from "./terminal.ts";

interface OwnFlags {
  readonly dryRun: boolean;
  readonly from: string;
  readonly to: readonly string[];
  readonly split: boolean;
  readonly rate: number | "quota";
  readonly retryUnknown: boolean;
}

type Fields = { readonly [K in CallField]-?: NonNullable<CallFields[K]> };
type SendFlags = OwnFlags & ClientFlags & Fields;

type Form = Pick<Flag<unknown>, "kind" | "read" | "name">;

const TEXT: Form = { kind: "value", read: anyText };

// The fields of a call that are not one text.
const FORMS: ReadonlyMap<CallField, Form> = new Map<CallField, Form>([
  [
    "tags",
    { kind: "list", name: "tag", read: (value, place) => (Array.isArray(value) ? readTags(value, place) : undefined) },
  ],
  ["listManagement", { kind: "value", name: "contact-list", read: readList }],
]);

const READERS: { readonly [K in keyof Fields]: Reader<Fields[K]> } = callFieldReaders;

function callFlag<K extends CallField>(field: K): Flag<Fields[K]> {
  const { read, ...form } = FORMS.get(field) ?? TEXT;
  const readField: Reader<Fields[K]> = READERS[field];
  return {
    ...form,
    read: (value, place) => {
      const option = read(value, place);
      return option === undefined ? undefined : readField(option, place);
    },
  };
}

type CallFlags = { -readonly [K in keyof Fields]?: Flag<Fields[K]> };

// One flag for each field of a call, so that a new field has one.
function callFlags(): CallFlags {
  const table: CallFlags = {};
  for (const field of callFieldNames) put(table, field);
  return table;
}

function put<K extends CallField>(table: { -readonly [N in K]?: Flag<Fields[N]> }, field: K): void {
  table[field] = callFlag(field);
}

const aRate: Reader<number | "quota"> = written((text) => {
  if (text === "quota") return text;
  return /^\d{1,9}(?:\.\d{1,9})?$/.test(text) && Number(text) > 0 ? Number(text) : undefined;
}, "a number of recipients per second, or quota");

const flags: FlagTable<SendFlags> = {
  ...{ ...clientFlags, ...callFlags(), dryRun: toggle, from: valued(anyText), to: repeated(anyText) },
  ...{ split: toggle, rate: valued(aRate), retryUnknown: toggle },
};

function readTags(pairs: readonly unknown[], place: Place): Readonly<Record<string, string>> | undefined {
  const tags = new Map<string, string>();
  for (const pair of pairs.map(String)) {
    const at = pair.indexOf("=");
    const name = pair.slice(0, Math.max(at, 0));
    if (name === "") return place.error("input.option", "expected NAME=VALUE");
    if (tags.has(name)) return place.error("input.option", `${name} has two values; expected one`);
    tags.set(name, pair.slice(at + 1));
  }
  return Object.fromEntries(tags);
}

function readList(value: unknown): NonNullable<CallFields["listManagement"]> {
  const text = String(value);
  const at = text.indexOf("=");
  return at < 0 ? { contactList: text } : { contactList: text.slice(0, at), topic: text.slice(at + 1) };
}

/** Sends files. */
export const send: Command = {
  flags,
  help: `mimewright send file.eml|message.json|- ... [options]

Checks messages, sends them one after the other, and prints the outcome of each: sent, failed, or
unknown when the connection broke after the message was on its way. An unknown one is not sent
again. The Bcc field of an .eml is removed, and its recipients get the mail.

  --dry-run         prints what would be sent, and sends nothing
  --from ADDRESS    who gets the bounces (default: the Sender or the first From)
  --to ADDRESS      who gets the mail instead of To, Cc and Bcc; repeatable
  --split           sends a message with more than 50 recipients in several calls
  --rate N|quota    recipients per second; quota asks the account for its rate and daily quota
  --retry-unknown   sends an unknown one again: at least once, perhaps twice

Fields of the call, as in the options of a sender:
  --configuration-set NAME          --tag NAME=VALUE (repeatable)
  --from-arn ARN                    --source-arn ARN                  --return-path-arn ARN
with --client v2 also:
  --feedback-forwarding ADDRESS     --feedback-forwarding-arn ARN
  --endpoint-id ID                  --tenant-name NAME                --contact-list NAME[=TOPIC]

${clientHelp}
Ctrl+C ends the call in flight as failed or unknown, and sends nothing more. Files that cannot be
read do not keep the others from being sent.
`,
  run,
};

async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, files } = readFlags(args, flags, checkLine);
  const service = serviceOf(values, io);
  const isSplit = values.split === true;
  const options: Omit<SesSenderOptions, "client"> = {
    ...given("rate", values.rate),
    split: isSplit ? "envelope" : "never",
    onAmbiguous: values.retryUnknown === true ? "retry" : "report",
  };
  const limits = service.api === "v1" ? sesV1 : sesV2;
  const whole = isSplit ? { ...limits, recipients: limits.splitRecipients } : limits;
  const addressing = { ...given("from", values.from), ...given("to", values.to) };
  const terms = { addressing, fields: callFieldsOf(values), limits: whole };
  const job: SendCommand = { files, service, io, terms, perCall: limits.recipients };
  return values.dryRun === true ? dryRun(job) : sendAll(job, options);
}

function checkLine(line: CommandLine<SendFlags>, place: Place): void {
  someFiles(line, place);
  const { values } = line;
  if (values.client === "v2") return;
  for (const field of callFieldNames) {
    if (values[field] === undefined || callFields[field].v1 !== undefined) continue;
    const hint = "add --client v2";
    place.at(flagName(field, flags[field])).error("input.option", "API v1 has no such parameter", { hint });
  }
}

async function sendAll(job: SendCommand, options: Omit<SesSenderOptions, "client">): Promise<number> {
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

async function sendFile(file: string, title: string, sender: Sender, job: SendCommand): Promise<SendResult | NoSend> {
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
    const options = { ...job.terms.fields, signal: io.signal };
    const result = await (isRendered(item) ? sender.send(item, options) : sender.sendRaw(item, options));
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

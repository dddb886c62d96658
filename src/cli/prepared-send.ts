// What `send` is asked to do, each of its files made ready for the sender, and the plan that --dry-run prints.
import { basename } from "node:path";
import { type CallFields, checkCallFields } from "../deliver/core/call-fields.ts";
import { type Envelope, envelope, type Limits, lintRaw, message } from "../index.ts";
import { type Issue, IssueList, MessageError } from "../issues.ts";
import { mailboxesOf } from "../mail/headers/mailbox.ts";
import type { ReadMessage } from "../mail/read/message.ts";
import { mailIn as mailOfRendered, type Rendered } from "../mail/render/render.ts";
import type { RawMail } from "../ses.ts";
import type { Service } from "./client.ts";
import { EXIT, type Io, TroubleError } from "./io.ts";
import { type InputFile, loadMail, type Mail, renderInput } from "./load.ts";
import { issueReport, plural } from "./report.ts";
import { paintOf, shown } from "./terminal.ts";

/** A mail that can be sent, and the warnings about it. */
export interface PreparedMail {
  readonly item: Rendered | RawMail;
  readonly envelope: Envelope;
  readonly bytes: number;
  readonly issues: readonly Issue[];
  /** What is changed in the mail that was given; undefined when it is sent as it is. */
  readonly note: string | undefined;
}

/** Who gets the mail, where the command line says so. */
export interface Addressing {
  readonly from?: string;
  readonly to?: readonly string[];
}

/** What holds for every mail of a command line. */
export interface Terms {
  readonly addressing: Addressing;
  readonly limits: Limits;
  readonly fields: CallFields;
}

/** Makes a mail ready. @throws MessageError with every issue when it should not be sent */
export function prepareSend(mail: Mail, terms: Terms): PreparedMail {
  const list = new IssueList();
  checkCallFields(terms.fields, terms.limits, list.root);
  return mail.kind === "raw" ? prepareRaw(mail.read, terms, list) : prepareInput(mail, terms, list);
}

function prepareInput(mail: InputFile, { addressing, limits }: Terms, list: IssueList): PreparedMail {
  const { from = mail.input.envelope?.from, to = mail.input.envelope?.to } = addressing;
  const own = from === undefined && to === undefined ? {} : { envelope: { from, to } };
  const checked = renderInput({ ...mail, input: { ...mail.input, ...own } }, { limits });
  list.addAll(checked.issues);
  list.throwIfErrors(MessageError);
  if (!checked.ok) throw new TroubleError("the file has no message");
  const { rendered } = checked;
  const { issues } = list;
  return {
    item: rendered,
    envelope: mailOfRendered(rendered).envelope,
    bytes: rendered.bytes,
    issues,
    note: undefined,
  };
}

function prepareRaw(mail: ReadMessage, { addressing, limits }: Terms, list: IssueList): PreparedMail {
  const { bytes: raw, removed } = withoutBcc(mail);
  list.addAll(lintRaw(raw, limits));
  list.throwIfErrors(MessageError);
  const own = envelopeOf(mail, addressing);
  const effect =
    addressing.to === undefined
      ? "its recipients still get the mail"
      : "its recipients do not get the mail: --to is given";
  const note = removed === 0 ? undefined : `the Bcc field is removed; ${effect}`;
  return { item: { raw, envelope: own }, envelope: own, bytes: raw.length, issues: list.issues, note };
}

// RFC 5322 s3.6.3: blind recipients are in the envelope only. Every other octet stays as it is.
function withoutBcc({ bytes, fields }: ReadMessage): { readonly bytes: Uint8Array; readonly removed: number } {
  const blind = fields.filter(({ name }) => name.toLowerCase() === "bcc");
  if (blind.length === 0) return { bytes, removed: 0 };
  const starts = [0, ...blind.map(({ end }) => end)];
  const ends = [...blind.map(({ start }) => start), bytes.length];
  return { bytes: Buffer.concat(starts.map((start, at) => bytes.subarray(start, ends[at]))), removed: blind.length };
}

/** The envelope that the fields of a mail name, unless the command line does. @throws MessageError, TroubleError */
export function envelopeOf(mail: ReadMessage, { from, to }: Addressing): Envelope {
  // RFC 5322 s3.6.2: with several authors, Sender names the one who sends.
  const sender = from ?? mail.sender?.address ?? mailboxesOf(mail.from)[0]?.address;
  if (sender === undefined) throw new TroubleError("the mail has no From field: give --from");
  // RFC 5322 s3.6.3: To, Cc and Bcc name the recipients.
  const recipients = to ?? mailboxesOf([...mail.to, ...mail.cc, ...mail.bcc]).map(({ address }) => address);
  // message() reads, writes and refuses these addresses as it does those of its own input.
  const unique = [...new Set(recipients)];
  // RFC 5321 s4.5.5: the null reverse-path, which the service refuses by its name.
  if (sender === "" || sender === "<>")
    return { ...envelope(message({ from: PLACEHOLDER, to: unique, text: "" })), from: "" };
  return envelope(message({ from: sender, to: unique, text: "" }));
}

const PLACEHOLDER = "sender@example.com";

/** The name of a file in a line of output. */
export function nameOf(path: string): string {
  return path === "-" ? "standard input" : basename(path);
}

/** What a command line asks for. */
export interface SendCommand {
  readonly files: readonly string[];
  readonly service: Service;
  readonly terms: Terms;
  /** Recipients that one call takes. */
  readonly perCall: number;
  readonly io: Io;
}

/** A file that is not sent: its mail has errors, or it could not be read. */
export interface NoSend {
  readonly status: "refused" | "unreadable";
}

/** True for a file that is not sent. */
export function isNoSend(outcome: object): outcome is NoSend {
  return "status" in outcome && (outcome.status === "refused" || outcome.status === "unreadable");
}

/** Reads and checks a file, and reports what is wrong. @throws InterruptedError */
export async function prepareFile(file: string, { terms, io }: SendCommand): Promise<PreparedMail | NoSend> {
  try {
    const prepared = prepareSend(await loadMail(file, io), terms);
    if (prepared.note !== undefined) io.err(`${shown(file)}: ${prepared.note}\n`);
    return prepared;
  } catch (error) {
    if (error instanceof MessageError) return refused(file, error, io);
    if (!(error instanceof TroubleError)) throw error;
    const isNamed = error.message.startsWith(`${file}: `);
    io.err(`mimewright send: ${shown(isNamed ? error.message : `${file}: ${error.message}`)}\n`);
    return { status: "unreadable" };
  }
}

/** Reports why a mail is not sent. */
export function refused(file: string, { issues }: MessageError, io: Io): NoSend {
  io.err(`${shown(file)}: not sent\n${issueReport(issues, paintOf(io, "err"))}`);
  return { status: "refused" };
}

/** Prints the plan of every file. @returns the exit code */
export async function dryRun(job: SendCommand): Promise<number> {
  const left: NoSend[] = [];
  for (const file of job.files) {
    const prepared = await prepareFile(file, job);
    if (isNoSend(prepared)) left.push(prepared);
    else job.io.out(planOf(file, prepared, job));
  }
  if (left.some(({ status }) => status === "unreadable")) return EXIT.usage;
  return left.length === 0 ? EXIT.done : EXIT.failed;
}

function planOf(
  file: string,
  { envelope: { from, to }, bytes, issues }: PreparedMail,
  { service, perCall, io }: SendCommand,
): string {
  const call = service.api === "v1" ? "SendRawEmail" : "SendEmail (v2)";
  const where = service.endpoint?.origin ?? `SES in ${service.region ?? "the region of the AWS profile"}`;
  const calls = plural(Math.ceil(to.length / perCall), "call");
  return [
    `${shown(file)}: not sent (dry run)`,
    `  ${call} to ${shown(where)}`,
    `  from ${from}`,
    ...to.map((address, index) => `  ${index === 0 ? "to  " : "    "} ${address}`),
    `  ${plural(bytes, "byte")}, ${plural(to.length, "recipient")}, ${calls}`,
    issues.length === 0 ? "" : issueReport(issues, paintOf(io, "out")),
  ].join("\n");
}

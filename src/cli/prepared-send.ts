// What `send` is asked to do, each of its files made ready for the sender, and the plan that --dry-run prints.
import { basename } from "node:path";
import { checkCallFields } from "../deliver/core/call-fields.ts";
import { mailboxesOf } from "../headers/mailbox.ts";
import { type Envelope, envelope, type Limits, lintRaw, type Message, measure, message } from "../index.ts";
import { hasError, type Issue, IssueList, MessageError } from "../issues.ts";
import { addressesIn } from "../read/message.ts";
import { outlineRaw } from "../read/outline.ts";
import type { RawMail, SendingFields } from "../ses.ts";
import type { Service } from "./client.ts";
import { EXIT, type Io, TroubleError } from "./io.ts";
import { checkInput, loadMail, type Mail } from "./load.ts";
import { issueReport, plural } from "./report.ts";
import { paintOf, shown } from "./terminal.ts";

/** A mail that can be sent, and the warnings about it. */
export interface PreparedSend {
  readonly item: Message | RawMail;
  readonly envelope: Envelope;
  readonly bytes: number;
  readonly issues: readonly Issue[];
  /** What is done beside sending what was given; undefined when nothing is. */
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
  readonly fields: SendingFields;
}

/** Makes a mail ready. @throws MessageError with every issue when it should not be sent */
export function prepareSend(mail: Mail, terms: Terms): PreparedSend {
  const list = new IssueList();
  checkCallFields(terms.fields, terms.limits, list.root);
  const { issues } = list;
  return mail.kind === "raw" ? prepareRaw(mail.bytes, terms, issues) : prepareInput(mail, terms, issues);
}

function prepareInput(mail: Extract<Mail, { kind: "input" }>, terms: Terms, issues: readonly Issue[]): PreparedSend {
  const { addressing, limits } = terms;
  const { from = mail.input.envelope?.from, to = mail.input.envelope?.to } = addressing;
  const own = from === undefined && to === undefined ? {} : { envelope: { from, to } };
  const checked = checkInput({ ...mail, input: { ...mail.input, ...own } }, limits);
  const all = [...issues, ...checked.issues];
  if (!checked.ok || hasError(all)) throw errorOf(all);
  const { value } = checked;
  return { item: value, envelope: envelope(value), bytes: measure(value).bytes, issues: all, note: undefined };
}

function prepareRaw(given: Uint8Array, { addressing, limits }: Terms, issues: readonly Issue[]): PreparedSend {
  const { bytes: raw, hidden } = withoutBcc(given);
  const all = [...issues, ...lintRaw(raw, limits)];
  if (hasError(all)) throw errorOf(all);
  const own = envelopeOf(given, addressing);
  const told =
    addressing.to === undefined ? "its recipients get the mail, and nobody sees them" : "--to says who gets it";
  const note = hidden === 0 ? undefined : `the field Bcc is taken out: ${told}`;
  return { item: { raw, envelope: own }, envelope: own, bytes: raw.length, issues: all, note };
}

// RFC 5322 s3.6.3: who gets a blind copy stands in the envelope alone. Every other octet stays as it is.
function withoutBcc(bytes: Uint8Array): { readonly bytes: Uint8Array; readonly hidden: number } {
  const fields = outlineRaw(bytes).fields.filter(({ name }) => name.toLowerCase() === "bcc");
  if (fields.length === 0) return { bytes, hidden: 0 };
  const starts = [0, ...fields.map(({ end }) => end)];
  const ends = [...fields.map(({ start }) => start), bytes.length];
  return { bytes: Buffer.concat(starts.map((start, at) => bytes.subarray(start, ends[at]))), hidden: fields.length };
}

/** The envelope that the fields of raw bytes name, where the command line names none. @throws MessageError, TroubleError */
export function envelopeOf(raw: Uint8Array, { from, to }: Addressing): Envelope {
  const { fields } = outlineRaw(raw);
  const addresses = (name: string) => mailboxesOf(addressesIn(fields, name)).map(({ address }) => address);
  // RFC 5322 s3.6.2: the Sender stands for several authors.
  const sender = from ?? addresses("sender")[0] ?? addresses("from")[0];
  if (sender === undefined) throw new TroubleError("the mail has no From: who sends it? Give --from");
  // RFC 5322 s3.6.3: To, Cc and Bcc say who gets a message.
  const recipients = to ?? ["to", "cc", "bcc"].flatMap(addresses);
  // Addresses are read and written as those of a message of our own, and refused as those are.
  const unique = [...new Set(recipients)];
  // RFC 5321 s4.5.5: the null reverse-path, which the service refuses by its name.
  if (sender === "" || sender === "<>")
    return { ...envelope(message({ from: ANYBODY, to: unique, text: "" })), from: "" };
  return envelope(message({ from: sender, to: unique, text: "" }));
}

const ANYBODY = "anybody@example.com";

function errorOf(issues: readonly Issue[]): Error {
  const [first, ...rest] = issues;
  return first === undefined ? new TroubleError("there is no message") : new MessageError([first, ...rest]);
}

/** The name of a file in a line of output. */
export function nameOf(path: string): string {
  return path === "-" ? "standard input" : basename(path);
}

/** What a command line asks for. */
export interface Job {
  readonly files: readonly string[];
  readonly service: Service;
  readonly terms: Terms;
  /** Recipients that one call takes. */
  readonly perCall: number;
  readonly io: Io;
}

/** A file that never was a send: its mail has errors, or it could not be read. */
export interface NoSend {
  readonly status: "refused" | "unreadable";
}

/** True for a file that never was a send. */
export function isNoSend(outcome: object): outcome is NoSend {
  return "status" in outcome && (outcome.status === "refused" || outcome.status === "unreadable");
}

/** Reads and checks a file, and tells what is wrong. @throws InterruptedError */
export async function prepareFile(file: string, { terms, io }: Job): Promise<PreparedSend | NoSend> {
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

/** Tells why a mail is not sent. */
export function refused(file: string, { issues }: MessageError, io: Io): NoSend {
  io.err(`${shown(file)}: not sent\n${issueReport(issues, paintOf(io, "err"))}`);
  return { status: "refused" };
}

/** Tells the plan of every file. @returns the exit code */
export async function dryRun(job: Job): Promise<number> {
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
  { envelope: { from, to }, bytes, issues }: PreparedSend,
  { service, perCall, io }: Job,
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

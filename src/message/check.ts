// From input to a message, or to everything that is wrong with it. RFC 5322 s3.6.
import { type Charset, findCharset, utf8 } from "../encoding/charset.ts";
import { checkField, type Field } from "../headers/field.ts";
import { checkHeaderText } from "../headers/tokens.ts";
import {
  type Checked,
  errorIssue,
  frozenIssue,
  hasError,
  type Issue,
  MessageError,
  type Path,
  type Report,
  warningIssue,
} from "../issues.ts";
import { readContents } from "./contents.ts";
import { type Door, type Draft, put } from "./door.ts";
import { envelopeOf } from "./envelope.ts";
import { readHeaders } from "./given-headers.ts";
import { readIdentification } from "./identification.ts";
import { type OptionsShape, readOptional, readOptions, unknownCharset } from "./input.ts";
import { readOptionFields } from "./option-fields.ts";
import { originPaths } from "./origins.ts";
import type { PartContext } from "./part-details.ts";
import { keepFields } from "./part-fields.ts";
import { readPeople } from "./people.ts";
import { readEnvelope } from "./read-envelope.ts";
import { ownCopy } from "./record.ts";
import { sealMessage } from "./seal.ts";
import type { Message, MessageInput } from "./types.ts";

const KEYS = new Set<string>([
  "from",
  "sender",
  "to",
  "cc",
  "bcc",
  "replyTo",
  "subject",
  "text",
  "html",
  "amp",
  "watch",
  "calendar",
  "attachments",
  "body",
  "headers",
  "date",
  "messageId",
  "inReplyTo",
  "references",
  "charset",
  "textEncoding",
  "transport",
  "envelope",
  "listUnsubscribe",
  "priority",
  "autoSubmitted",
] satisfies (keyof MessageInput)[]);

/**
 * Reads a message without throwing: the message, or every issue at once. Limits of a place to send to are another
 * check, see `check(input, limits)`.
 */
export function checkInput(input: unknown): Checked<Message> {
  const issues: Issue[] = [];
  const given = originPaths(input);
  const report: Report = (issue) => issues.push(frozenIssue(issue, given(issue.path)));
  const draft = readMessage(input, report);
  const found = Object.freeze(issues);
  if (draft === undefined || hasError(found)) return { ok: false, issues: found };
  draft.issues = found;
  return { ok: true, value: sealMessage(draft), issues: found };
}

/**
 * Makes a message out of plain data. Everything is checked here, copied and frozen; nothing is repaired.
 *
 * @throws MessageError with every issue when something is wrong. Warnings do not throw: they stand in `issues`.
 * @example
 * const m = message({ from: "Ann <ann@example.com>", to: "bob@example.com", subject: "Grüße", text: "Hello" });
 */
export function message(input: MessageInput): Message {
  const checked = checkInput(input);
  if (checked.ok) return checked.value;
  throw messageError(checked.issues);
}

/** The error that carries these issues. */
function messageError(issues: readonly Issue[]): MessageError {
  const [first, ...rest] = issues;
  return new MessageError([first ?? errorIssue("input.type", [], "there is no message"), ...rest]);
}

function readMessage(input: unknown, report: Report): Draft | undefined {
  const given = readOptions(input, messageShape, [], report);
  if (given === undefined) return undefined;
  const door: Door = {
    given,
    headers: readHeaders(given.headers, ["headers"], report),
    context: readContext(given, report),
    report,
  };
  const { charset, transport } = door.context;
  const empty = { from: [], attachments: [], headers: [], issues: [] };
  const draft: Draft = ownCopy({ ...empty, charset: charset.name, transport });
  readPeople(door, draft);
  readIdentification(door, draft);
  readContents(door, draft);
  put(draft, "envelope", readOptional(given.envelope, readEnvelope, ["envelope"], report));
  draft.headers = readFurtherFields(door);
  warnOfOneClick(draft, door);
  return draft;
}

const HINTS = new Map([
  ["path", 'nothing is opened here: use file(path) of "mimewright/node" in attachments'],
  ["raw", "bytes that somebody else composed are sent as they are, not composed again"],
  ["icalEvent", "the option is calendar; fromNodemailer() translates"],
  ["watchHtml", "the option is watch; fromNodemailer() translates"],
  ["alternatives", 'give a tree: body: { type: "multipart/alternative", parts }'],
  ["list", "the options are listUnsubscribe and headers; fromNodemailer() translates"],
  ["encoding", "the options are textEncoding and charset"],
]);

/** What the input of a message is. */
export const messageShape: OptionsShape = { known: KEYS, what: "a message is made of an object", hints: HINTS };

function readContext(given: Door["given"], report: Report): PartContext {
  const { transport } = given;
  if (transport !== undefined && transport !== "7bit" && transport !== "8bit") {
    report(errorIssue("input.option", ["transport"], "transport is 7bit or 8bit"));
  }
  return {
    charset: readOptional(given.charset, readCharset, ["charset"], report) ?? utf8,
    transport: transport === "8bit" ? "8bit" : "7bit",
  };
}

function readCharset(input: unknown, path: Path, report: Report): Charset | undefined {
  if (typeof input === "string" && !checkHeaderText(input, path, report)) return undefined;
  const charset = typeof input === "string" ? findCharset(input) : undefined;
  if (charset === undefined) report(unknownCharset(path));
  return charset;
}

// RFC 8058 s3.1: the URI tells who unsubscribes, so that each reader gets one of their own.
function warnOfOneClick(draft: Draft, { given, headers, report }: Door): void {
  const post = draft.headers.find(({ name }) => name.toLowerCase() === "list-unsubscribe-post");
  if (post === undefined || envelopeOf(draft).to.length < 2) return;
  const own = headers.fields.find(({ field }) => field === post)?.path ?? ["headers", post.name];
  const message = "one click unsubscribes one reader, and the message goes to several";
  const detail = { rfc: "RFC 8058 s3.1", hint: "send each their own, with a URI of their own" };
  report(
    warningIssue("list.recipients", given.listUnsubscribe === undefined ? own : ["listUnsubscribe"], message, detail),
  );
}

const NO_PLACES: ReadonlyMap<string, Path> = new Map();

/** The further fields, each with its text checked against the message's charset. */
function readFurtherFields({ given, headers, context, report }: Door): readonly Field[] {
  if (headers.fields.length === 0) return keepFields(readOptionFields(given, NO_PLACES, report));
  const places = new Map(headers.fields.map(({ field, path }) => [field.name.toLowerCase(), path]));
  const fields = [...readOptionFields(given, places, report)];
  for (const { field, path } of headers.fields) {
    if (checkField(field, context.charset, path, report)) fields.push(field);
  }
  return keepFields(fields);
}

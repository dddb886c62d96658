// From input to a message, or to everything that is wrong with it. RFC 5322 s3.6.

import { inputNames, readOptional, readOwn, readProperties } from "../../given.ts";
import { type Checked, filteredSink, type Issue, IssueList, MessageError, type Place } from "../../issues.ts";
import { hintsFor } from "../../options/hints.ts";
import { ownProperties, readGuarded } from "../../options/plain.ts";
import { checkField, type Field } from "../headers/field.ts";
import { checkPart } from "./check-part.ts";
import { readContents } from "./contents.ts";
import { readEnvelope } from "./envelope.ts";
import { type ChangedNames, watchNames } from "./file-name.ts";
import { liftFields, readHeaders } from "./given-headers.ts";
import { readIdentification, readPeople } from "./head-options.ts";
import { type Draft, type MessageContext, put } from "./message-context.ts";
import { checkOneClick, readOptionFields } from "./option-fields.ts";
import { contextOf, type PartContext, readCharset, readTransport } from "./part-context.ts";
import { keepFields } from "./part-fields.ts";
import { isMessage, looksRendered, originPaths, sealMessage } from "./seal.ts";
import type { Message, MessageInput, Part } from "./types.ts";

const KEYS = [
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
] satisfies (keyof MessageInput)[];

/** The keys of a message's input. */
export const messageNames = inputNames(
  KEYS.join(" "),
  'a message, an object such as { from: "ann@example.com", to: "bob@example.com", subject, text }',
  hintsFor.message,
);

/**
 * Reads a message without throwing: the message, or every issue at once. Limits of a place to send to are another
 * check, see `check(input, limits)`.
 */
export function checkInput(input: unknown): Checked<Message> {
  const list = new IssueList(originPaths(input));
  const draft = readMessage(input, list.root);
  const { issues } = list;
  if (draft === undefined || list.hasErrors) return { ok: false, issues };
  draft.issues = issues;
  return { ok: true, value: sealMessage(draft), issues };
}

/**
 * Makes a message out of plain data. Everything is checked here, copied and frozen; nothing is repaired.
 *
 * @throws MessageError with every issue when something is wrong. Warnings do not throw: they are in `issues`.
 * @example
 * const m = message({ from: "Ann <ann@example.com>", to: "bob@example.com", subject: "Grüße", text: "Hello" });
 */
export function message(input: MessageInput): Message {
  const checked = checkInput(input);
  if (checked.ok) return checked.value;
  throw new MessageError(checked.issues);
}

function readMessage(input: unknown, place: Place): Draft | undefined {
  const other = readGuarded(place, () => otherKind(input));
  if (other === undefined) return undefined;
  if (other !== "input") return place.error("input.type", ...other);
  const given = readProperties(input, messageNames, place);
  if (given === undefined) return undefined;
  const context = readContext(given, place);
  const { charset, transport } = context.part;
  const draft: Draft = ownProperties({
    from: [],
    attachments: [],
    headers: [],
    issues: [],
    charset: charset.name,
    transport,
  });
  readPeople(context, draft);
  readIdentification(context, draft);
  readContents(context, draft);
  put(draft, "envelope", readOptional(given.envelope, readEnvelope, context.place.at("envelope")));
  draft.headers = readFurtherFields(context);
  checkOneClick(draft, context);
  return draft;
}

// What this library made of a message already has other names in it, each of which would be an unknown option.
function otherKind(input: unknown): "input" | readonly [message: string, detail: { readonly hint: string }] {
  if (typeof input !== "object" || input === null) return "input";
  if (isMessage(input)) {
    return [
      "this is a message already",
      { hint: "give it to what sends or writes it; a queue takes what message() took" },
    ];
  }
  if (looksRendered(input)) {
    return ["this is a rendered message", { hint: "give it to what sends or writes it, or change its message" }];
  }
  if (Object.hasOwn(input, "from") || !("root" in input && "defects" in input)) return "input";
  return ["this is a message that was read", { hint: 'give toInput(mail) of "mimewright/read"' }];
}

/** Any options of a message, each getter asked once. @throws MessageError `input.type` for what is not an object. */
export function readDefaults(input: unknown): Readonly<Record<string, unknown>> {
  const list = new IssueList();
  const own = readOwn(input, messageNames, list.root);
  list.throwIfErrors(MessageError);
  return { ...own };
}

function readContext(given: MessageContext["given"], root: Place): MessageContext {
  const changedNames: ChangedNames = new Set();
  const place = root.into(watchNames(changedNames, root.sink));
  const headers = readHeaders(given.headers, place.at("headers"));
  const part = readPartContext(given, place);
  const reported = new Set<string>();
  const treeSink = filteredSink(place.sink, (issue) => {
    if (issue.path[1] === "fields") reported.add(keyOf(issue));
    return true;
  });
  const body = readOptional(given.body, (tree, at) => readTree(tree, part, at), place.into(treeSink).at("body"));
  // The fields at the root of a tree are read again as options: their warnings are reported once.
  const once = filteredSink(place.sink, (issue) => {
    return issue.severity === "error" || issue.path[0] !== "body" || !reported.has(keyOf(issue));
  });
  const shared = { given, part, place: place.into(once), changedNames };
  if (body === undefined) return { ...shared, headers, body, bodyPlaces: NO_PLACES };
  const lifted = liftFields(body, headers, shared.place);
  return { ...shared, headers: lifted.headers, body: lifted.body, bodyPlaces: lifted.places };
}

function keyOf({ code, message }: Issue): string {
  return `${code} ${message}`;
}

function readTree(input: unknown, context: PartContext, place: Place): Part | undefined {
  if (typeof input !== "string") return checkPart(input, context, place);
  return place.error("input.type", "expected a tree of parts; got a string", { hint: "use text or html" });
}

const NO_PLACES: ReadonlyMap<string, Place> = new Map();

// What the message leaves open, its tree may say.
function readPartContext(given: MessageContext["given"], place: Place): PartContext {
  const own = contextOf(given.body);
  return {
    charset: readOptional(given.charset, readCharset, place.at("charset")) ?? own.charset,
    transport: readOptional(given.transport, readTransport, place.at("transport")) ?? own.transport,
  };
}

/** The further fields, each with its text checked against the message's charset. */
function readFurtherFields({ given, headers, bodyPlaces, part, place }: MessageContext): readonly Field[] {
  if (headers.fields.length === 0) return keepFields(readOptionFields(given, bodyPlaces, place));
  const places = new Map(bodyPlaces);
  for (const one of headers.fields) places.set(one.field.name.toLowerCase(), one.place);
  const fields = [...readOptionFields(given, places, place)];
  for (const one of headers.fields) {
    if (checkField(one.field, part.charset, one.place)) fields.push(one.field);
  }
  return keepFields(fields);
}

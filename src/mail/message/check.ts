// From input to a message, or to everything that is wrong with it. RFC 5322 s3.6.

import { inputNames, readOwn, readProperties } from "../../given.ts";
import { type Checked, IssueList, MessageError, type Place } from "../../issues.ts";
import { hintsFor } from "../../options/hints.ts";
import { readGuarded, record } from "../../options/plain.ts";
import { checkField, type Field } from "../headers/field.ts";
import { checkPart } from "./check-part.ts";
import { readContents } from "./contents.ts";
import {
  contextOf,
  type Draft,
  type Given,
  type MessageContext,
  type PartContext,
  put,
  readCharset,
  readKey,
  readTransport,
} from "./context.ts";
import { readEnvelope } from "./envelope.ts";
import { watchNames } from "./file-name.ts";
import { keepFields, liftFields, NO_HEADERS, readHeaders } from "./given-headers.ts";
import { readIdentification, readPeople } from "./head-options.ts";
import { checkOneClick, readOptionFields } from "./option-fields.ts";
import { bytesContent, isMessage, looksRendered, originPaths, sealMessage, unsealed } from "./seal.ts";
import type { Ownership } from "./source.ts";
import type { Attachment, Message, MessageInput, Part } from "./types.ts";

/** The keys of a message's input. */
export const messageNames = inputNames(
  "from sender to cc bcc replyTo subject text html amp watch calendar attachments body headers date messageId " +
    "inReplyTo references charset textEncoding transport envelope listUnsubscribe priority autoSubmitted",
  'a message, an object such as { from: "ann@example.com", to: "bob@example.com", subject, text }',
  hintsFor.message,
);

/**
 * Reads a message without throwing: the message, or every issue at once. Limits of a place to send to are another
 * check, see `check(input, limits)`.
 */
export function checkInput(input: unknown, bytes: Ownership = "copied"): Checked<Message> {
  const list = new IssueList(originPaths(input));
  const draft = readMessage(input, list.root, bytes);
  const { issues } = list;
  if (draft === undefined || list.hasErrors) return { ok: false, issues };
  draft.issues = issues;
  return { ok: true, value: Object.freeze(draft), issues };
}

/**
 * Makes a message out of plain data. Everything is checked here, copied and frozen; nothing is repaired.
 *
 * @throws MessageError with every issue when something is wrong. Warnings do not throw: they are in `issues`.
 * @example
 * const m = message({ from: "Ann <ann@example.com>", to: "bob@example.com", subject: "Grüße", text: "Hello" });
 */
export function message(input: MessageInput): Message {
  return valueOrThrow(checkInput(input));
}

function valueOrThrow(checked: Checked<Message>): Message {
  if (checked.ok) return checked.value;
  throw new MessageError(checked.issues);
}

/** True for what `message()` takes: an object with a sender that is not yet a message. */
export function isMessageInput(value: unknown): value is MessageInput {
  if (typeof value !== "object" || value === null || isMessage(value)) return false;
  try {
    return Object.hasOwn(value, "from");
  } catch {
    return true; // a proxy that throws is reported where the input is read
  }
}

/**
 * A message for one rendering that follows at once: the caller's bytes are not copied, since they cannot change in
 * between. It must not leave the function that writes it.
 *
 * @throws MessageError as {@link message}
 */
export function messageAtOnce(input: MessageInput): Message {
  const m = valueOrThrow(checkInput(input, "lent"));
  const isOwn = m.attachments.every(({ content }) => content.kind === "bytes");
  return isOwn ? m : sealMessage({ ...m, attachments: Object.freeze(m.attachments.map(owned)) });
}

// What a source does while it is read is unknown: it may change the bytes that are attached beside it.
function owned(attachment: Attachment): Attachment {
  const { content } = attachment;
  return content.kind === "source"
    ? attachment
    : record({ ...attachment, content: bytesContent(content.bytes.slice()) });
}

function readMessage(input: unknown, place: Place, bytes: Ownership): Draft | undefined {
  const other = readGuarded(place, () => otherKind(input));
  if (other === undefined) return undefined;
  if (other !== "input") return place.error("input.type", ...other);
  const given = readProperties(input, messageNames, place);
  if (given === undefined) return undefined;
  const context = readContext(given, place, bytes);
  const { charset, transport } = context.part;
  const draft: Draft = unsealed("message", {
    from: NONE,
    attachments: NONE,
    headers: NONE,
    issues: NONE,
    charset: charset.name,
    transport,
  });
  readPeople(context, draft);
  readIdentification(context, draft);
  readContents(context, draft);
  put(draft, "envelope", readKey(given, "envelope", readEnvelope, context.place));
  draft.headers = readFurtherFields(context);
  if (draft.headers.length > 0) checkOneClick(draft, context);
  return draft;
}

const NONE: readonly never[] = Object.freeze([]);

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

const NO_NAMES = new Set<string>();

function readContext(given: Given, root: Place, bytes: Ownership): MessageContext {
  // Only these have file names, which a check may change.
  const holdsFiles = (given.attachments ?? given.body ?? given.calendar) !== undefined;
  const changedNames = holdsFiles ? new Set<string>() : NO_NAMES;
  const place = holdsFiles ? root.into(watchNames(changedNames, root.sink)) : root;
  const headers = readKey(given, "headers", readHeaders, place) ?? NO_HEADERS;
  // What the message leaves open, its tree may say.
  const own = contextOf(given.body);
  const part = {
    charset: readKey(given, "charset", readCharset, place) ?? own.charset,
    transport: readKey(given, "transport", readTransport, place) ?? own.transport,
    // Sources in a tree are not looked for.
    bytes: given.body === undefined ? bytes : "copied",
  } as const;
  const body = readKey(given, "body", (tree, at) => readTree(tree, part, at), place);
  const lifted = body === undefined ? { body, headers } : liftFields(body, headers, place);
  return { given, headers: lifted.headers, body: lifted.body, part, place, changedNames };
}

function readTree(input: unknown, context: PartContext, place: Place): Part | undefined {
  if (typeof input !== "string") return checkPart(input, context, place);
  return place.error("input.type", "expected a tree of parts; got a string", { hint: "use text or html" });
}

/** The further fields, each with its text checked against the message's charset. */
function readFurtherFields({ given, headers, part, place }: MessageContext): readonly Field[] {
  const fields = [...readOptionFields(given, headers.first, place)];
  for (const one of headers.fields) {
    if (checkField(one.field, part.charset, one.place)) fields.push(one.field);
  }
  return keepFields(fields);
}

// From a message that was read to what `message()` takes: so that an .eml can be changed, answered and rendered again.

import { argumentError, functionFrom, readOptionsOf, shapeOf } from "../../given.ts";
import { type Issue, IssueList, MessageError, type Place } from "../../issues.ts";
import { standsOnce } from "../headers/field-names.ts";
import type { Address } from "../headers/mailbox.ts";
import { optionOfField } from "../message/given-headers.ts";
import type { HeadersInput, MessageInput } from "../message/types.ts";
import type { RawField } from "../read/head.ts";
import { decodedValue, type ReadMessage } from "../read/message.ts";
import { contentInput } from "./content.ts";

/** Where {@link toInput} puts what it finds. */
export interface ToInputOptions {
  /** Called for each thing that the input does not carry. With it, nothing is thrown. */
  readonly report?: ((issue: Issue) => void) | undefined;
}

const OPTIONS = shapeOf<ToInputOptions>({ report: functionFrom<(issue: Issue) => void>() });

/**
 * What `message()` takes, made of a message that was read: people, subject, date, ids, texts, attachments and further
 * fields. A tree of parts that has no such form, and one that is signed or encrypted, comes as `body`. Text in a charset
 * that is not known stays as its octets.
 *
 * Values are taken as they were read: what `message()` refuses, such as an address without a domain, it refuses with the
 * path in this input. What the input has no place for is an issue `read.lost`: an error where content is missing, a
 * warning for a field that was true of the old bytes alone (a signature, Return-Path) or describes how they were written.
 * {@link inputLosses} gives both.
 *
 * @throws MessageError `read.lost` with every error, unless there is a `report`
 * @throws OptionError `input.option`, `input.unknown-key` for options that are unusable, and for what no `readMessage` gave
 * @example
 * const mail = readMessage(await readFile("order.eml"));
 * const changed = message({ ...toInput(mail), subject: "Your order, again" });
 */
export function toInput(mail: ReadMessage, options: ToInputOptions = {}): MessageInput {
  const { report } = readOptionsOf<ToInputOptions>(options, OPTIONS);
  refuseUnread(mail);
  const list = new IssueList();
  const input = inputOf(mail, list.root);
  if (report === undefined) list.throwIfErrors(MessageError);
  else for (const issue of list.issues) report(issue);
  return input;
}

/**
 * What {@link toInput} cannot carry: every issue `read.lost`, errors and warnings. Empty when nothing is lost. No message
 * that was read makes it throw.
 *
 * @throws OptionError `input.option` for what no `readMessage` gave
 * @example
 * for (const { severity, message } of inputLosses(mail)) console.warn(severity, message);
 */
export function inputLosses(mail: ReadMessage): readonly Issue[] {
  refuseUnread(mail);
  const list = new IssueList();
  inputOf(mail, list.root);
  return list.issues;
}

// Bytes, or a message that was composed, are easily taken for one that was read.
function refuseUnread(mail: unknown): void {
  const isRead = typeof mail === "object" && mail !== null && ["root", "fields", "defects"].every((key) => key in mail);
  if (!isRead) throw argumentError(["mail"], "expected a message that was read", "give readMessage(bytes)");
}

function inputOf(mail: ReadMessage, place: Place): MessageInput {
  const people = {
    from: mail.from,
    ...(mail.sender === undefined ? {} : { sender: mail.sender }),
    ...given("replyTo", mail.replyTo),
    ...given("to", mail.to),
    ...given("cc", mail.cc),
    ...given("bcc", mail.bcc),
  };
  const { date, messageId, inReplyTo, references, subject } = mail;
  if (date === undefined) lostField(mail, "date", "no reader can tell the date", place);
  const headers = headersOf(mail, place);
  return {
    ...people,
    ...(subject === undefined ? {} : { subject }),
    ...(date === undefined ? {} : { date: { at: new Date(date.time), offset: date.offset ?? 0 } }),
    ...(messageId === undefined ? {} : { messageId }),
    ...(inReplyTo.length === 0 ? {} : { inReplyTo }),
    ...(references.length === 0 ? {} : { references }),
    ...(headers.length === 0 ? {} : { headers }),
    ...contentInput(mail, place),
  };
}

function given<K extends string>(key: K, addresses: readonly Address[]): { readonly [P in K]?: readonly Address[] } {
  const value: { [P in K]?: readonly Address[] } = {};
  if (addresses.length > 0) value[key] = addresses;
  return value;
}

function lostField(mail: ReadMessage, name: string, why: string, place: Place): void {
  const field = mail.fields.find((one) => one.name.toLowerCase() === name);
  if (field !== undefined) place.at("head").at(field.name).warning("read.lost", `line ${field.line}: ${why}`);
}

// The content decides these, an option gives them, or they were true of the old bytes alone.
const WRITTEN = /^(?:bcc|mime-version|content-(?:type|transfer-encoding|disposition|id|description))$/;
const OF_OLD_BYTES = /^(?:return-path|dkim-signature|domainkey-signature|x-google-dkim-signature|arc-.*|resent-bcc)$/;
const SEVERAL = /^(?:from|to|cc|bcc|reply-to)$/;

function headersOf(mail: ReadMessage, place: Place): Extract<HeadersInput, readonly unknown[]> {
  const headers: { readonly name: string; readonly value: string }[] = [];
  const seen = new Set<string>();
  for (const field of mail.fields) {
    const key = field.name.toLowerCase();
    const again = seen.has(key) && standsOnce(key);
    seen.add(key);
    if (again && !SEVERAL.test(key)) lost(field, "a second field of a name that may occur once", place);
    else if (optionOfField(key) !== undefined || WRITTEN.test(key)) continue;
    else if (OF_OLD_BYTES.test(key))
      lost(field, "the field is about the bytes and the way that the message had", place);
    else headers.push({ name: field.name, value: decodedValue(field) });
  }
  return headers;
}

function lost(field: RawField, why: string, place: Place): void {
  place.at("head").at(field.name).warning("read.lost", `line ${field.line}: ${why}`);
}

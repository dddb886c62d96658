// SendEmail's message: sender, addresses, subject, text and html with a charset each, written by our own composer.

import { type Charset, findCharset, usAscii, utf8 } from "../encoding/charset.ts";
import { isBytes } from "../encoding/kinds.ts";
import { MessageError } from "../issues.ts";
import { message } from "../message/check.ts";
import type { MessageInput, PartInput } from "../message/types.ts";
import { toBytes } from "../mime/output.ts";
import { decodeWords } from "../raw/encoded-words.ts";
import { invalidValue } from "./errors.ts";
import { readReceivedList } from "./received-addresses.ts";

/** Text with the label of the charset it is to be written in. */
export interface SimpleContent {
  readonly data: string;
  /** 7-bit ASCII when absent. */
  readonly charset?: string | undefined;
}

/** What SendEmail is given; addresses as texts that were checked before. */
export interface SimpleMessage {
  readonly from: string;
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly replyTo: readonly string[];
  readonly subject: SimpleContent;
  readonly text?: SimpleContent | undefined;
  readonly html?: SimpleContent | undefined;
  /** Further fields, in order. */
  readonly headers?: readonly { readonly name: string; readonly value: string }[];
  /** The time for the Date field, in ms. */
  readonly at: number;
  /** Makes boundaries and Message-ID: the same seed gives the same bytes. */
  readonly seed: string;
}

/** Composes the message. @throws SesError InvalidParameterValue for what no message can hold */
export async function composeSimple(given: SimpleMessage): Promise<Uint8Array> {
  await knowCharsets(given);
  const input: MessageInput = {
    from: mailboxes([given.from]),
    ...lists(given),
    subject: given.subject.data,
    charset: encode(given.subject).charset.name,
    ...(given.headers === undefined ? {} : { headers: given.headers }),
    body: bodyOf(given),
  };
  try {
    return toBytes(message(input), { now: () => new Date(given.at), seed: given.seed });
  } catch (error) {
    if (error instanceof MessageError) throw invalidValue(error.message);
    throw error;
  }
}

// Others are known from the first message that asks for one: an application that is tried against the endpoint has the
// charsets that it imported itself, as it will have without the endpoint.
async function knowCharsets({ subject, text, html }: SimpleMessage): Promise<void> {
  const isUnknown = (label: string | undefined) => label !== undefined && findCharset(label) === undefined;
  if ([subject.charset, text?.charset, html?.charset].some(isUnknown)) await import("../charset.ts");
}

function lists({ to, cc, replyTo }: SimpleMessage) {
  const fields = { to: mailboxes(to), cc: mailboxes(cc), replyTo: mailboxes(replyTo) };
  return Object.fromEntries(Object.entries(fields).filter(([, members]) => members.length > 0));
}

function mailboxes(texts: readonly string[]) {
  return texts.flatMap(readReceivedList).map(({ name, address }) => {
    const decoded = decodeWords(name);
    return decoded === "" ? { address } : { name: decoded, address };
  });
}

// RFC 2046 s5.1.4: the plainest alternative comes first.
function bodyOf({ text, html }: SimpleMessage): PartInput {
  const leaves = [
    ...(text === undefined && html !== undefined ? [] : [leaf("text/plain", text ?? { data: "" })]),
    ...(html === undefined ? [] : [leaf("text/html", html)]),
  ];
  const [only, ...more] = leaves;
  return only !== undefined && more.length === 0 ? only : { type: "multipart/alternative", parts: leaves };
}

function leaf(type: string, content: SimpleContent): PartInput {
  // RFC 2046 s4.1.1: a line of text ends with CRLF, whatever it ended with in the parameter.
  const { charset, bytes } = encode({ ...content, data: content.data.replace(/\r\n|\r|\n/g, "\r\n") });
  return { type, parameters: { charset: charset.name }, content: bytes };
}

// In the charset asked for, or in UTF-8 when that lacks a character: what was given reads back exactly.
function encode({ data, charset: label }: SimpleContent): { readonly charset: Charset; readonly bytes: Uint8Array } {
  const charset = label === undefined ? usAscii : findCharset(label);
  if (charset === undefined) throw invalidValue(`Unknown charset: ${label?.slice(0, 100)}`);
  for (const candidate of [charset, utf8]) {
    const bytes = candidate.encode(data);
    if (isBytes(bytes)) return { charset: candidate, bytes };
  }
  throw invalidValue("The text holds a surrogate without its partner.");
}

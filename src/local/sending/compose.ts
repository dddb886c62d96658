// The message that the service composes out of parameters: sender, addresses, subject, text and html with a charset
// each, files. Written by our own composer, and no better than the service writes it: what is not 7-bit ASCII and has
// no charset is damaged here too, with a note about it.

import { MessageError } from "../../issues.ts";
import { message } from "../../mail/message/check.ts";
import type { MessageInput, PartInput } from "../../mail/message/types.ts";
import { type Charset, findCharset, findUnmappable, usAscii, utf8, wireName } from "../../mail/octets/charset.ts";
import { decodeWords } from "../../mail/read/encoded-words.ts";
import { toBytes } from "../../mail/render/output.ts";
import { readAddress } from "../protocol/address-list.ts";
import { invalidValue } from "../protocol/errors.ts";
import { type DeliveryNotes, inCharset } from "./notes.ts";
import { type SimpleFile, simpleFile } from "./simple-file.ts";

/** Text with the label of the charset it is to be written in. */
export interface SimpleContent {
  readonly data: string;
  /** 7-bit ASCII when absent. */
  readonly charset?: string | undefined;
  /** The parameter it came in, as in `Message.Subject`. */
  readonly place: string;
}

/** What a message is composed of; addresses as texts in 7-bit ASCII that were checked before. */
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
  readonly files?: readonly SimpleFile[];
  /** The time for the Date field, in ms. */
  readonly at: number;
  /** Makes boundaries and Message-ID: the same seed gives the same bytes. */
  readonly seed: string;
  /** Takes what is damaged. */
  readonly notes: DeliveryNotes;
}

/** Composes the message. @throws SesError InvalidParameterValue for what no message can hold */
export async function composeSimple(given: SimpleMessage): Promise<Uint8Array> {
  await knowCharsets(given);
  const subject = encode(given.subject, given.notes);
  const input: MessageInput = {
    from: mailboxes([given.from]),
    ...lists(given),
    subject: wordsOf(subject.text),
    charset: headCharset(given, subject.charset).name,
    headers: headersOf(given),
    body: treeOf(given),
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
  if ([subject.charset, text?.charset, html?.charset].some(isUnknown)) await import("../../charset.ts");
}

// Encoded-words are read and written again, in the charset of the subject where that has all of their characters.
function headCharset({ from, to, cc, replyTo, headers = [], files = [] }: SimpleMessage, charset: Charset): Charset {
  const names = [from, ...to, ...cc, ...replyTo].map(decodeWords);
  const values = headers.map(({ value }) => decodeWords(value));
  const texts = [...names, ...values, ...files.map(({ description = "" }) => description)];
  return charset === usAscii || findUnmappable(charset, texts.join("\n")) >= 0 ? utf8 : charset;
}

function lists({ to, cc, replyTo }: SimpleMessage) {
  const fields = { to: mailboxes(to), cc: mailboxes(cc), replyTo: mailboxes(replyTo) };
  return Object.fromEntries(Object.entries(fields).filter(([, members]) => members.length > 0));
}

function mailboxes(texts: readonly string[]) {
  return texts.flatMap(readAddress).map(({ name, address }) => {
    const decoded = decodeWords(name);
    return decoded === "" ? { address } : { name: decoded, address };
  });
}

// ASCII goes into a field as it is, so that encoded-words in it are read as such. RFC 2047 s2
function wordsOf(text: string): string {
  return /^[\0-\x7f]*$/.test(text) ? decodeWords(text) : text;
}

const WRITTEN_BY_THE_SERVICE = new Set(["date", "message-id", "return-path"]);
const WRITTEN_FROM_PARAMETERS = new Set(["from", "to", "cc", "bcc", "reply-to", "subject", "mime-version"]);

function headersOf({ headers = [] }: SimpleMessage): NonNullable<SimpleMessage["headers"]> {
  const second = headers.find(({ name }) => WRITTEN_FROM_PARAMETERS.has(name.toLowerCase()));
  if (second !== undefined) throw invalidValue(`Duplicate header '${second.name}'.`);
  return headers
    .filter(({ name }) => !WRITTEN_BY_THE_SERVICE.has(name.toLowerCase()))
    .map(({ name, value }) => ({ name, value: wordsOf(value) }));
}

// multipart/mixed around multipart/related around multipart/alternative, each only where it is needed.
function treeOf(given: SimpleMessage): PartInput {
  const { files = [], notes } = given;
  const isRelated = (file: SimpleFile) => file.disposition === "inline" && file.contentId !== undefined;
  const parts = (wanted: boolean) =>
    files.filter((file) => isRelated(file) === wanted).map((file) => simpleFile(file, notes));
  const text = bodyOf(given);
  const inline = parts(true);
  // RFC 2387 s3.1: the head of multipart/related names the type of its root.
  const related = { type: "multipart/related", parameters: { type: text.type }, parts: [text, ...inline] };
  const shown: PartInput = inline.length === 0 ? text : related;
  const attached = parts(false);
  return attached.length === 0 ? shown : { type: "multipart/mixed", parts: [shown, ...attached] };
}

// RFC 2046 s5.1.4: the plainest alternative comes first.
function bodyOf({ text, html, notes }: SimpleMessage): PartInput {
  const plain = text === undefined && html !== undefined ? [] : [leaf("text/plain", text ?? NOTHING, notes)];
  const leaves = [...plain, ...(html === undefined ? [] : [leaf("text/html", html, notes)])];
  const [only, ...more] = leaves;
  return only !== undefined && more.length === 0 ? only : { type: "multipart/alternative", parts: leaves };
}

const NOTHING: SimpleContent = { data: "", place: "" };

function leaf(type: string, content: SimpleContent, notes: DeliveryNotes): PartInput {
  // RFC 2046 s4.1.1: a line of text ends with CRLF, whatever it ended with in the parameter.
  const { charset, bytes } = encode({ ...content, data: content.data.replace(/\r\n|\r|\n/g, "\r\n") }, notes);
  return { type, parameters: { charset: wireName(charset) }, content: bytes };
}

function encode({ data, charset: label, place }: SimpleContent, notes: DeliveryNotes) {
  const charset: Charset | undefined = label === undefined ? usAscii : findCharset(label);
  if (charset === undefined) throw invalidValue(`Unknown charset: ${label?.slice(0, 100)}`);
  return { charset, ...inCharset(data, charset, { place, notes }) };
}

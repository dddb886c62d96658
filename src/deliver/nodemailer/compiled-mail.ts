// What nodemailer hands to a transport, structurally, and the bytes of it: nodemailer's own, signed and changed by
// whatever plugins it has, with the line ends of mail.

import { errorIssue, MessageError } from "../../issues.ts";
import { addressKey } from "../../mail/headers/address.ts";
import { nullReversePath } from "../../mail/limits/message-size.ts";
import type { Envelope } from "../../mail/message/types.ts";
import { isBytes } from "../../mail/octets/kinds.ts";
import { ownProperties } from "../../options/plain.ts";

/** A compiled message, as far as it is used. */
export interface CompiledMessage {
  getEnvelope(): { readonly from: string | false; readonly to: readonly string[] };
  createReadStream(): AsyncIterable<unknown> & { destroy?(): unknown };
}

/** What `send` gets. */
export interface CompiledMail {
  readonly data: object;
  readonly message: CompiledMessage;
}

/** The envelope: `envelope.from` is kept, each recipient occurs once, domains compared without case. */
export function envelopeOf({ data, message }: CompiledMail): Envelope {
  const { from, to } = message.getEnvelope();
  const seen = new Map<string, string>();
  for (const address of to) {
    const key = addressKey(address);
    if (!seen.has(key)) seen.set(key, address);
  }
  if (from !== false && from !== "") return { from, to: [...seen.values()] };
  if (hasNullSender(data)) throw new MessageError([nullReversePath("Amazon SES")]);
  throw new MessageError([
    errorIssue("address.missing", ["from"], "the message has no sender", { rfc: "RFC 5322 s3.6.2" }),
  ]);
}

// nodemailer says MAIL FROM:<> for these.
function hasNullSender(data: object): boolean {
  const envelope: unknown = Reflect.get(data, "envelope");
  if (typeof envelope !== "object" || envelope === null || !Object.hasOwn(envelope, "from")) return false;
  const from: unknown = Reflect.get(envelope, "from");
  return from === "" || from === "<>" || from === false || from === null;
}

/**
 * nodemailer copies what `sendMail` is given, so that a message arrives without the mark of one. What only messages have
 * together gives it away; composed by nodemailer it would lose its header and its attachments.
 *
 * @throws MessageError `input.type` for a message
 */
export function refuseMessage(data: object): void {
  const own = ownProperties(data);
  const { issues, attachments, headers, charset, transport } = own;
  if (![issues, attachments, headers].every(Array.isArray)) return;
  if (typeof charset !== "string" || typeof transport !== "string") return;
  const text = "sendMail was given a message() of mimewright, and takes options: use sendMail(toNodemailer(m))";
  throw new MessageError([errorIssue("input.type", [], text)]);
}

/** Bytes of the compiled message. @throws MessageError `limit.bytes` as soon as there are more than `maxBytes`. */
export async function bytesOf({ data, message }: CompiledMail, maxBytes: number): Promise<Uint8Array> {
  // A message may ask to keep Bcc in its header; here it never shows.
  if ("keepBcc" in message) Reflect.set(message, "keepBcc", false);
  skipOverwrittenFields(data);
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving early destroys the stream, and with it the sources of attachments.
  for await (const chunk of message.createReadStream()) {
    const bytes = typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk;
    if (!isBytes(bytes)) throw new TypeError("the message stream gives bytes");
    length += bytes.length;
    if (length > maxBytes) {
      throw new MessageError([errorIssue("limit.bytes", [], `the message is larger than ${maxBytes} bytes`)]);
    }
    chunks.push(bytes);
  }
  const raw = withCrlf(chunks, length);
  refuseBcc(raw);
  return raw;
}

// SES writes Date and Message-ID anew: a DKIM signature over them would not hold.
function skipOverwrittenFields(data: object): void {
  const dkim: unknown = Reflect.get(data, "_dkim");
  const own = typeof dkim === "object" && dkim !== null ? dkim : {};
  const skip: unknown = Reflect.get(own, "skipFields");
  const skipFields = typeof skip === "string" && skip !== "" ? `${skip}:date:message-id` : "date:message-id";
  Reflect.set(data, "_dkim", { ...own, skipFields });
}

const CR = 0x0d;
const LF = 0x0a;

/** The chunks as one, every lone LF made CRLF. */
function withCrlf(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  let lone = 0;
  for (let lf = whole.indexOf(LF); lf >= 0; lf = whole.indexOf(LF, lf + 1)) if (whole[lf - 1] !== CR) lone++;
  if (lone === 0) return whole;
  const out = new Uint8Array(length + lone);
  let from = 0;
  let to = 0;
  for (let lf = whole.indexOf(LF); lf >= 0; lf = whole.indexOf(LF, lf + 1)) {
    if (whole[lf - 1] === CR) continue;
    out.set(whole.subarray(from, lf), to);
    to += lf - from;
    out[to++] = CR;
    from = lf;
  }
  out.set(whole.subarray(from), to);
  return out;
}

// Only bytes that another program composed can show it, by mistake.
function refuseBcc(raw: Uint8Array): void {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.length);
  const end = bytes.indexOf("\r\n\r\n");
  const head = bytes.toString("latin1", 0, end < 0 ? bytes.length : end);
  if (!/^bcc[ \t]*:/im.test(head)) return;
  throw new MessageError([errorIssue("raw.bcc", ["raw"], "the raw message shows its Bcc", { rfc: "RFC 5322 s3.6.3" })]);
}

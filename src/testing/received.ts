// From whatever a test holds to the bytes of a message: at once where they are there, awaited where they must be.

import { argumentError, kindOf } from "../given.ts";
import { MessageError, type OptionError } from "../issues.ts";
import { envelope } from "../mail/message/envelope.ts";
import { isMessage, sealMessage } from "../mail/message/seal.ts";
import type { Content, Message, Part } from "../mail/message/types.ts";
import { isArrayBuffer, isBytes, isUrl } from "../mail/octets/kinds.ts";
import { toCrlf } from "../mail/octets/line-ends.ts";
import { checkedToBytes, toChunks } from "../mail/render/output.ts";
import { isRendered, type Rendered, render } from "../mail/render/render.ts";
import type { MailEnvelope } from "./mail.ts";
import { fixedOptions } from "./test-inputs.ts";

/** The bytes of a mail, and what is known beside them. */
export interface Received {
  readonly bytes: Uint8Array;
  readonly envelope?: MailEnvelope;
  /** The message the bytes were made of. */
  readonly message?: Message;
  /** True when content that is opened at write time is left out of the bytes. */
  readonly incomplete?: boolean;
}

const known = new WeakMap<object, Received>();

/** Remembers what a mail was read from: the reading of a message is still that message. */
export function remember(mail: object, from: Received): void {
  known.set(mail, from);
}

function remembered(value: unknown): Received | undefined {
  return typeof value === "object" && value !== null ? known.get(value) : undefined;
}

/**
 * The bytes, without waiting. Content of a message that cannot be had at once is left out.
 *
 * @throws OptionError when the value holds no mail
 */
export function receivedNow(value: unknown): Received {
  const own = remembered(value) ?? heldBytes(value);
  if (own !== undefined) return own;
  if (isRendered(value)) return renderedNow(value);
  const m = heldMessage(value);
  if (m !== undefined) return { ...messageNow(m), ...envelopeIn(value) };
  throw noMail(value);
}

/**
 * The bytes, sources and streams awaited.
 *
 * @throws OptionError (as a rejection) when the value holds no mail; what a source throws comes through
 */
export async function received(value: unknown): Promise<Received> {
  const own = remembered(value) ?? heldBytes(value);
  if (own !== undefined) return own;
  if (isRendered(value)) return { ...knownOf(value), bytes: await joined(toChunks(value)) };
  const m = heldMessage(value);
  if (m !== undefined) {
    const bytes = await joined(toChunks(m, fixedOptions));
    return { bytes, message: m, envelope: envelope(m), ...envelopeIn(value) };
  }
  const stream = property(value, "message") ?? property(value, "raw");
  if (isAsyncIterable(stream)) return { bytes: await joined(stream), ...envelopeIn(value) };
  throw noMail(value);
}

// A group of `splitRecipients` has its message under that name, as an info has its bytes.
function heldMessage(value: unknown): Message | undefined {
  if (isMessage(value)) return value;
  const inside = property(value, "message");
  return isMessage(inside) ? inside : undefined;
}

function heldBytes(value: unknown): Received | undefined {
  if (typeof value === "string") {
    if (isPath(value)) throw argumentError(["mail"], "expected the text of an .eml; got a path", PATH_HINT);
    return { bytes: new TextEncoder().encode(toCrlf(value)) };
  }
  const bytes = asBytes(value);
  if (bytes !== undefined) return { bytes };
  const held = isMessage(value) ? undefined : (asBytes(property(value, "raw")) ?? asBytes(property(value, "message")));
  return held === undefined ? undefined : { bytes: held, ...envelopeIn(value) };
}

const PATH_HINT = "use await loadEml(path), or give what readFile(path) gave";

// One line that does not begin with a field: not a mail.
function isPath(text: string): boolean {
  if (text === "" || text.length > 4096 || /[\r\n]/.test(text)) return false;
  return /^file:|^[a-z]:[\\/]|\.(?:eml|msg|mht|mhtml|txt)$/i.test(text) || (/[\\/.]/.test(text) && !text.includes(":"));
}

function asBytes(value: unknown): Uint8Array | undefined {
  if (isBytes(value)) return value;
  // A buffer may come from another realm, as in a test environment with its own global scope.
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  if (isArrayBuffer(value)) return new Uint8Array(value);
  return undefined;
}

function messageNow(m: Message): Received {
  const known = { message: m, envelope: envelope(m) };
  try {
    return { ...known, bytes: checkedToBytes(m, fixedOptions) };
  } catch (error) {
    if (!(error instanceof MessageError) || error.code !== "source.async") throw error;
    return { ...known, bytes: checkedToBytes(withoutSources(m), fixedOptions), incomplete: true };
  }
}

function renderedNow(rendered: Rendered): Received {
  const known = knownOf(rendered);
  try {
    return { ...known, bytes: checkedToBytes(rendered) };
  } catch (error) {
    const { message, rendering } = rendered;
    if (message === undefined || !(error instanceof MessageError) || error.code !== "source.async") throw error;
    return { ...known, bytes: checkedToBytes(render(withoutSources(message), rendering)), incomplete: true };
  }
}

function knownOf({ message, envelope: own }: Rendered): Omit<Received, "bytes"> {
  return { ...(message === undefined ? {} : { message }), ...(own === undefined ? {} : { envelope: own }) };
}

const nothing: Content = Object.freeze({ kind: "bytes", bytes: new Uint8Array(0) });

function withoutSources(m: Message): Message {
  const attachments = m.attachments.map(emptied);
  return sealMessage({ ...m, attachments, ...(m.body === undefined ? {} : { body: emptyTree(m.body) }) });
}

function emptied<T extends { readonly content?: Content }>(holder: T): T {
  return holder.content?.kind === "source" ? { ...holder, content: nothing } : holder;
}

// A tree passed the check of its depth, so it is not too deep to recurse into.
function emptyTree(part: Part): Part {
  return {
    ...emptied(part),
    ...(part.parts === undefined ? {} : { parts: part.parts.map(emptyTree) }),
    ...(part.message === undefined ? {} : { message: emptyTree(part.message) }),
  };
}

function envelopeIn(value: unknown): { readonly envelope?: MailEnvelope } {
  if (isMessage(value)) return {};
  const given = property(value, "envelope");
  const to = addressesIn(given === undefined ? property(value, "recipients") : property(given, "to"));
  if (to === undefined) return {};
  const from = given === undefined ? property(value, "source") : property(given, "from");
  return { envelope: { to, ...(typeof from === "string" ? { from } : {}) } };
}

function addressesIn(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.filter((address): address is string => typeof address === "string");
}

function property(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}

async function joined(chunks: AsyncIterable<unknown>): Promise<Uint8Array> {
  const gathered: Uint8Array[] = [];
  for await (const chunk of chunks) {
    const bytes = typeof chunk === "string" ? new TextEncoder().encode(chunk) : asBytes(chunk);
    if (bytes === undefined) {
      throw argumentError(["mail", "message"], `expected a stream of bytes or text; it gives ${kindOf(chunk)}`);
    }
    gathered.push(bytes);
  }
  return new Uint8Array(Buffer.concat(gathered));
}

function noMail(value: unknown): OptionError {
  const at = ["mail"];
  const expected = "expected a message, bytes, the text of an .eml, an inbox entry, or the info of a transport";
  if (isUrl(value))
    return argumentError(at, `${expected}; got a URL`, "use await loadEml(url), which reads file: URLs");
  const inside = property(value, "message");
  if (isAsyncIterable(inside)) {
    const hint = "await readEml(info) first, or set buffer: true";
    return argumentError([...at, "message"], "expected bytes; got a stream, which can be read once", hint);
  }
  if (typeof inside === "string") {
    const hint = "use captureTransport(), or streamTransport with buffer: true";
    return argumentError([...at, "message"], "expected the bytes of a message; got a string", hint);
  }
  if (value instanceof Promise) return argumentError(at, `${expected}; got a promise`, "await it");
  const hint = property(value, "from") === undefined ? undefined : "input for a message becomes one by message({ … })";
  return argumentError(at, `${expected}; got ${kindOf(value)}`, hint);
}

// A message for any nodemailer transporter: the bytes as they are, and the envelope beside them.
import { Readable } from "node:stream";
import { MessageError } from "../issues.ts";
import { envelope } from "../message/envelope.ts";
import type { Message, RenderOptions } from "../message/types.ts";
import { toBytes, toChunks } from "../mime/output.ts";
import { checkRenderOptions } from "../mime/render-options.ts";
import { toTree } from "../mime/tree.ts";
import { goesToNobody } from "../ses/sending-issues.ts";

/** What `sendMail` takes for a message that is composed already. */
export interface NodemailerMessage {
  readonly envelope: { readonly from: string; readonly to: string[] };
  /** Bytes when all content is in memory, else a stream that can be sent once. */
  readonly raw: Buffer | Readable;
  /** The Message-ID in the bytes, so that the transporter reports it instead of one of its own. */
  readonly messageId: string;
}

/**
 * A message as options for `sendMail` of any nodemailer transporter. The transporter sends the bytes unchanged, save
 * for a line end after the last line where there is none, and takes sender and recipients from the envelope: blind
 * copies are in there and nowhere else.
 *
 * @param m - a checked message
 * @param options - how it is rendered
 * @throws MessageError `envelope.empty`; OptionError for options that cannot be used; a stream fails with what a source throws.
 * @example
 * await createTransport({ host: "localhost" }).sendMail(toNodemailer(m));
 */
export function toNodemailer(m: Message, options: RenderOptions = {}): NodemailerMessage {
  const { from, to } = envelope(m);
  if (to.length === 0) throw new MessageError([goesToNobody(m)]);
  const render = settled(options);
  return { envelope: { from, to: [...to] }, raw: bytesOrStream(m, render), messageId: messageIdOf(m, render) };
}

/** The options with a seed and a moment, so that what is made of a message twice is the same. */
export function settled(options: RenderOptions): RenderOptions {
  const given = checkRenderOptions(options);
  const now = given.now?.() ?? new Date();
  return { ...given, now: () => now, seed: given.seed ?? crypto.randomUUID() };
}

function messageIdOf(m: Message, options: RenderOptions): string {
  for (const { name, value } of toTree(m, options).fields) {
    if (name === "Message-ID" && value.kind === "ids") return value.ids[0] ?? "";
  }
  return "";
}

function bytesOrStream(m: Message, options: RenderOptions): Buffer | Readable {
  try {
    const bytes = toBytes(m, options);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  } catch (error) {
    if (!(error instanceof MessageError) || error.code !== "source.async") throw error;
    return Readable.from(toChunks(m, options), { objectMode: false });
  }
}

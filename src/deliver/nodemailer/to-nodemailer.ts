// A message for any nodemailer transporter: the bytes as they are, and the envelope beside them.
import { Readable } from "node:stream";
import { MessageError } from "../../issues.ts";
import type { Message, RenderOptions } from "../../mail/message/types.ts";
import { checkedToBytes, toChunks } from "../../mail/render/output.ts";
import { mailIn, type Rendered, renderMail } from "../../mail/render/render.ts";
import { goesToNobody } from "../core/send-checks.ts";

/** What `sendMail` takes for a message that is composed already. */
export interface NodemailerMessage {
  readonly envelope: { readonly from: string; readonly to: string[] };
  /** Bytes when all content is in memory, else a stream that can be sent once. */
  readonly raw: Buffer | Readable;
  /** The Message-ID in the bytes, so that the transporter reports it instead of its own. */
  readonly messageId: string;
}

/**
 * A message as options for `sendMail` of any nodemailer transporter. The transporter sends the bytes unchanged, save
 * for a line end after the last line where there is none, and takes sender and recipients from the envelope: blind
 * copies are in there and nowhere else.
 *
 * @param m - a checked message, or one that is rendered
 * @param options - how it is rendered
 * @throws MessageError `envelope.empty`, `input.option`; a stream fails with what a source throws.
 * @example
 * await createTransport({ host: "localhost" }).sendMail(toNodemailer(m));
 */
export function toNodemailer(m: Message | Rendered, options: RenderOptions = {}): NodemailerMessage {
  const rendered = renderMail(m, options);
  const { message, envelope } = mailIn(rendered);
  if (envelope.to.length === 0) throw new MessageError([goesToNobody(message)]);
  return {
    envelope: { from: envelope.from, to: [...envelope.to] },
    raw: bytesOrStream(rendered),
    messageId: rendered.messageId ?? "",
  };
}

function bytesOrStream(rendered: Rendered): Buffer | Readable {
  try {
    const bytes = checkedToBytes(rendered);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  } catch (error) {
    if (!(error instanceof MessageError) || error.code !== "source.async") throw error;
    return Readable.from(toChunks(rendered), { objectMode: false });
  }
}

// Forwards a message whole: its fields, its structure and its files reach the reader as they were, to be opened and
// answered like the original.
import { type AddressInput, compose, type MailboxInput, type Message } from "mimewright";

/** What goes around the original. */
export interface Forwarding {
  readonly from: MailboxInput;
  readonly to: AddressInput;
  readonly subject: string;
  readonly note: string;
}

/**
 * Encloses raw bytes, such as an `.eml` file or what SES has put into a bucket.
 *
 * @throws MessageError when something other than the original is wrong
 */
export function forward(original: Uint8Array, { from, to, subject, note }: Forwarding): Message {
  const base = compose({ from, to }).subject(`Fwd: ${subject}`).text(note);
  const filename = "forwarded.eml";
  const enclosed = base.attach({ filename, content: original, contentType: "message/rfc822" }).check();
  if (enclosed.ok) return enclosed.value;
  // RFC 2046 s5.2.1: an enclosed message must not be encoded. One that cannot be written so (8-bit octets in its head, a
  // line that is too long) travels as a file of octets.
  return base.attach({ filename, content: original, contentType: "application/octet-stream" }).build();
}

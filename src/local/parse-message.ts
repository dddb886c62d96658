// Reads a delivered copy with a MIME parser, within the bounds for untrusted bytes.
import type { Email } from "postal-mime";
import { deliveredBytes } from "./delivered.ts";
import type { StoredMessage } from "./model.ts";
import { readEmail } from "./parsed-mail.ts";

/** The delivered copy of a message, read. Rejects for more parts or deeper nesting than any mail has. */
export async function parseMessage(message: StoredMessage): Promise<Email> {
  return readEmail(deliveredBytes(message));
}

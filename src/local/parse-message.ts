// Reads a delivered copy with a MIME parser, within the bounds for untrusted bytes.
import PostalMime, { type Email } from "postal-mime";
import { outlineRaw } from "../read/outline.ts";
import { deliveredBytes } from "./delivered.ts";
import type { StoredMessage } from "./model.ts";
import { tooComplex, viewCaps } from "./parsed-mail.ts";

/**
 * The delivered copy of a message, read; an enclosed message counts as a file.
 *
 * @throws Error (as a rejection) for more parts or deeper nesting than any mail has
 */
export async function parseMessage(message: StoredMessage): Promise<Email> {
  const bytes = deliveredBytes(message);
  const problem = tooComplex(outlineRaw(bytes, viewCaps));
  if (problem !== undefined) throw new Error(problem);
  return PostalMime.parse(bytes, {
    forceRfc822Attachments: true,
    maxNestingDepth: viewCaps.depth * 2,
    maxHeadersSize: viewCaps.headBytes * 2,
  });
}

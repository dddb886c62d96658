// What the service refuses in the parts of a raw message: a multipart without its boundary, files it does not carry.
import { blockedExtension } from "../limits/file-type.ts";
import { sesBlockedExtensions } from "../limits/ses.ts";
import { decodeWords } from "../raw/encoded-words.ts";
import { outlineRaw, type RawPart } from "../raw/outline.ts";
import { walkRaw } from "../raw/walk.ts";
import { invalidValue, SesError } from "./errors.ts";
import { viewCaps } from "./parsed-mail.ts";

/** Checks the parts, as far as a message of ordinary depth has them. @throws SesError */
export function checkParts(raw: Uint8Array, bodyAt: number): void {
  const head = outlineRaw(raw.subarray(0, bodyAt), viewCaps);
  // A message of one part says all that is looked at in its head.
  const root = /^(?:multipart|message)\//.test(head.type) ? outlineRaw(raw, viewCaps) : head;
  for (const { part, enclosed } of walkRaw(root)) {
    // What a message encloses is cut short in every second bounce.
    if (!enclosed && lacksBoundary(part)) throw invalidValue("Missing start boundary");
    // Developer guide, Unsupported attachment types.
    if (blockedExtension(part.filenames.map(decodeWords), sesBlockedExtensions) !== undefined) {
      throw new SesError("MessageRejected", "Message contains invalid content.");
    }
  }
}

// RFC 2046 s5.1.1: a multipart names its boundary and holds at least one part.
function lacksBoundary({ defects }: RawPart): boolean {
  return defects.some(({ kind }) => kind === "boundary-missing" || kind === "boundary-unused");
}

// Content of message/* parts: never encoded as a whole, so it must be fit to travel as it is. RFC 2046 s5.2.

import { survey } from "../encoding/choose.ts";
import type { Place } from "../issues.ts";
import { embedMessage } from "../read/embed.ts";
import { outlineRaw } from "../read/outline.ts";
import { warnOfBcc } from "../read/walk.ts";
import type { PartContext } from "./part-context.ts";
import { bytesContent } from "./seal.ts";
import type { Content } from "./types.ts";

// RFC 6532 s3.7, RFC 6533 s3, s4.1, s6: these may be encoded as a whole, and hold UTF-8.
const GLOBAL = new Set([
  "message/global",
  "message/global-headers",
  "message/global-delivery-status",
  "message/global-disposition-notification",
]);

/** True for a message/* type that travels as it is, in no encoding of its own. RFC 2046 s5.2, RFC 2045 s6.4. */
export function isIdentityOnly(type: string): boolean {
  return type.startsWith("message/") && !GLOBAL.has(type);
}

/**
 * Makes the content of a part fit for its type. Only message/* has rules: an enclosed message gets its 8-bit leaves
 * encoded, a status report must be 7-bit. A source is looked at when it is read.
 */
export function fitEnclosed(
  type: string,
  content: Content,
  { transport }: Pick<PartContext, "transport">,
  place: Place,
): Content | undefined {
  if (content.kind === "source") return content;
  if (!isIdentityOnly(type)) {
    if (/^message\/global(?:-headers)?$/.test(type)) warnOfBcc(outlineRaw(content.bytes), place);
    return content;
  }
  if (type === "message/rfc822") {
    const bytes = embedMessage(content.bytes, { eightBit: transport === "8bit" }, place);
    if (bytes === undefined) return undefined;
    return bytes === content.bytes ? content : bytesContent(bytes);
  }
  return isSevenBitText(type, content.bytes, place) ? content : undefined;
}

// RFC 3464 s2.1, RFC 8098 s3.1: the fields of a report are 7-bit.
function isSevenBitText(type: string, bytes: Uint8Array, place: Place): boolean {
  const facts = survey(bytes);
  if (!facts.ascii || facts.nul || facts.bareLineEnds) {
    const message = `the content of ${type} must be ASCII text with CRLF line ends`;
    const hint = "use message/global-… for UTF-8, or attach the content as application/octet-stream";
    place.error("attachment.eight-bit", message, { rfc: "RFC 2046 s5.2", hint });
    return false;
  }
  if (facts.longestLine <= 998) return true;
  place.error("attachment.line", "a line is longer than 998 octets", { rfc: "RFC 5322 s2.1.1" });
  return false;
}

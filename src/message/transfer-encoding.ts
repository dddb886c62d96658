// A transfer encoding that the caller asks for. RFC 2045 s6.

import { survey, type TransferEncoding } from "../encoding/choose.ts";
import type { Place } from "../issues.ts";
import { isIdentityOnly } from "./enclosed.ts";
import type { Content, Transport } from "./types.ts";

/** Reads an `encoding` option: one that exists, and that the way can carry. */
export function readEncoding(input: unknown, transport: Transport, place: Place): TransferEncoding | undefined {
  if (input === undefined) return undefined;
  const encoding = typeof input === "string" ? input.toLowerCase() : "";
  if (encoding === "7bit" || encoding === "quoted-printable" || encoding === "base64") return encoding;
  if (encoding === "8bit" && transport === "8bit") return encoding;
  if (encoding === "8bit" || encoding === "binary") {
    place.error("encoding.eight-bit", `${encoding} does not pass every relay`, {
      rfc: "RFC 2045 s6.2",
      hint: encoding === "8bit" ? 'leave it out, or say transport: "8bit"' : "leave it out: base64 carries any bytes",
    });
  } else {
    const message = "a transfer encoding is 7bit, quoted-printable or base64";
    place.error("encoding.unknown", message, { rfc: "RFC 2045 s6" });
  }
  return undefined;
}

/**
 * Reports content that cannot travel under the encoding that was asked for. What is legal but fragile (lines of
 * dots, trailing blanks) passes: the caller asked for it.
 */
export function checkEncoding(
  type: string,
  content: Content,
  encoding: TransferEncoding | undefined,
  place: Place,
): void {
  if (encoding === undefined) return;
  if (isIdentityOnly(type)) {
    if (encoding === "7bit" || encoding === "8bit") return;
    // RFC 2046 s5.2.1: an enclosed message is never encoded as a whole.
    const message = `${type} must not be encoded as a whole`;
    const hint = "leave encoding out: the parts inside are encoded where they must be";
    place.error("encoding.mismatch", message, { rfc: "RFC 2046 s5.2.1", hint });
    return;
  }
  if (encoding !== "7bit" && encoding !== "8bit") return;
  const hint = "leave encoding out: the cheapest that fits is chosen";
  if (content.kind === "source") {
    const message = `what a source gives is not known to be ${encoding} before it is read`;
    place.error("encoding.mismatch", message, { hint: "use base64 or quoted-printable" });
    return;
  }
  const facts = survey(content.bytes, { stateful: true });
  const fits = !facts.nul && !facts.bareLineEnds && facts.longestLine <= 998 && (facts.ascii || encoding === "8bit");
  if (fits) return;
  place.error("encoding.mismatch", `the content is not ${encoding}`, { rfc: "RFC 2045 s2.7", hint });
}

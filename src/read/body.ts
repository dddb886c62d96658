// The body of a part without its transfer encoding, octet for octet. RFC 2045 s6.
import { decodeBase64 } from "../encoding/base64.ts";
import { decodeQuotedPrintable } from "../encoding/quoted-printable.ts";
import { lenientBase64 } from "./lenient-base64.ts";
import type { RawPart } from "./outline.ts";

// What it takes for another character than the octet is not of the alphabet either way.
const ascii = new TextDecoder("latin1");

/** The octets. Base64 that breaks the rules is read as far as it goes, and never throws. */
export function decodedBody(bytes: Uint8Array, { bodyStart, bodyEnd, encoding }: RawPart): Uint8Array {
  const body = bytes.subarray(bodyStart, bodyEnd);
  if (encoding === "quoted-printable") return decodeQuotedPrintable(body);
  if (encoding !== "base64") return body.slice();
  return decodeBase64(ascii.decode(body)) ?? lenientBase64(body);
}

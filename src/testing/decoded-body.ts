// The body of a part without its transfer encoding, octet for octet.
import { decodeBase64 } from "../encoding/base64.ts";
import { decodeQuotedPrintable } from "../encoding/quoted-printable.ts";
import type { RawPart } from "../raw/outline.ts";
import { decodeLabelled } from "../raw/parameters.ts";

/** The octets. Base64 that breaks the rules is read as far as it goes. */
export function decodedBody(bytes: Uint8Array, { bodyStart, bodyEnd, encoding }: RawPart): Uint8Array {
  const body = bytes.subarray(bodyStart, bodyEnd);
  if (encoding === "quoted-printable") return decodeQuotedPrintable(body);
  if (encoding !== "base64") return body.slice();
  const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString("latin1");
  return decodeBase64(text) ?? new Uint8Array(Buffer.from(text, "base64"));
}

/** Octets as the text they are in the part's charset, LF between lines. */
export function decodedText(content: Uint8Array, part: RawPart): string {
  return decodeLabelled(content, part.parameters.get("charset") ?? "utf-8").replaceAll("\r\n", "\n");
}

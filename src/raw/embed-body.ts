// The body of one part of a stored message, encoded anew so that a relay can carry it. What it decodes to stays the
// same, octet for octet. RFC 2045 s6.
import { base64LinesLength, writeBase64Lines } from "../encoding/base64.ts";
import { survey } from "../encoding/choose.ts";
import {
  decodeQuotedPrintable,
  type LineMode,
  quotedPrintableLength,
  writeQuotedPrintable,
} from "../encoding/quoted-printable.ts";
import type { RawPart } from "./outline.ts";

/** A body and the encoding it is in. */
export interface EncodedBody {
  readonly encoding: "quoted-printable" | "base64";
  readonly bytes: Uint8Array;
}

/**
 * Encodes the body of a leaf part: quoted-printable stays so, base64 gets lines of 76, everything else becomes the
 * shorter of both.
 *
 * @param part - a leaf whose encoding is one of RFC 2045
 * @param body - the octets between its head and its delimiter
 */
export function encodeBody(part: RawPart, body: Uint8Array): EncodedBody {
  if (part.encoding === "base64") return { encoding: "base64", bytes: wrapBase64(body) };
  // RFC 2045 s6.7(4): line breaks are meaningful for text only, elsewhere CR and LF are octets like others.
  const mode: LineMode = part.type.startsWith("text/") ? "text" : "binary";
  if (part.encoding === "quoted-printable") return quotedPrintable(decodeQuotedPrintable(body), mode);
  const facts = survey(body, { mode });
  const difference = facts.quotedPrintableLength - facts.base64Length;
  if (difference < 0 || (difference === 0 && mode === "text")) return quotedPrintable(body, mode);
  const bytes = new Uint8Array(base64LinesLength(body.length));
  writeBase64Lines(body, bytes, 0);
  return { encoding: "base64", bytes };
}

function quotedPrintable(content: Uint8Array, mode: LineMode): EncodedBody {
  const bytes = new Uint8Array(quotedPrintableLength(content, mode));
  writeQuotedPrintable(content, bytes, 0, mode);
  return { encoding: "quoted-printable", bytes };
}

// The same characters in lines of 76: whatever a decoder makes of them, it makes of them as before.
function wrapBase64(body: Uint8Array): Uint8Array {
  const characters = body.filter((octet) => octet !== 0x0d && octet !== 0x0a && octet !== 0x20 && octet !== 0x09);
  const lines = Math.ceil(characters.length / 76);
  const bytes = new Uint8Array(characters.length + 2 * Math.max(0, lines - 1));
  for (let line = 0; line < lines; line++) {
    if (line > 0) bytes.set([0x0d, 0x0a], line * 78 - 2);
    bytes.set(characters.subarray(line * 76, line * 76 + 76), line * 78);
  }
  return bytes;
}

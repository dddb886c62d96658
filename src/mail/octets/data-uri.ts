// Data URIs: content inside an address. RFC 2397; where browsers differ from it, WHATWG Fetch s6.
import { decodeBase64 } from "./base64.ts";

/** What a data URI holds. `type` is the media type without parameters, in lower case, or empty. */
export interface DataUri {
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const BASE64 = /; *base64$/i;
const encoder = new TextEncoder();

/** Decodes a data URI; undefined when it is none or its base64 is broken. */
export function decodeDataUri(uri: string): DataUri | undefined {
  const comma = uri.indexOf(",");
  if (!/^data:/i.test(uri) || comma < 0) return undefined;
  const head = uri.slice("data:".length, comma).trimEnd();
  // A raw "#" begins a fragment, which is not part of the data.
  const hash = uri.indexOf("#", comma);
  const body = percentDecode(uri.slice(comma + 1, hash < 0 ? uri.length : hash));
  const isBase64 = BASE64.test(head.slice(-64));
  const bytes = isBase64 ? decodeForgiving(body) : body;
  const [type = ""] = head.split(";", 1);
  return bytes === undefined ? undefined : { type: type.trim().toLowerCase(), bytes: bytes.slice() };
}

// Octets, as `%` and two digits or as they are (UTF-8); a `%` without digits stands for itself.
function percentDecode(text: string): Uint8Array {
  const bytes = encoder.encode(text);
  if (!text.includes("%")) return bytes;
  let length = 0;
  for (let at = 0; at < bytes.length; at++) {
    const high = bytes[at] === 0x25 ? hexDigit(bytes[at + 1]) : -1;
    const low = high < 0 ? -1 : hexDigit(bytes[at + 2]);
    bytes[length++] = low < 0 ? (bytes[at] ?? 0) : high * 16 + low;
    if (low >= 0) at += 2;
  }
  return bytes.subarray(0, length);
}

function hexDigit(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

// WHATWG Infra s7 (forgiving-base64): white space is skipped, and the padding may be left out.
function decodeForgiving(bytes: Uint8Array): Uint8Array | undefined {
  const text = new TextDecoder("latin1").decode(bytes).replace(/[\t\n\f\r ]+/g, "");
  return decodeBase64(text.includes("=") ? text : text + "=".repeat((4 - (text.length % 4)) % 4));
}

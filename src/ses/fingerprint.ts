// What identifies a message whose fate is unknown: the hash of its bytes, and the Message-ID that stands in them.
import { isArrayBuffer } from "../encoding/kinds.ts";

const HEAD_BYTES = 65_536;

/** SHA-256 in hex. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const owned: Uint8Array<ArrayBuffer> = isArrayBuffer(bytes.buffer) ? viewOf(bytes, bytes.buffer) : bytes.slice();
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", owned));
  return Array.from(digest, (octet) => octet.toString(16).padStart(2, "0")).join("");
}

function viewOf(bytes: Uint8Array, buffer: ArrayBuffer): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer, bytes.byteOffset, bytes.length);
}

/** The Message-ID of raw bytes, looked for in the first 64 KiB of the head. */
export function ownMessageId(raw: Uint8Array): string | undefined {
  const text = new TextDecoder("latin1").decode(raw.subarray(0, HEAD_BYTES));
  const end = text.search(/\r?\n\r?\n/);
  const head = end < 0 ? text : text.slice(0, end);
  // RFC 5322 s2.2.3: the field may be folded before its value.
  return /^message-id:[ \t]*(?:\r?\n[ \t]+)?(<[^<>\s]{1,996}>)/im.exec(head)?.[1];
}

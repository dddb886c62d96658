// Digests of content, for readings and for what is expected of them.
import { createHash } from "node:crypto";

/** SHA-256 in hexadecimal digits. */
export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The octets, their number and their digest. */
export function contentOf(bytes: Uint8Array | undefined) {
  return { content: bytes, size: bytes?.length, sha256: bytes === undefined ? undefined : sha256(bytes) };
}

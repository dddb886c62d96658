// The files in a message, octet for octet: found by the outline of the bytes, decoded as their fields say.
import { decodedBody } from "../read/body.ts";
import { findField, type RawPart } from "../read/outline.ts";
import { walkRaw } from "../read/walk.ts";

/** A file in a message. */
export interface AttachedFile {
  readonly filename: string | undefined;
  /** Lower-case `type/subtype`. */
  readonly type: string;
  readonly disposition: string | undefined;
  /** Content-ID without angle brackets. */
  readonly cid: string | undefined;
  readonly content: Uint8Array;
}

/** Every part that is no text to be shown with the message; an enclosed message is one file. */
export function attachedFiles(bytes: Uint8Array, root: RawPart): readonly AttachedFile[] {
  const files: AttachedFile[] = [];
  for (const { part } of walkRaw(root, (one) => one.message === undefined)) {
    if (isFile(part)) files.push(fileOf(bytes, part));
  }
  return files;
}

/** True for a part that is not text to be shown with the message, and holds no parts. */
export function isFile({ type, disposition, filename }: RawPart): boolean {
  if (type.startsWith("multipart/")) return false;
  // RFC 2183 s2.1: an inline part is shown in its place; one with a file name is a file as well.
  if (disposition === "attachment" || (disposition === "inline" && filename !== undefined)) return true;
  return type !== "text/plain" && type !== "text/html";
}

function fileOf(bytes: Uint8Array, part: RawPart): AttachedFile {
  const { filename, type, disposition } = part;
  const cid = findField(part.fields, "content-id")?.value;
  return {
    filename,
    type,
    disposition,
    cid: cid?.trim().replace(/^</, "").replace(/>$/, ""),
    content: decodedBody(bytes, part),
  };
}

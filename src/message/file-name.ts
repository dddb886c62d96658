// Names of attached files: what a reader's disk must never see is cut off or replaced, with a warning, or refused.
// RFC 2183 s2.3.
import type { Place } from "../issues.ts";
import { extensionOfType } from "./media-types.ts";

// Controls, DEL and half surrogate pairs; the offset tells where.
const UNPRINTABLE = /[\u0000-\u001f\u007f]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
// Embeddings, overrides and isolates turn `exe.txt` into `txt.exe` for the eye.
const BIDI = /[\u202a-\u202e\u2066-\u2069]/g;

/**
 * Reads the name of an attached file. Of a path the last part is the name, with a warning. A slash elsewhere belongs to
 * the name and becomes `_`, with a warning, so that `Statement 1/2.pdf` and `Statement 2/2.pdf` stay two names. Bidi
 * controls are left out with a warning; control characters, and a name that is nothing but folders, are errors.
 */
export function readFileName(input: unknown, place: Place): string | undefined {
  if (typeof input !== "string") {
    return place.error("attachment.filename", "a file name is a string");
  }
  const bad = input.search(UNPRINTABLE);
  if (bad >= 0) {
    return place.error("attachment.filename", `the character at offset ${bad} cannot be part of a file name`);
  }
  const visible = input.replace(BIDI, "");
  const last = visible.slice(folderEnd(visible));
  if (last.trim() === "" || last === "." || last === "..") {
    return place.error("attachment.filename", "nothing of the name is left without its folders");
  }
  if (visible !== input) warn("bidi control characters were left out of the name", place);
  if (last !== visible) warn("folders were left out of the name", place);
  if (last.includes("/")) warn('"/" became "_", since no file has it in its name', place);
  return last.replaceAll("/", "_");
}

function warn(message: string, place: Place): void {
  place.warning("attachment.filename", message, { rfc: "RFC 2183 s2.3" });
}

/** A name for an attached file that has none, from its type and its place in the list. */
export function defaultName(type: string, index: number): string {
  const extension = type === "message/rfc822" ? "eml" : (extensionOfType(type) ?? "bin");
  return `attachment-${index + 1}.${extension}`;
}

// What only a path begins with or holds: the root, a drive, a server, a scheme, the home folder; or a step to the same
// folder or the one above.
const ROOTED = /^(?:\/|\\\\|~\/|[A-Za-z]:(?:[\\/]|[^\s\\/]*\\)|[A-Za-z][A-Za-z0-9+.-]{1,20}:\/\/)/;
const STEP = /(?:^|[\\/])\.{1,2}\/|\/\.{1,2}$|\.\.\\/;

// In a path a backslash is a separator where Windows wrote it; elsewhere it is a character of the name.
function folderEnd(name: string): number {
  const slash = name.lastIndexOf("/") + 1;
  if (!ROOTED.test(name) && !STEP.test(name)) return slash === name.length ? slash : 0;
  const windows = /^[A-Za-z]:|^\\\\|\.\.\\/.test(name);
  return windows ? Math.max(slash, name.lastIndexOf("\\") + 1) : slash;
}

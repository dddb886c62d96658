// Names of attached files: what a reader's disk must never see is cut off and told, or refused. RFC 2183 s2.3.
import { errorIssue, type Path, type Report, warningIssue } from "../issues.ts";
import { extensionOfType } from "./media-types.ts";

// Controls, DEL and half surrogate pairs; the offset tells where.
const UNPRINTABLE = /[\u0000-\u001f\u007f]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
// Embeddings, overrides and isolates turn `exe.txt` into `txt.exe` for the eye.
const BIDI = /[\u202a-\u202e\u2066-\u2069]/g;

/**
 * Reads the name of an attached file. Folders and bidi controls are left out with a warning; control characters,
 * and a name that is nothing but folders, are errors.
 */
export function readFileName(input: unknown, path: Path, report: Report): string | undefined {
  if (typeof input !== "string") {
    report(errorIssue("attachment.filename", path, "a file name is a string"));
    return undefined;
  }
  const bad = input.search(UNPRINTABLE);
  if (bad >= 0) {
    report(errorIssue("attachment.filename", path, `the character at offset ${bad} is no part of a file name`));
    return undefined;
  }
  const visible = input.replace(BIDI, "");
  const name = visible.slice(folderEnd(visible));
  if (name.trim() === "" || name === "." || name === "..") {
    report(errorIssue("attachment.filename", path, "nothing of the name is left without its folders"));
    return undefined;
  }
  if (visible !== input) {
    report(warningIssue("attachment.filename", path, "bidi control characters were left out of the name"));
  }
  if (name !== visible) report(warningIssue("attachment.filename", path, "folders were left out of the name"));
  return name;
}

/** A name for an attached file that has none, from its type and its place in the list. */
export function defaultName(type: string, index: number): string {
  const extension = type === "message/rfc822" ? "eml" : (extensionOfType(type) ?? "bin");
  return `attachment-${index + 1}.${extension}`;
}

// A backslash is a character of the name, unless the whole looks like a Windows path.
function folderEnd(name: string): number {
  const slash = name.lastIndexOf("/") + 1;
  const windows = /^[A-Za-z]:|^\\\\|\.\.\\/.test(name);
  return windows ? Math.max(slash, name.lastIndexOf("\\") + 1) : slash;
}

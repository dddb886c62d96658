// One file as an attachment: looked at now, opened when the message is written.

import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { isUrl } from "../encoding/kinds.ts";
import { optionIssues, throwOptions } from "../given.ts";
import { errorIssue, type Path } from "../issues.ts";
import type { AttachmentInput } from "../message/types.ts";
import { isOptions } from "../plain.ts";
import { fileError, fileSource, findFile } from "./regular-file.ts";

/** How a file becomes an attachment. */
export interface FileOptions {
  /** The folder that the file must be in, symbolic links resolved. Relative paths start there. */
  readonly root?: string;
  /** The most bytes the file may have. */
  readonly maxBytes?: number;
  /** The name for the reader. The file's own when absent. */
  readonly filename?: string;
  /** `type/subtype`. From the name's extension when absent. */
  readonly contentType?: string;
  /** Content-ID without `cid:`. */
  readonly cid?: string;
  readonly disposition?: "attachment" | "inline";
}

const OPTIONS = new Set(["root", "maxBytes", "filename", "contentType", "cid", "disposition"]);

/**
 * A file of this machine as an attachment. Its size is known at once, so limits hold before anything is read; it is
 * opened when the message is written, and each time anew.
 *
 * Give `root` whenever a part of the path comes from somebody else: neither `..` nor a symbolic link leads out of it.
 *
 * @param path - a path, or a `file:` URL
 * @throws MessageError `file.not-found` when there is no such regular file or it may not be read, `file.outside-root`,
 * `file.too-large`, `input.option`. Writing the message throws `file.changed` when the file is not the same by then.
 * @example
 * const m = message({ from, to, attachments: [await file("report.pdf", { root: "reports", maxBytes: 1e7 })] });
 */
export async function file(path: string | URL, options: FileOptions = {}): Promise<AttachmentInput> {
  const { root, maxBytes, ...given } = checkOptions(options, OPTIONS);
  return attach(pathOf(path), { root, maxBytes, issuePath: ["path"] }, given);
}

/** How {@link attach} finds a file. */
export interface Search {
  readonly root: string | undefined;
  readonly maxBytes: number | undefined;
  readonly issuePath: Path;
}

/** A file as an attachment, with what the caller says about it. */
export async function attach(
  path: string,
  { root, maxBytes = Number.POSITIVE_INFINITY, issuePath }: Search,
  given: Omit<AttachmentInput, "content">,
): Promise<AttachmentInput & { readonly content: { readonly size?: number | undefined } }> {
  const found = await findFile({ path, root, issuePath });
  const name = basename(path);
  if (found.stats.size > maxBytes) {
    throw fileError("file.too-large", issuePath, `${name} has ${found.stats.size} bytes, more than ${maxBytes}`);
  }
  return { filename: name, ...given, content: fileSource(found, issuePath) };
}

/** @throws OptionError `input.unknown-key`, `input.option` */
export function checkOptions<T extends FileOptions>(options: T, known: ReadonlySet<string>): T {
  const issues = [...optionIssues(options, { known })];
  if (!isOptions(options)) throwOptions(issues);
  const { maxBytes, root }: { readonly maxBytes?: unknown; readonly root?: unknown } = options;
  if (maxBytes !== undefined && !(typeof maxBytes === "number" && maxBytes >= 0)) {
    issues.push(errorIssue("input.option", ["maxBytes"], "maxBytes must be a number of bytes, 0 or more"));
  }
  if (root !== undefined && typeof root !== "string") {
    issues.push(errorIssue("input.option", ["root"], "root must be the path of a folder"));
  }
  throwOptions(issues);
  return options;
}

/** The path that a caller gave. @throws MessageError `file.not-found` for what cannot be one */
export function pathOf(path: string | URL): string {
  try {
    const text = isUrl(path) ? fileURLToPath(path) : path;
    if (typeof text === "string" && text !== "" && !text.includes("\0")) return text;
  } catch (cause) {
    throw fileError("file.not-found", ["path"], "the URL is not that of a file", cause);
  }
  throw fileError("file.not-found", ["path"], "this is no path of a file");
}

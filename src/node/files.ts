// The files of a folder as attachments, always in the same order.
import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { errorIssue, type Issue, MessageError, OptionError } from "../issues.ts";
import type { AttachmentInput } from "../message/types.ts";
import { attach, checkOptions, pathOf } from "./file.ts";
import { fileError } from "./regular-file.ts";

/** Which files of a folder become attachments. */
export interface FilesOptions {
  /** The folder that every file must be in, symbolic links resolved. The folder itself when absent. */
  readonly root?: string;
  /** The most bytes of all files together. */
  readonly maxBytes?: number;
  /** Folders within the folder too. Symbolic links to folders are not followed. */
  readonly recursive?: boolean;
  /** Called with each path relative to the folder, `/` between names; false leaves the file out. */
  readonly filter?: (path: string) => boolean;
}

const OPTIONS = new Set(["root", "maxBytes", "recursive", "filter"]);

/**
 * The files of a folder as attachments, sorted by their path in it (by UTF-16 code unit, whatever the locale).
 * Names that begin with a dot, and all in folders of such names, are left out: to attach one of them use `file`.
 *
 * @param folder - a path, from `root` when there is one, or a `file:` URL
 * @throws MessageError as `file` does, with every issue at once; `file.not-found` when there is no such folder.
 * @example
 * const m = message({ from, to, attachments: await files("reports", { filter: (path) => path.endsWith(".pdf") }) });
 */
export async function files(folder: string | URL, options: FilesOptions = {}): Promise<AttachmentInput[]> {
  const { root, maxBytes, recursive = false, filter = () => true } = checkOptions(options, OPTIONS);
  if (typeof recursive !== "boolean") throw unusable("recursive", "recursive must be true or false");
  if (typeof filter !== "function") throw unusable("filter", "filter must be a function");
  const top = resolve(root ?? "", pathOf(folder));
  const names = (await namesIn(top, recursive ? "recursive" : "flat")).filter((name) => filter(name));
  const issues: Issue[] = [];
  const found: AttachmentInput[] = [];
  let total = 0;
  for (const name of names.sort(byCodeUnit)) {
    const issuePath = ["folder", basename(name)];
    try {
      const one = await attach(join(top, name), { root: root ?? top, maxBytes: undefined, issuePath }, {});
      found.push(one);
      total += one.content.size ?? 0;
    } catch (error) {
      if (!(error instanceof MessageError)) throw error;
      issues.push(...error.issues);
    }
  }
  const [first, ...rest] = issues;
  if (first !== undefined) throw new MessageError([first, ...rest]);
  if (maxBytes !== undefined && total > maxBytes) {
    throw fileError("file.too-large", ["folder"], `the files have ${total} bytes, more than ${maxBytes}`);
  }
  return found;
}

function unusable(option: string, message: string): OptionError {
  return new OptionError([errorIssue("input.option", [option], message)]);
}

function byCodeUnit(one: string, other: string): number {
  return one < other ? -1 : 1;
}

async function namesIn(top: string, depth: "flat" | "recursive"): Promise<string[]> {
  const names: string[] = [];
  const folders = [""];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of await list(join(top, folder))) {
      if (entry.name.startsWith(".")) continue;
      const name = folder + entry.name;
      if (!entry.isDirectory() && !(await isLinkToFolder(entry, join(top, name)))) names.push(name);
      else if (entry.isDirectory() && depth === "recursive") folders.push(`${name}/`);
    }
  }
  return names;
}

async function list(folder: string): Promise<Dirent[]> {
  return readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw fileError("file.not-found", ["folder"], `the folder ${basename(folder)} cannot be found or read`, cause);
  });
}

async function isLinkToFolder(entry: Dirent, path: string): Promise<boolean> {
  if (!entry.isSymbolicLink()) return false;
  const stats = await stat(path).catch(() => undefined); // a dangling link is reported as any missing file
  return stats?.isDirectory() ?? false;
}

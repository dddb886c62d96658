// Files of this machine: as attachments, looked at now and opened when the message is written; as images of a page.
import type { Dirent } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { bytes, flag, functionFrom, oneOf, readOptionsOf, refuse, shapeOf, text } from "../../given.ts";
import { IssueList, MessageError, OptionError, type Path } from "../../issues.ts";
import type { AttachmentInput } from "../message/types.ts";
import { isUrl } from "../octets/kinds.ts";
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

const FILE = shapeOf<FileOptions>({
  root: text,
  maxBytes: bytes,
  filename: text,
  contentType: text,
  cid: text,
  disposition: oneOf("attachment", "inline"),
});

/**
 * A file of this machine as an attachment. Its size is known at once, so limits hold before anything is read; it is
 * opened when the message is written, and each time anew.
 *
 * Give `root` whenever a part of the path comes from others: neither `..` nor a symbolic link leads out of it.
 *
 * @param path - a path, or a `file:` URL
 * @throws MessageError `file.not-found` when the regular file does not exist or may not be read, `file.outside-root`,
 * `file.too-large`; OptionError for options that cannot be used. Writing the message throws `file.changed` when the
 * file is not the same by then.
 * @example
 * const m = message({ from, to, attachments: [await file("report.pdf", { root: "reports", maxBytes: 1e7 })] });
 */
export async function file(path: string | URL, options: FileOptions = {}): Promise<AttachmentInput> {
  const { root, maxBytes, ...given } = readOptionsOf(options, FILE);
  return attach(pathOf(path), { root, maxBytes, issuePath: ["path"] }, given);
}

/** How {@link attach} finds a file. */
interface Search {
  readonly root: string | undefined;
  readonly maxBytes: number | undefined;
  readonly issuePath: Path;
}

async function attach(
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

/** The path that a caller gave. @throws MessageError `file.not-found` for what cannot be one */
export function pathOf(path: string | URL): string {
  try {
    const given = isUrl(path) ? fileURLToPath(path) : path;
    if (typeof given === "string" && given !== "" && !given.includes("\0")) return given;
  } catch (cause) {
    throw fileError("file.not-found", ["path"], "the URL does not name a file; expected file:///…", cause);
  }
  throw fileError("file.not-found", ["path"], "expected the path of a file, or a file: URL");
}

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

const FILES = shapeOf<FilesOptions>({ root: text, maxBytes: bytes, recursive: flag, filter: functionFrom() });

/**
 * The files of a folder as attachments, sorted by their path in it (by UTF-16 code unit, whatever the locale).
 * Names that begin with a dot, and all in folders of such names, are left out: to attach one of them use `file`.
 *
 * @param folder - a path, from `root` when there is one, or a `file:` URL
 * @throws MessageError as `file` does, with every issue at once; `file.not-found` when the folder does not exist.
 * @example
 * const m = message({ from, to, attachments: await files("reports", { filter: (path) => path.endsWith(".pdf") }) });
 */
export async function files(folder: string | URL, options: FilesOptions = {}): Promise<AttachmentInput[]> {
  const { root, maxBytes, recursive = false, filter = () => true } = readOptionsOf(options, FILES);
  const top = resolve(root ?? "", pathOf(folder));
  const names = (await namesIn(top, recursive ? "recursive" : "flat")).filter((name) => filter(name));
  const list = new IssueList();
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
      list.addAll(error.issues);
    }
  }
  list.throwIfErrors(MessageError);
  if (maxBytes !== undefined && total > maxBytes) {
    throw fileError("file.too-large", ["folder"], `the files have ${total} bytes, more than ${maxBytes}`);
  }
  return found;
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

/** How images are read. */
export interface ImagesOptions {
  /** The most bytes one image may have. Any number when absent. */
  readonly maxBytes?: number;
}

const IMAGES = shapeOf<ImagesOptions>({ maxBytes: bytes });

/** Reads the image that a reference names. */
export type LoadFromFolder = (
  src: string,
) => Promise<{ readonly content: Uint8Array<ArrayBuffer>; readonly filename: string }>;

/**
 * A `load` for `inlineImages` that reads files of one folder. References are relative to it, with or without a slash in
 * front; a query and a fragment are left out. Neither `..` nor a symbolic link leads out of the folder.
 *
 * @param folder - a path
 * @returns rejects with MessageError `file.not-found`, `file.outside-root` or `file.too-large`, which `inlineImages`
 * reports as `html.image`
 * @throws OptionError for anything but a path, and for options that cannot be used
 * @example
 * const { html, attachments } = await inlineImages(page, imagesIn("emails"));
 */
export function imagesIn(folder: string, options: ImagesOptions = {}): LoadFromFolder {
  const { maxBytes = Number.POSITIVE_INFINITY } = readOptionsOf(options, IMAGES);
  checkFolder(folder);
  return async (src) => {
    const path = pathOfReference(src);
    const { path: real, stats } = await findFile({ path, root: folder, issuePath: ["html"] });
    if (stats.size > maxBytes) {
      const message = `${basename(path)} has ${stats.size} bytes, more than ${maxBytes}`;
      throw fileError("file.too-large", ["html"], message);
    }
    return { content: new Uint8Array(await readFile(real)), filename: basename(real) };
  };
}

function checkFolder(folder: unknown): void {
  if (typeof folder === "string" && folder !== "") return;
  const issues = new IssueList();
  refuse(folder, "the path of a folder", issues.root.at("folder"));
  issues.throwIfErrors(OptionError);
}

// A slash in front is the root of the site: the folder.
function pathOfReference(src: string): string {
  const path = src.replace(/[?#].*$/s, "").replace(/^\/+/, "");
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

// Names of attached files: what must never reach a reader's disk is cut off or replaced, with a warning, or refused.
// Names that differed as they were given, and no longer do without their folders, get a number. RFC 2183 s2.3.
import { formatPath } from "../../issues/wording.ts";
import { filteredSink, type IssueSink, type Place } from "../../issues.ts";
import { extensionOfType } from "./content-type.ts";
import { fromPlace, originOf } from "./seal.ts";
import type { Part } from "./types.ts";

// Controls, DEL and half surrogate pairs; the offset tells where.
const UNPRINTABLE = /[\u0000-\u001f\u007f]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
// What may have to be refused, changed or left out: the above, surrogates, bidi controls, separators of folders, and names
// of blanks and dots alone.
const SUSPECT = /[\u0000-\u001f\u007f/\\\u202a-\u202e\u2066-\u2069\ud800-\udfff]|^[\s.]*$/;
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
  if (!SUSPECT.test(input)) return input;
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

/** A file, where its name was given, and how it takes another one. */
export interface NamedFile {
  readonly filename: string | undefined;
  readonly place: Place;
  rename(filename: string): void;
}

/** The places of names that a check changed. */
export type ChangedNames = ReadonlySet<string>;

/** A sink that notes where names were changed, in front of another one. */
export function watchNames(changed: Set<string>, sink: IssueSink): IssueSink {
  return filteredSink(sink, ({ code, severity, path }) => {
    if (code === "attachment.filename" && severity === "warning") changed.add(formatPath(path));
    return true;
  });
}

/**
 * Gives a number to each changed name that another file has too: `report (2).pdf`. Names that stayed as they were given
 * are the caller's, equal or not. Case is ignored, as file systems may do.
 */
export function keepDistinct(files: readonly NamedFile[], changed: ChangedNames): void {
  if (changed.size === 0) return;
  const taken = new Set<string>();
  const altered: { readonly file: NamedFile; readonly name: string }[] = [];
  for (const file of files) {
    const { filename } = file;
    if (filename === undefined) continue;
    if (changed.has(formatPath(file.place.path))) altered.push({ file, name: filename });
    else taken.add(filename.toLowerCase());
  }
  const next = new Map<string, number>();
  for (const { file, name } of altered) {
    const key = name.toLowerCase();
    if (taken.has(key)) {
      const numbered = freeName(name, next, taken);
      file.rename(numbered);
      const message = "a number was added to the name, since another file has the same name";
      file.place.warning("attachment.filename", message);
    }
    taken.add(key);
  }
}

// The numbers that were tried are not tried again, so that many equal names take no more than one step each.
function freeName(name: string, next: Map<string, number>, taken: Set<string>): string {
  const dot = name.lastIndexOf(".");
  const end = dot > 0 ? dot : name.length;
  for (let number = next.get(name.toLowerCase()) ?? 2; ; number++) {
    const numbered = `${name.slice(0, end)} (${number})${name.slice(end)}`;
    if (taken.has(numbered.toLowerCase())) continue;
    taken.add(numbered.toLowerCase());
    next.set(name.toLowerCase(), number + 1);
    return numbered;
  }
}

/** The files of a checked tree, whose new names go into `names`. */
export function filesOf(tree: Part, root: Place, names: Map<Part, string>): readonly NamedFile[] {
  const files: NamedFile[] = [];
  const walk = (part: Part, place: Place): void => {
    const rename = (filename: string) => names.set(part, filename);
    if (part.filename !== undefined) files.push({ filename: part.filename, place: place.at("filename"), rename });
    for (const [index, child] of part.parts?.entries() ?? []) walk(child, place.at("parts").at(index));
    if (part.message !== undefined) walk(part.message, place.at("message"));
  };
  walk(tree, root);
  return files;
}

/** The tree with these names. The depth of a checked tree is bounded. */
export function withNames(part: Part, names: ReadonlyMap<Part, string>): Part {
  if (names.size === 0) return part;
  const filename = names.get(part);
  const parts = part.parts?.map((child) => withNames(child, names));
  const message = part.message && withNames(part.message, names);
  const same = message === part.message && parts?.every((child, at) => child === part.parts?.[at]) !== false;
  if (filename === undefined && same) return part;
  const values = {
    ...part,
    ...(filename === undefined ? {} : { filename }),
    ...(parts === undefined ? {} : { parts: Object.freeze(parts) }),
    ...(message === undefined ? {} : { message }),
  };
  return fromPlace(values, originOf(part));
}

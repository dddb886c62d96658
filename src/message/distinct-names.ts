// File names that differed as they were given, and no longer do without their folders: each file gets one of its own.

import { FilteredSink, formatPath, type IssueSink, type Place } from "../issues.ts";
import { fromPlace, originOf } from "./origins.ts";
import type { Part } from "./types.ts";

/** A file, where its name was given, and how it takes another one. */
export interface NamedFile {
  readonly filename: string | undefined;
  readonly place: Place;
  rename(filename: string): void;
}

/** The places of names that a check changed. */
export type ChangedNames = Set<string>;

/** A sink that notes where names were changed, in front of another one. */
export function watchNames(changed: ChangedNames, sink: IssueSink): IssueSink {
  return new FilteredSink(sink, ({ code, severity, path }) => {
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

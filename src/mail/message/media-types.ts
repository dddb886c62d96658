// Media types and the extensions of file names that name them, by the tables of `mime`: read when first asked.
// Reading them at import would cost every program that attaches nothing.
import { mediaTypeEntries } from "./media-type-table.ts";

interface Tables {
  readonly types: ReadonlyMap<string, string>;
  readonly extensions: ReadonlyMap<string, string>;
}

let tables: Tables | undefined;

/** The media type that the extension of a file name, of a path or of a URL's path names. */
export function typeOfExtension(name: string): string | undefined {
  const last = name.slice(Math.max(name.lastIndexOf("/"), name.lastIndexOf("\\")) + 1);
  const dot = last.lastIndexOf(".");
  // A dot file in a folder has no extension.
  if (dot < 0 || (dot === 0 && last.length < name.length)) return undefined;
  return readTables().types.get(last.slice(dot + 1).toLowerCase());
}

/** The extension that names a file of this media type, without its dot. */
export function extensionOfType(type: string): string | undefined {
  return readTables().extensions.get(type);
}

function readTables(): Tables {
  tables ??= buildTables();
  return tables;
}

function buildTables(): Tables {
  const types = new Map<string, string>();
  const extensions = new Map<string, string>();
  for (const [type, names] of mediaTypeEntries()) {
    for (const name of names) if (!name.startsWith("*")) types.set(name, type);
    const [first] = names;
    if (first !== undefined) extensions.set(type, first.replace("*", ""));
  }
  return { types, extensions };
}

// Files of a directory: writes survive a crash (the data is on the disk before the name is, and the name before the
// promise settles), and reading or removing a file that does not exist is not an error.
import { open, readFile, rename, unlink } from "node:fs/promises";
import { isError } from "../../mail/octets/kinds.ts";

/**
 * Writes a file under another name, makes it durable, and gives it its name in one step: readers see the old file,
 * the new one, or none, never a part of one.
 *
 * @param working - where it is written first; on the same file system as the file itself
 * @param folder - the folder of the file itself
 */
export async function writeDurably(
  file: { readonly working: string; readonly path: string; readonly folder: string },
  pieces: readonly Uint8Array[],
): Promise<void> {
  const handle = await open(file.working, "w", 0o600);
  try {
    for (const piece of pieces) await handle.writeFile(piece);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(file.working, file.path);
  await syncFolder(file.folder);
}

// Systems that cannot sync a folder answer one of these; there the rename itself is all there is.
const NO_FOLDER_SYNC = new Set(["EPERM", "EISDIR", "EINVAL", "EBADF", "EACCES", "ENOTSUP"]);

/** Makes the names in a folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!NO_FOLDER_SYNC.has(codeOf(error))) throw error;
  }
}

/** Adds a line at the end of a file, which is made when it is missing. */
export async function appendDurably(path: string, line: string): Promise<void> {
  const handle = await open(path, "a", 0o600);
  try {
    await handle.writeFile(line);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The text of a file; undefined when it does not exist. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** Removes a file; one that does not exist is not an error. */
export async function removeIfThere(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
  }
}

/** The system's code of an error, such as `ENOENT`; empty when it has none. */
export function codeOf(error: unknown): string {
  return isError(error) && "code" in error && typeof error.code === "string" ? error.code : "";
}

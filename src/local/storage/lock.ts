// One endpoint for a directory: two would overwrite each other's state. The file names the process that has it.
import { readFile, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { codeOf } from "./durable.ts";

/** Directories that this process has open; its own number in a file says nothing of them. */
const open = new Set<string>();

/**
 * Locks a directory until the function that it gives is called, or the process ends.
 *
 * @throws Error when a process that runs has the lock
 */
export async function lockDirectory(dir: string): Promise<() => Promise<void>> {
  const path = join(dir, "lock");
  for (;;) {
    try {
      await writeFile(path, `${process.pid}\n`, { flag: "wx", mode: 0o600 });
      open.add(path);
      return () => unlock(path);
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
      const owner = await ownerOf(path);
      if (owner !== undefined && isRunning(owner, path)) {
        throw new Error(`process ${owner} has an endpoint with the directory ${dir}`);
      }
      await removeIfThere(path);
    }
  }
}

async function unlock(path: string): Promise<void> {
  if (open.delete(path)) await removeIfThere(path);
}

// Undefined for what a crash left of it.
async function ownerOf(path: string): Promise<number | undefined> {
  const text = await readFile(path, "utf8").catch(() => "");
  const owner = Number.parseInt(text, 10);
  return owner > 0 ? owner : undefined;
}

// A lock of this process's number that it does not hold is that of a process before it, as in a container.
function isRunning(owner: number, path: string): boolean {
  if (owner === process.pid) return open.has(path);
  try {
    return process.kill(owner, 0);
  } catch (error) {
    // There is one, and it is somebody else's.
    return codeOf(error) === "EPERM";
  }
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
  }
}

// One endpoint for a directory: two would overwrite each other's state. The file names the process that has it.
import { randomUUID } from "node:crypto";
import { link, readFile, realpath, unlink, writeFile } from "node:fs/promises";
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
  // One name for a directory, however it is reached.
  const path = join(await realpath(dir), "lock");
  if (open.has(path)) throw taken(process.pid, dir);
  // From here on this process counts as the owner: of two that start at once the second is refused.
  open.add(path);
  try {
    while (!(await tryLock(path))) {
      const owner = await ownerOf(path);
      if (owner !== undefined && owner !== process.pid && isRunning(owner)) throw taken(owner, dir);
      await removeIfThere(path);
    }
    return () => unlock(path);
  } catch (error) {
    open.delete(path);
    throw error;
  }
}

function taken(owner: number, dir: string): Error {
  return new Error(`process ${owner} has an endpoint with the directory ${dir}`);
}

// Systems without hard links answer one of these.
const NO_LINKS = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EACCES"]);

/** Makes the file, its content in it: nobody reads one that does not name its owner yet. False when there is one. */
async function tryLock(path: string): Promise<boolean> {
  const working = `${path}.${randomUUID()}`;
  try {
    await writeFile(working, OWNER, { flag: "wx", mode: 0o600 });
    await link(working, path).catch((error: unknown) => {
      if (!NO_LINKS.has(codeOf(error))) throw error;
      return writeFile(path, OWNER, { flag: "wx", mode: 0o600 });
    });
    return true;
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
    return false;
  } finally {
    await removeIfThere(working);
  }
}

const OWNER = `${process.pid}\n`;

async function unlock(path: string): Promise<void> {
  if (!open.has(path)) return;
  await removeIfThere(path);
  open.delete(path);
}

// Undefined for what a crash left of it.
async function ownerOf(path: string): Promise<number | undefined> {
  const text = await readFile(path, "utf8").catch(() => "");
  const owner = Number.parseInt(text, 10);
  return owner > 0 ? owner : undefined;
}

// A lock of this process's own number is that of a process before it, as in a container: whoever asks holds none yet.
function isRunning(owner: number): boolean {
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

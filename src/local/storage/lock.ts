// One endpoint for a directory: two would overwrite each other's state. The file names the process that has it.
import { createHash, randomUUID } from "node:crypto";
import { link, realpath, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { codeOf, readIfThere, removeIfThere } from "./files.ts";

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
  if (open.has(path)) throw locked(process.pid, dir);
  // From here on this process counts as the owner: of two that start at once the second is refused.
  open.add(path);
  try {
    const own = await lock(path);
    if (typeof own === "number") throw locked(own, dir);
    return () => unlock(path, own);
  } catch (error) {
    open.delete(path);
    throw error;
  }
}

function locked(owner: number, dir: string): Error {
  return new Error(`process ${owner} has an endpoint with the directory ${dir}`);
}

/** The content of the lock file, which is never the same twice; or the number of the running process that has the lock. */
async function lock(path: string): Promise<string | number> {
  // Every lock is another one, also that of a process with the number of one before it.
  const own = `${process.pid}\n${randomUUID()}\n`;
  while (!(await tryLock(path, own))) {
    const found = await readIfThere(path);
    if (found === undefined) continue;
    const owner = ownerOf(found);
    if (owner !== undefined && owner !== process.pid && isRunning(owner)) return owner;
    await removeStale(path, found);
  }
  return own;
}

// A process that found the lock of one that ended may be late: another process may have replaced the lock by now.
// So it is removed under its own lock, named by what was found, and only if that is what it still contains.
async function removeStale(path: string, found: string): Promise<void> {
  const removal = `${path}.${createHash("sha256").update(found).digest("hex").slice(0, 16)}`;
  const own = await lock(removal);
  // Another process is removing it and needs a moment.
  if (typeof own === "number") return setTimeout(PATIENCE_MS);
  try {
    // Without hard links a lock is empty for a moment, before its owner is written to it.
    if (ownerOf(found) === undefined) await setTimeout(PATIENCE_MS);
    if ((await readIfThere(path)) === found) await removeIfThere(path);
  } finally {
    await removeIfThere(removal);
  }
}

const PATIENCE_MS = 5;

// Systems without hard links answer one of these.
const NO_LINKS = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EACCES"]);

/** Makes the file, its content in it: no process reads one that does not name its owner yet. False when there is one. */
async function tryLock(path: string, own: string): Promise<boolean> {
  const working = `${path}.${randomUUID()}`;
  try {
    await writeFile(working, own, { flag: "wx", mode: 0o600 });
    await link(working, path).catch((error: unknown) => {
      if (!NO_LINKS.has(codeOf(error))) throw error;
      return writeFile(path, own, { flag: "wx", mode: 0o600 });
    });
    return true;
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
    return false;
  } finally {
    await removeIfThere(working);
  }
}

async function unlock(path: string, own: string): Promise<void> {
  if (!open.has(path)) return;
  // A lock of another process stays.
  if ((await readIfThere(path)) === own) await removeIfThere(path);
  open.delete(path);
}

// Undefined for what a crash left of it.
function ownerOf(text: string): number | undefined {
  const owner = Number.parseInt(text, 10);
  return owner > 0 ? owner : undefined;
}

// A lock of this process's own number is that of a process before it, as in a container: the caller does not hold one yet.
function isRunning(owner: number): boolean {
  try {
    return process.kill(owner, 0);
  } catch (error) {
    // The process exists, and belongs to another user.
    return codeOf(error) === "EPERM";
  }
}

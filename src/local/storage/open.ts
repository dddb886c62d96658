// Where an endpoint keeps its state: in memory, or in a directory with messages as a Maildir, notifications as lines of
// `notifications.jsonl`, the rest in `state.json`. What a promise here settled for is on the disk: an endpoint that is
// killed at any moment starts again with everything that it acknowledged.
import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { isError } from "../../mail/octets/kinds.ts";
import type { SavedState } from "../model/account.ts";
import type { Storage } from "../model/state.ts";
import { readIfThere, writeDurably } from "./files.ts";
import { lockDirectory } from "./lock.ts";
import { addMessage, openMaildir, readMessages, removeFiles, type Warn } from "./maildir.ts";
import { notificationLog } from "./notification-log.ts";
import { readState } from "./saved-state.ts";

/**
 * Storage in a directory, or in memory without one.
 *
 * @throws Error when the directory cannot be made or read
 */
export async function openStorage(dir: string | undefined, options: DirectoryOptions = {}): Promise<Storage> {
  return dir === undefined ? memoryStorage() : directoryStorage(dir, options);
}

/** A storage for endpoints without a directory. */
function memoryStorage(): Storage {
  const done = async (): Promise<void> => {};
  return {
    append: done,
    remove: done,
    saveState: done,
    appendNotification: done,
    removeNotifications: done,
    load: async () => ({ state: undefined, messages: [], notifications: [] }),
    close: done,
  };
}

/** Settings of a directory. */
export interface DirectoryOptions {
  /** Bytes of messages that are loaded at the start, the newest first; what is older stays in the directory. */
  readonly loadBytes?: number;
  /** Called about files that cannot be read; a process warning when absent. */
  readonly warn?: Warn;
}

/** Opens a directory, which is made when it is missing. @throws Error when another endpoint keeps its state there */
export async function directoryStorage(dir: string, options: DirectoryOptions = {}): Promise<Storage> {
  const { loadBytes = 64 * 1_024 * 1_024, warn = (text) => process.emitWarning(text) } = options;
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const unlock = await lockDirectory(dir);
  const maildir = await openMaildir(dir, warn).catch(async (error: unknown) => {
    await unlock();
    throw error;
  });
  const log = notificationLog(dir, warn);
  const { write, close } = writeSwitch(dir);
  return {
    append: (message) => write(() => addMessage(maildir, message)),
    remove: (ids) => write(() => removeFiles(maildir, ids === "all" ? ids : new Set(ids))),
    saveState: (state) => write(() => saveStateFile(dir, state)),
    appendNotification: (notification) => write(() => log.append(notification)),
    removeNotifications: () => write(() => log.clear()),
    load: async () => ({
      state: await loadStateFile(dir, warn),
      messages: await readMessages(maildir, loadBytes),
      notifications: await log.load(),
    }),
    close: async () => {
      await close();
      await unlock();
    },
  };
}

// Lets writes through until it is closed: a directory that another endpoint may have by then is not written to.
function writeSwitch(dir: string) {
  const running = new Set<Promise<void>>();
  let closed = false;
  return {
    async write(work: () => Promise<void>): Promise<void> {
      if (closed) throw new Error(`the endpoint with the directory ${dir} is closed`);
      const writing = work();
      running.add(writing);
      await writing.finally(() => running.delete(writing));
    },
    async close(): Promise<void> {
      closed = true;
      await Promise.allSettled(running);
    },
  };
}

function saveStateFile(dir: string, state: SavedState): Promise<void> {
  const path = join(dir, "state.json");
  return writeDurably({ working: join(dir, "state.json.tmp"), path, folder: dir }, [
    Buffer.from(`${JSON.stringify(state)}\n`),
  ]);
}

async function loadStateFile(dir: string, warn: Warn): Promise<SavedState | undefined> {
  const path = join(dir, "state.json");
  const text = await readIfThere(path);
  if (text === undefined) return undefined;
  try {
    return readState(text);
  } catch (error) {
    // It is kept so that it can be repaired: the next write would replace it.
    const aside = `${path}.unreadable`;
    await rename(path, aside);
    const reason = isError(error) ? error.message : String(error);
    warn(`The state in ${path} cannot be read and is set aside as ${aside}: ${reason}`);
    return undefined;
  }
}

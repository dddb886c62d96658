// Chooses where an endpoint keeps its state.
import type { Storage } from "../model/model.ts";
import { type DirectoryOptions, directoryStorage } from "./directory.ts";
import { memoryStorage } from "./memory.ts";

/**
 * Storage in a directory, or in memory without one.
 *
 * @throws Error when the directory cannot be made or read
 */
export async function openStorage(dir: string | undefined, options: DirectoryOptions = {}): Promise<Storage> {
  return dir === undefined ? memoryStorage() : directoryStorage(dir, options);
}

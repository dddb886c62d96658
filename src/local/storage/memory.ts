// Keeps nothing beyond the process: the state object itself is the memory.
import type { Storage } from "../model/model.ts";

/** A storage for endpoints without a directory. */
export function memoryStorage(): Storage {
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

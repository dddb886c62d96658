// A stored message by its path.
import { readFile } from "node:fs/promises";
import type { ReadMessage } from "./mail.ts";
import { readEml } from "./read-eml.ts";

/**
 * Reads a message from an `.eml` file.
 *
 * @param path - a path, or a `file:` URL
 * @throws what the file system throws, as a rejection
 * @example
 * const { subject } = await loadEml(new URL("welcome.eml", import.meta.url));
 */
export async function loadEml(path: string | URL): Promise<ReadMessage> {
  return readEml(new Uint8Array(await readFile(path)));
}

// Files that are there whole or not at all.
import { randomUUID } from "node:crypto";
import { open, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { InterruptedError, type Io, TroubleError } from "./io.ts";
import { failureOf } from "./read-file.ts";

type Chunks = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/**
 * Writes a file by way of a temporary one beside it, which takes the name when it is complete: an error or Ctrl+C
 * leaves what was there before. A symbolic link stays one; a device or a named pipe is written to as it is.
 *
 * @returns the number of octets
 * @throws TroubleError when the file system refuses, InterruptedError; what the chunks throw comes through
 */
export async function writeWhole(path: string, chunks: Chunks, io: Pick<Io, "cwd" | "signal">): Promise<number> {
  const named = resolve(io.cwd, path);
  const target = await realpath(named).catch(() => named);
  const place = await stat(target).catch(() => undefined);
  try {
    if (place?.isDirectory()) throw new TroubleError("this is a folder");
    if (place !== undefined && !place.isFile()) return await writeInto(target, "w", chunks, io.signal);
    const temporary = join(dirname(target), `.${basename(target).slice(0, 100)}.${randomUUID()}.tmp`);
    try {
      const bytes = await writeInto(temporary, "wx", chunks, io.signal);
      await rename(temporary, target);
      return bytes;
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  } catch (error) {
    throw isOfFiles(error) ? new TroubleError(`${path}: ${refusalOf(error)}`) : error;
  }
}

async function writeInto(path: string, flags: "w" | "wx", chunks: Chunks, signal: AbortSignal): Promise<number> {
  const handle = await open(path, flags);
  let bytes = 0;
  try {
    for await (const chunk of chunks) {
      if (signal.aborted) throw new InterruptedError("ended while writing");
      await handle.writeFile(chunk);
      bytes += chunk.length;
    }
  } finally {
    await handle.close();
  }
  return bytes;
}

function isOfFiles(error: unknown): error is Error {
  return error instanceof TroubleError || (error instanceof Error && "syscall" in error);
}

// What is missing is where the file is to be, not the file.
function refusalOf(error: Error): string {
  const isMissing = "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
  return isMissing ? "there is no such folder" : failureOf(error);
}

// Files and the standard input, read whole as far as a mail can be long; files that are written whole or not at all.
import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import type { ContentInput } from "../index.ts";
import { InterruptedError, type Io, reasonOf, TroubleError } from "./io.ts";
import { shown } from "./terminal.ts";

/** Octets of a file that are read: many times what any service takes for a mail. */
const MOST = 256 * 1_024 * 1_024;

/** Reads a file; `-` is the standard input. @throws TroubleError, InterruptedError */
export async function readWhole(path: string, io: Io, most: number = MOST): Promise<Uint8Array> {
  try {
    const chunks = path === "-" ? io.stdin() : createReadStream(resolve(io.cwd, path), { signal: io.signal });
    return await gather(chunks, most);
  } catch (error) {
    if (io.signal.aborted) throw new InterruptedError("interrupted while reading");
    throw error instanceof TroubleError ? aboutFile(path, error) : new TroubleError(`${path}: ${failureOf(error)}`);
  }
}

async function gather(chunks: AsyncIterable<unknown>, most: number): Promise<Uint8Array> {
  const gathered: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    if (!(chunk instanceof Uint8Array)) continue;
    length += chunk.length;
    if (length > most) throw new TroubleError(`the file is longer than ${most.toLocaleString("en-US")} bytes`);
    gathered.push(chunk);
  }
  return Buffer.concat(gathered);
}

/** The octets of a content that is opened; none of any other content. */
export async function octetsOf(content: ContentInput): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  if (typeof content === "object" && "open" in content) {
    for await (const chunk of await content.open()) chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Text in UTF-8, a byte order mark left out. @throws TroubleError for other octets */
export function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new TroubleError("the file is not text in UTF-8");
  }
}

/** Trouble with a file, its name in front. */
export function aboutFile(path: string, { message }: TroubleError): TroubleError {
  return new TroubleError(`${path}: ${message}`);
}

// The common failures in words; the others as the system reports them.
const FAILURES: ReadonlyMap<unknown, string> = new Map([
  ["ENOENT", "no such file"],
  ["ENOTDIR", "no such file"],
  ["EISDIR", "expected a file; got a folder"],
  ["EACCES", "permission denied"],
  ["EPERM", "permission denied"],
  ["EROFS", "the file system is read-only"],
  ["ENOSPC", "the disk is full"],
  ["ERR_INVALID_ARG_VALUE", "invalid file name"],
]);

/** Why a file could not be read or written. */
export function failureOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return FAILURES.get(code) ?? shown(reasonOf(error));
}

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
    if (place?.isDirectory()) throw new TroubleError("expected a file; got a folder");
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
      if (signal.aborted) throw new InterruptedError("interrupted while writing");
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
  return isMissing ? "no such folder" : failureOf(error);
}
